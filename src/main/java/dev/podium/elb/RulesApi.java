package dev.podium.elb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations on the rules of listeners.
final class RulesApi implements ElbOperations {
    private static final int MOST = 100;
    private static final String DEFAULT_LAST = "999999";

    private final LoadBalancers loadBalancers;
    private final Traffic traffic;
    private final ActionRules actions;

    RulesApi(LoadBalancers loadBalancers, Traffic traffic, ActionRules actions) {
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
        this.actions = actions;
    }

    record CreateRequest(
            String listenerArn,
            List<Condition> conditions,
            Integer priority,
            List<Action> actions,
            @Nullable List<Tag> tags,
            @Nullable List<JsonNode> transforms) {}

    record ModifyRequest(
            String ruleArn,
            @Nullable List<Condition> conditions,
            @Nullable List<Action> actions,
            @Nullable List<JsonNode> transforms,
            @Nullable Boolean resetTransforms) {}

    record DescribeRequest(
            @Nullable String listenerArn,
            @Nullable List<String> ruleArns,
            @Nullable String marker,
            @Nullable Integer pageSize) {}

    record ArnRequest(String ruleArn) {}

    record Made(List<RuleShape> rules) {}

    record Described(List<RuleShape> rules, @Nullable String nextMarker) {}

    record PrioritiesRequest(List<Pair> rulePriorities) {}

    record Pair(@Nullable String ruleArn, @Nullable Integer priority) {}

