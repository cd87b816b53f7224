package dev.podium.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.patterns.EventPattern;
import dev.podium.patterns.PatternException;
import dev.podium.schedules.Agenda;
import dev.podium.schedules.Delivery;
import dev.podium.schedules.RunHistory;
import dev.podium.schedules.TargetCall;
import dev.podium.schedules.Targets;
import dev.podium.schedules.Timetable;
import dev.podium.schedules.Timing;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The rules of the default event buses of all accounts and regions: what comes to a bus, and what its rules
/// send by their schedules.
public final class Rules implements AutoCloseable {
    private static final Logger LOG = System.getLogger("events");
    private static final int MOST = 300;

    private final Table<Rule> table;
    private final Agenda<Rule> agenda;
    private final Targets targets;
    /// The rules with patterns by what their keys begin with; read again after a change.
    private final Map<String, List<Matching>> matching = new ConcurrentHashMap<>();

    private record Matching(Rule rule, EventPattern pattern) {}

    /// Nothing runs before [#start].
    public Rules(Store store, Targets targets, Timetable timetable) {
        this.table = store.table("event-rules", Rule.class);
        this.targets = targets;
        this.agenda = new Agenda<>("events", store, table, targets, timetable, new Runs());
    }

    /// Runs what an earlier run of the server missed, and what comes.
    public void start() {
        agenda.start();
    }

    Targets targets() {
        return targets;
    }

    Optional<Rule> find(Scope scope, String name) {
        return table.get(Rule.prefix(scope) + name);
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    Rule get(Scope scope, String name) {
        return find(scope, name)
                .orElseThrow(() -> EventsError.ResourceNotFound.rule(name).exception());
    }

    /// Makes a rule, or gives one other settings; its targets and tags stay then.
    ///
    /// @throws dev.podium.aws.AwsException LimitExceededException
    void put(Scope scope, String name, Rule.Settings settings, Map<String, String> tags) {
        String prefix = Rule.prefix(scope);
        if (table.get(prefix + name).isEmpty() && table.keys(prefix, null, MOST).size() >= MOST) {
            throw new EventsError.LimitExceeded().exception();
        }
        Instant now = now();
        table.compute(
                prefix + name,
                before -> before == null
                        ? new Rule(
                                scope.account(),
                                scope.region(),
                                name,
                                UUID.randomUUID().toString(),
                                settings,
                                tags,
                                List.of(),
                                now)
                        : before.with(settings, now));
        changed(scope, name);
    }

    /// Changes a rule.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void update(Scope scope, String name, UnaryOperator<Rule> change) {
        table.compute(Rule.prefix(scope) + name, before -> {
            if (before == null) {
                throw EventsError.ResourceNotFound.rule(name).exception();
            }
            return change.apply(before);
        });
        changed(scope, name);
    }

