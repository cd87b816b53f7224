package dev.podium.events;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.patterns.EventPattern;
import dev.podium.patterns.PatternException;
import dev.podium.schedules.Paging;
import dev.podium.schedules.ScheduleExpression;
import dev.podium.schedules.Tag;
import dev.podium.store.Entry;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The API of EventBridge: rules and their tags here, [TargetsApi] and [PutEventsApi] for the rest.
///
/// @see <a href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html">API reference</a>
public final class EventsApi {
    static final String DEFAULT_BUS = "default";
    private static final long MAX_BODY = 4 << 20;
    private static final int MOST_RESULTS = 100;
    /// Of one there is one: `rate(1 minute)`, but `rate(2 minutes)`.
    private static final String RATE = "rate\\((1 (minute|hour|day)|(?!1 )[0-9]+ (minutes|hours|days))\\)";

    private final Rules rules;
    private final OtherBuses others;

    /// Makes the API over the rules, which belong to the caller.
    ///
    /// @param others where events for other buses than the default one go
    public EventsApi(Rules rules, OtherBuses others) {
        this.rules = rules;
        this.others = others;
    }

    record PutRuleRequest(
            @Nullable String description,
            @Nullable String eventBusName,
            @Nullable String eventPattern,
            String name,
            @Nullable String roleArn,
            @Nullable String scheduleExpression,
            @Nullable String state,
            @Nullable List<Tag> tags) {}

    record RuleArn(String ruleArn) {}

    record RuleRequest(@Nullable String eventBusName, String name) {}

    record DeleteRuleRequest(
            @Nullable String eventBusName, @Nullable Boolean force, String name) {}

    record DescribeRuleResult(
            String arn,
            String createdBy,
            @Nullable String description,
            String eventBusName,
            @Nullable String eventPattern,
            String name,
            @Nullable String roleArn,
            @Nullable String scheduleExpression,
            String state) {}

    record ListRulesRequest(
            @Nullable String eventBusName,
            @Nullable Integer limit,
            @Nullable String namePrefix,
            @Nullable String nextToken) {}

    record RuleItem(
            String arn,
            @Nullable String description,
            String eventBusName,
            @Nullable String eventPattern,
            String name,
            @Nullable String roleArn,
            @Nullable String scheduleExpression,
            String state) {}

    record ListRulesResult(@Nullable String nextToken, List<RuleItem> rules) {}

    record DescribeBusRequest(@Nullable String name) {}

    record Bus(String arn, String name) {
        static Bus of(Scope scope) {
            return new Bus(Arn.of("events", scope, "event-bus/" + DEFAULT_BUS).toString(), DEFAULT_BUS);
        }
    }

    record ListBusesRequest(
            @Nullable Integer limit,
            @Nullable String namePrefix,
            @Nullable String nextToken) {}

    record ListBusesResult(List<Bus> eventBuses) {}

    record TagRequest(String resourceARN, List<Tag> tags) {}

    record UntagRequest(String resourceARN, List<String> tagKeys) {}

    record TagsRequest(String resourceARN) {}

    record TagsResult(List<Tag> tags) {}