    record PrioritiesResult(List<RuleShape> rules) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateRule", CreateRequest.class, Made.class, this::create)
                .operation("ModifyRule", ModifyRequest.class, Made.class, this::modify)
                .operation("DescribeRules", DescribeRequest.class, Described.class, this::describe)
                .operation("DeleteRule", ArnRequest.class, Void.class, this::delete)
                .operation("SetRulePriorities", PrioritiesRequest.class, PrioritiesResult.class, this::setPriorities)
                .partial(
                        "CreateRule",
                        "Transforms and authentication actions are refused. Regular expressions are Java's, looked for"
                                + " anywhere in the text; one that takes too many steps doesn't fit.")
                .partial("ModifyRule", "As CreateRule.");
    }

    private Made create(Call call, CreateRequest request) {
        LoadBalancers.Found found = loadBalancers.listener(request.listenerArn(), call.scope());
        if (found.loadBalancer().network()) {
            throw ElbError.of("UnsupportedProtocol", "Rules can't be created for listeners of network load balancers");
        }
        refuse(request.transforms());
        List<Condition> conditions = ConditionRules.check(request.conditions());
        List<Action> checked = actions.check(request.actions(), found.loadBalancer());
        StoredRule made = new StoredRule(
                ElbArn.rule(found.listener().arn(), Names.id()),
                request.priority(),
                conditions,
                checked,
                Tags.of(request.tags()));
        traffic.change(found.loadBalancer().arn(), now -> {
            if (now.listeners().stream()
                            .mapToInt(listener -> listener.rules().size() - 1)
                            .sum()
                    >= MOST) {
                throw ElbError.of("TooManyRules", "A load balancer can have at most '" + MOST + "' rules");
            }
            return LoadBalancers.withListener(now, found.listener().arn(), listener -> added(listener, made));
        });
        return one(made);
    }

    private static StoredListener added(StoredListener listener, StoredRule made) {
        if (listener.rules().stream().anyMatch(rule -> rule.priority() == made.priority())) {
            throw inUse(made.priority());
        }
        List<StoredRule> more = new ArrayList<>(listener.rules());
        more.add(made);
        return listener.withRules(more);
    }

    private static dev.podium.aws.AwsException inUse(int priority) {
        return ElbError.of("PriorityInUse", "Priority '" + priority + "' is currently in use");
    }

    private static void refuse(@Nullable List<JsonNode> transforms) {
        if (transforms != null && !transforms.isEmpty()) {
            throw ElbError.unsupported("Transforms");
        }
    }

    private static Made one(StoredRule rule) {
        return new Made(List.of(RuleShape.of(rule)));
    }

    private Made modify(Call call, ModifyRequest request) {
        LoadBalancers.FoundRule found = loadBalancers.rule(request.ruleArn(), call.scope());
        refuse(request.transforms());
        StoredRule before = found.rule();
        if (before.isDefault()) {
            throw ElbError.of("OperationNotPermitted", "Default rule '" + before.arn() + "' cannot be modified");
        }
        List<Condition> conditions = request.conditions() == null ? null : ConditionRules.check(request.conditions());
        List<Action> checked = request.actions() == null
                ? null
                : actions.check(request.actions(), found.at().loadBalancer());
        StoredLoadBalancer changed = traffic.changeListener(
                found.at(),
                listener -> listener.withRule(before.arn(), rule -> {
                    StoredRule after = conditions == null ? rule : rule.withConditions(conditions);
                    return checked == null ? after : after.withActions(checked);
                }));
        return one(changed.listener(found.at().listener().arn())
                .flatMap(listener -> listener.rule(before.arn()))
                .orElse(before));
    }

    private Described describe(Call call, DescribeRequest request) {
        List<String> arns = Selection.orNone(request.ruleArns());
        boolean named = !arns.isEmpty();
        if (named == (request.listenerArn() != null)) {
            throw ElbError.validation("You must specify either rule ARNs or a listener ARN, and not both of them");
        }
        List<StoredRule> found = named
                ? Selection.each(
                        ElbError.Kind.RULE,
                        arns,
                        arn -> loadBalancers.findRule(arn, call.scope()).map(LoadBalancers.FoundRule::rule))
                : loadBalancers
                        .listener(String.valueOf(request.listenerArn()), call.scope())
                        .listener()
                        .rules();
        Pages<StoredRule> page = Pages.of(
                found,
                rule -> (rule.isDefault() ? DEFAULT_LAST : "%06d".formatted(rule.priority())) + rule.arn(),
                request.marker(),
                request.pageSize());
        return new Described(page.items().stream().map(RuleShape::of).toList(), page.nextMarker());
    }

    private @Nullable Void delete(Call call, ArnRequest request) {
        LoadBalancers.FoundRule found = loadBalancers.rule(request.ruleArn(), call.scope());
        String arn = found.rule().arn();
        if (found.rule().isDefault()) {
            throw ElbError.of("OperationNotPermitted", "Default rule '" + arn + "' cannot be deleted");
        }
        traffic.changeListener(
                found.at(),
                listener -> listener.withRules(listener.rules().stream()
                        .filter(rule -> !rule.arn().equals(arn))
                        .toList()));
        return null;
    }

    private PrioritiesResult setPriorities(Call call, PrioritiesRequest request) {
        if (request.rulePriorities().isEmpty()) {
            throw ElbError.validation("At least one rule priority must be specified");
        }
        Map<String, Integer> wanted = new HashMap<>();
        Set<String> listeners = new HashSet<>();
        LoadBalancers.Found at = null;
        for (Pair pair : request.rulePriorities()) {
            if (pair.ruleArn() == null || pair.priority() == null) {
                throw ElbError.validation("A rule ARN and a priority must be specified");
            }
            LoadBalancers.FoundRule found = loadBalancers.rule(pair.ruleArn(), call.scope());
            if (found.rule().isDefault()) {
                throw ElbError.of(
                        "OperationNotPermitted", "The priority of default rule '" + pair.ruleArn() + "' cannot be set");
            }
            at = found.at();
            listeners.add(at.listener().arn());
            if (wanted.put(pair.ruleArn(), pair.priority()) != null) {
                throw ElbError.validation("Rule '" + pair.ruleArn() + "' was specified more than once");
            }
        }
        if (at == null || listeners.size() != 1) {
            throw ElbError.validation("All rules must belong to the same listener");
        }
        StoredLoadBalancer changed = traffic.changeListener(at, listener -> reordered(listener, wanted));
        return new PrioritiesResult(changed.listener(at.listener().arn()).stream()
                .flatMap(listener -> listener.rules().stream())
                .filter(rule -> wanted.containsKey(rule.arn()))
                .map(RuleShape::of)
                .toList());
    }

    private static StoredListener reordered(StoredListener listener, Map<String, Integer> wanted) {
        List<StoredRule> rules = listener.rules().stream()
                .map(rule -> rule.withPriority(wanted.getOrDefault(rule.arn(), rule.priority())))
                .toList();
        Set<Integer> seen = new HashSet<>();
        rules.forEach(rule -> {
            if (!seen.add(rule.priority())) {
                throw inUse(rule.priority());
            }
        });
        return listener.withRules(rules);
    }
}