    /// Switches a rule on or off.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void state(Scope scope, String name, String state) {
        Instant now = now();
        update(scope, name, rule -> rule.with(rule.settings().in(state), now));
    }

    /// Deletes a rule; there need not be one.
    ///
    /// @throws dev.podium.aws.AwsException ValidationException while it has targets
    void delete(Scope scope, String name) {
        table.compute(Rule.prefix(scope) + name, before -> {
            if (before != null && !before.targets().isEmpty()) {
                throw new EventsError.Validation("Rule can't be deleted since it has targets.").exception();
            }
            return null;
        });
        matching.remove(Rule.prefix(scope));
        agenda.removed(Rule.prefix(scope) + name, Rule.arn(scope, name));
    }

    private void changed(Scope scope, String name) {
        matching.remove(Rule.prefix(scope));
        agenda.changed(Rule.prefix(scope) + name);
    }

    /// Rules in the order of their names.
    List<Entry<Rule>> page(Scope scope, String prefix, @Nullable String after, int limit) {
        return table.page(Rule.prefix(scope) + prefix, after, limit);
    }

    /// What became of the last runs of a rule with a schedule; nothing when there is no such rule.
    public Optional<RunHistory> history(String arn) {
        return agenda.history(arn)
                .or(() -> Arn.parse(arn)
                        .filter(parsed -> parsed.service().equals("events")
                                && parsed.resource().startsWith("rule/"))
                        .flatMap(
                                parsed -> find(parsed.scope(), parsed.resource().substring("rule/".length())))
                        .map(rule -> RunHistory.NONE));
    }

    /// Whether no more events should be accepted.
    boolean isFull() {
        return agenda.isFull();
    }

    /// Brings events to the targets of the rules that they match: when this returns they are on disk.
    void accept(Scope scope, List<ObjectNode> events) {
        if (table.size() == 0) {
            return;
        }
        List<Matching> all = matching.computeIfAbsent(Rule.prefix(scope), this::read);
        List<Delivery> calls = new ArrayList<>();
        for (ObjectNode event : events) {
            for (Matching candidate : all) {
                if (candidate.pattern.matches(event)) {
                    calls.addAll(calls(candidate.rule, event, null));
                }
            }
        }
        agenda.accept(calls);
    }

    private List<Matching> read(String prefix) {
        List<Matching> found = new ArrayList<>();
        for (Entry<Rule> entry : table.page(prefix, null, MOST)) {
            Rule rule = entry.value();
            String pattern = rule.settings().eventPattern();
            if (pattern != null && rule.enabled()) {
                try {
                    found.add(new Matching(rule, EventPattern.parse(pattern)));
                } catch (PatternException e) {
                    LOG.log(
                            Level.ERROR,
                            "stored pattern can't be read, its rule matches nothing rule=" + rule.arn(),
                            e);
                }
            }
        }
        return found;
    }

    private List<Delivery> calls(Rule rule, ObjectNode event, @Nullable Instant time) {
        long now = time == null ? now().toEpochMilli() : time.toEpochMilli();
        String run = time == null ? event.path("id").asText() : HexFormat.of().toHexDigits(now);
        List<Delivery> calls = new ArrayList<>();
        for (RuleTarget target : rule.targets()) {
            calls.add(Delivery.first(
                    rule.key() + "/" + run + "/" + target.id(),
                    rule.id(),
                    new TargetCall(
                            UUID.randomUUID().toString(),
                            rule.arn(),
                            rule.account(),
                            rule.region(),
                            target.arn(),
                            TargetInput.of(target, rule, event),
                            parameters(target, event)),
                    time == null ? null : now,
                    now,
                    target.retryPolicy(),
                    target.deadLetterConfig()));
        }
        return calls;
    }

    private static ObjectNode parameters(RuleTarget target, ObjectNode event) {
        ObjectNode all = Json.object();
        if (target.ecsParameters() != null) {
            all.set("EcsParameters", target.ecsParameters());
        }
        if (target.sqsParameters() != null) {
            all.set("SqsParameters", target.sqsParameters());
        }
        String path = target.kinesisParameters() == null
                ? "$.id"
                : target.kinesisParameters().path("PartitionKeyPath").asText();
        JsonNode key = EventPath.of(event, path);
        all.putObject("KinesisParameters").put("PartitionKey", key.isValueNode() ? key.asText() : key.toString());
        // For another bus: the event as it is.
        all.putObject("EventBridgeParameters")
                .put("Source", event.path("source").asText())
                .put("DetailType", event.path("detail-type").asText());
        return all;
    }

    Instant now() {
        return agenda.now();
    }

    @Override
    public void close() {
        agenda.close();
    }

    /// Forgets what is in memory; the store is emptied by the caller.
    public void clear() {
        matching.clear();
    }

    /// What the agenda has to know of rules.
    private final class Runs implements Agenda.Plan<Rule> {
        @Override
        public @Nullable Timing timing(Rule rule) {
            return rule.timing();
        }

        @Override
        public Instant since(Rule rule) {
            return rule.since();
        }

        @Override
        public List<Delivery> calls(String key, Rule rule, Instant time) {
            ObjectNode event = Delivery.event(rule.scope(), "aws.events", "Scheduled Event", time, List.of(rule.arn()));
            event.putObject("detail");
            return Rules.this.calls(rule, event, time);
        }
    }
}