    record Nothing() {}

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("events")
                .maxBody(MAX_BODY)
                .unread((operation, path) -> new EventsError.Validation(
                        path + " of " + operation + " is not supported by Podium: leave it out."))
                .operation("PutRule", PutRuleRequest.class, RuleArn.class, this::put)
                .operation("DescribeRule", RuleRequest.class, DescribeRuleResult.class, this::describe)
                .operation("DeleteRule", DeleteRuleRequest.class, Void.class, this::delete)
                .operation("ListRules", ListRulesRequest.class, ListRulesResult.class, this::list)
                .operation("EnableRule", RuleRequest.class, Void.class, (call, r) -> state(call, r, "ENABLED"))
                .operation("DisableRule", RuleRequest.class, Void.class, (call, r) -> state(call, r, "DISABLED"))
                .operation("DescribeEventBus", DescribeBusRequest.class, Bus.class, EventsApi::bus)
                .operation("ListEventBuses", ListBusesRequest.class, ListBusesResult.class, EventsApi::buses)
                .operation("TagResource", TagRequest.class, Nothing.class, this::tag)
                .operation("UntagResource", UntagRequest.class, Nothing.class, this::untag)
                .operation("ListTagsForResource", TagsRequest.class, TagsResult.class, this::tags)
                .partial("PutRule", "Rules are on the default event bus. `RoleArn` has no effect.")
                .remark("DescribeEventBus", "There is the default event bus.")
                .remark("ListEventBuses", "There is the default event bus.")
                .partial("TagResource", "Rules only.");
        new TargetsApi(rules).addTo(service);
        new PutEventsApi(rules, others).addTo(service);
        return service.build();
    }

    /// @param bus name or ARN, or null
    static boolean isDefault(@Nullable String bus) {
        return bus == null || bus.equals(DEFAULT_BUS) || bus.endsWith(":event-bus/" + DEFAULT_BUS);
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException for another bus than the default one
    static void requireDefault(@Nullable String bus) {
        if (!isDefault(bus)) {
            String name = String.valueOf(bus);
            throw new EventsError.ResourceNotFound(
                            "Event bus " + name.substring(name.lastIndexOf('/') + 1) + " does not exist.")
                    .exception();
        }
    }

    private RuleArn put(Call call, PutRuleRequest request) {
        requireDefault(request.eventBusName());
        if (request.eventPattern() == null && request.scheduleExpression() == null) {
            throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        }
        checkSchedule(request.scheduleExpression());
        if (request.eventPattern() != null) {
            pattern(request.eventPattern());
        }
        Map<String, String> tags = Tag.plus(Map.of(), request.tags(), "rule");
        Rule.Settings settings = new Rule.Settings(
                request.eventPattern(),
                request.scheduleExpression(),
                request.state() == null ? "ENABLED" : request.state(),
                request.description(),
                request.roleArn());
        rules.put(call.scope(), request.name(), settings, tags);
        return new RuleArn(Rule.arn(call.scope(), request.name()));
    }

    private static void checkSchedule(@Nullable String expression) {
        if (expression == null) {
            return;
        }
        try {
            ScheduleExpression parsed = ScheduleExpression.parse(expression);
            if (parsed instanceof ScheduleExpression.At
                    || (parsed instanceof ScheduleExpression.Rate && !expression.matches(RATE))) {
                throw invalid("Parameter ScheduleExpression is not valid.");
            }
        } catch (IllegalArgumentException e) {
            throw invalid("Parameter ScheduleExpression is not valid.");
        }
    }

    /// @throws dev.podium.aws.AwsException InvalidEventPatternException
    static EventPattern pattern(String text) {
        try {
            return EventPattern.parse(text);
        } catch (PatternException e) {
            throw new EventsError.InvalidEventPattern(String.valueOf(e.getMessage())).exception();
        }
    }

    private DescribeRuleResult describe(Call call, RuleRequest request) {
        requireDefault(request.eventBusName());
        Rule rule = rules.get(call.scope(), request.name());
        Rule.Settings settings = rule.settings();
        return new DescribeRuleResult(
                rule.arn(),
                rule.account(),
                settings.description(),
                DEFAULT_BUS,
                settings.eventPattern(),
                rule.name(),
                settings.roleArn(),
                settings.scheduleExpression(),
                settings.state());
    }

    private @Nullable Void delete(Call call, DeleteRuleRequest request) {
        requireDefault(request.eventBusName());
        rules.delete(call.scope(), request.name());
        return null;
    }

    private ListRulesResult list(Call call, ListRulesRequest request) {
        requireDefault(request.eventBusName());
        int most = request.limit() == null ? MOST_RESULTS : request.limit();
        String prefix = request.namePrefix() == null ? "" : request.namePrefix();
        Paging<RuleItem> found = new Paging<>(most);
        for (Entry<Rule> entry : rules.page(call.scope(), prefix, Paging.after(request.nextToken()), most + 1)) {
            Rule.Settings settings = entry.value().settings();
            found.add(
                    entry.key(),
                    new RuleItem(
                            entry.value().arn(),
                            settings.description(),
                            DEFAULT_BUS,
                            settings.eventPattern(),
                            entry.value().name(),
                            settings.roleArn(),
                            settings.scheduleExpression(),
                            settings.state()));
        }
        return new ListRulesResult(found.nextToken(), found.items());
    }

    private @Nullable Void state(Call call, RuleRequest request, String state) {
        requireDefault(request.eventBusName());
        rules.state(call.scope(), request.name(), state);
        return null;
    }

    private static Bus bus(Call call, DescribeBusRequest request) {
        requireDefault(request.name());
        return Bus.of(call.scope());
    }

    private static ListBusesResult buses(Call call, ListBusesRequest request) {
        boolean fits = request.namePrefix() == null || DEFAULT_BUS.startsWith(request.namePrefix());
        return new ListBusesResult(fits && request.nextToken() == null ? List.of(Bus.of(call.scope())) : List.of());
    }

    private Nothing tag(Call call, TagRequest request) {
        return changeTags(call, request.resourceARN(), before -> Tag.plus(before, request.tags(), "rule"));
    }

    private Nothing untag(Call call, UntagRequest request) {
        return changeTags(call, request.resourceARN(), before -> Tag.minus(before, request.tagKeys()));
    }

    private Nothing changeTags(Call call, String arn, UnaryOperator<Map<String, String>> change) {
        rules.update(call.scope(), ruleName(call, arn), rule -> rule.withTags(change.apply(rule.tags())));
        return new Nothing();
    }

    private TagsResult tags(Call call, TagsRequest request) {
        return new TagsResult(Tag.list(
                rules.get(call.scope(), ruleName(call, request.resourceARN())).tags()));
    }

    private static String ruleName(Call call, String text) {
        Arn arn = Arn.parse(text)
                .filter(parsed -> parsed.service().equals("events"))
                .orElseThrow(() -> invalid(
                        "Parameter ResourceARN is not valid. Reason: Provided Arn is not in correct" + " format."));
        String resource = arn.resource();
        if (!arn.scope().equals(call.scope()) || !resource.startsWith("rule/")) {
            throw new EventsError.ResourceNotFound("Resource " + text + " does not exist.").exception();
        }
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    private static AwsException invalid(String message) {
        return new EventsError.Validation(message).exception();
    }
}
