package dev.podium.lambda.sources;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.Targets;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All event source mappings, and what runs for them.
///
/// A change is on disk before its method returns; the mapping follows in the background, as its state
/// tells.
public final class EventSourceMappings implements AutoCloseable {
    private final Table<EventSourceMapping> table;
    /// Which mapping has a source and a function: there can be only one.
    private final Table<String> pairs;
    /// How the last batch of each ended, where that is known.
    private final Table<String> results;
    private final Map<SourceType, SourceKind> kinds;
    private final Runs runs;
    private final Map<String, MappingLoop> loops = new ConcurrentHashMap<>();

    /// What runs functions.
    ///
    /// @param targets take the records of discarded batches
    public record Parts(
            Functions functions, Invocations invocations, ReservedConcurrency concurrency, Targets targets) {}

    /// Opens the collection; nothing runs before [#start].
    ///
    /// @param kinds what opens sources; mappings of other types can't be made
    public EventSourceMappings(Store store, Parts parts, Map<SourceType, SourceKind> kinds) {
        this.table = store.table("event-source-mappings", EventSourceMapping.class);
        this.pairs = store.table("event-source-pairs", String.class);
        this.results = store.table("event-source-results", String.class);
        this.kinds = Map.copyOf(kinds);
        this.runs = new Runs(
                parts.functions(),
                parts.invocations(),
                parts.concurrency(),
                parts.targets(),
                parts.functions().clock());
        parts.functions().onChange(this::functionChanged);
    }

    /// Goes on with every mapping.
    public void start() {
        table.keys("", null, Integer.MAX_VALUE).forEach(key -> loop(key).signal());
    }

    private void functionChanged(LambdaFunction function) {
        // It may be the one that a mapping waits for.
        loops.values().forEach(MappingLoop::wake);
    }

    Runs runs() {
        return runs;
    }

    SourceKind kind(EventSourceMapping mapping) {
        SourceKind kind = kinds.get(mapping.type());
        if (kind == null) {
            throw new AwsException(
                    new LambdaError.InvalidParameterValue("Podium has no sources of type " + mapping.type() + "."));
        }
        return kind;
    }

    private MappingLoop loop(String key) {
        return loops.computeIfAbsent(
                key, made -> new MappingLoop(made, this, results.get(made).orElse("No records processed")));
    }

    /// A new or changed mapping with what its kind of source fills in.
    ///
    /// @throws AwsException InvalidParameterValueException when the source or a filter can't be used
    public EventSourceMapping completed(EventSourceMapping mapping) {
        Filters.of(mapping);
        return kind(mapping).completed(mapping);
    }

    /// Looks at a changed mapping; its source only has to be there while it is enabled.
    ///
    /// @throws AwsException InvalidParameterValueException when the source or a filter can't be used
    public void check(EventSourceMapping mapping) {
        if (mapping.enabled()) {
            completed(mapping);
        } else {
            Filters.of(mapping);
        }
    }

    /// Adds a mapping.
    ///
    /// @throws AwsException ResourceConflictException when there is one of this source and function
    public void create(EventSourceMapping mapping) {
        String pair = pair(mapping);
        Optional<String> before = pairs.get(pair);
        if (before.isPresent()) {
            table.get(key(mapping.scope(), before.get())).ifPresent(other -> {
                throw conflict(mapping, other.uuid());
            });
        }
        pairs.compute(pair, now -> {
            if (now != null && !now.equals(before.orElse(null))) {
                throw conflict(mapping, now);
            }
            return mapping.uuid();
        });
        String key = key(mapping.scope(), mapping.uuid());
        table.put(key, mapping);
        loop(key).signal();
    }

    private static AwsException conflict(EventSourceMapping mapping, String uuid) {
        String arn = mapping.setting("EventSourceArn").asText("");
        String function = mapping.functionName().name();
        String what = mapping.type() == SourceType.SQS
                ? "An event source mapping with SQS arn (\" " + arn + " \") and function (\" " + function
                        + " \") already exists."
                : "The event source arn (\" " + arn + " \") and function (\" " + function
                        + " \") provided mapping already exists.";
        return new AwsException(new LambdaError.ResourceConflict(
                what + " Please update or delete the existing mapping with UUID " + uuid));
    }

    /// One mapping.
    ///
    /// @throws AwsException ResourceNotFoundException
    public EventSourceMapping get(Scope scope, String uuid) {
        return table.get(key(scope, uuid)).orElseThrow(EventSourceMappings::missing);
    }

    private static AwsException missing() {
        return new AwsException(LambdaError.ResourceNotFound.requested());
    }

    /// How the last batch of a mapping ended, in AWS's words.
    public String result(EventSourceMapping mapping) {
        return loop(key(mapping.scope(), mapping.uuid())).result();
    }

    /// Keeps how the last batch of a mapping ended.
    void note(String key, String result) {
        results.put(key, result);
    }

    /// Changes a mapping.
    ///
    /// @throws AwsException ResourceNotFoundException, ResourceInUseException while it is being deleted
    public EventSourceMapping update(Scope scope, String uuid, UnaryOperator<EventSourceMapping> change) {
        String key = key(scope, uuid);
        EventSourceMapping[] before = new EventSourceMapping[1];
        EventSourceMapping after = table.compute(key, now -> {
            if (now == null) {
                throw missing();
            }
            if (now.state().equals("Deleting")) {
                throw new AwsException(
                        new LambdaError.ResourceInUse("Cannot update the event source mapping because it is in use."));
            }
            before[0] = now;
            return change.apply(now);
        });
        if (after == null) {
            throw missing();
        }
        String pair = pair(after);
        if (!pair.equals(pair(before[0]))) {
            pairs.put(pair, uuid);
            pairs.remove(pair(before[0]));
        }
        loop(key).signal();
        return after;
    }

    /// Changes the tags of a mapping.
    ///
    /// @throws AwsException ResourceNotFoundException
    public void retag(Scope scope, String uuid, UnaryOperator<Map<String, String>> change) {
        table.compute(key(scope, uuid), now -> {
            if (now == null) {
                throw missing();
            }
            return now.tagged(change.apply(new HashMap<>(now.tags())));
        });
    }

    /// Mappings of an account and region, in the order of their ids.
    ///
    /// @param after id behind which the page begins, or null
    public List<EventSourceMapping> page(Scope scope, @Nullable String after, int limit) {
        String prefix = key(scope, "");
        return table.page(prefix, after == null ? null : prefix + after, limit).stream()
                .map(Entry::value)
                .toList();
    }

    /// Brings a mapping's record to the state that its loop is in from now on.
    ///
    /// @return null when it is gone
    @Nullable
    EventSourceMapping settle(String key) {
        EventSourceMapping found = table.get(key).orElse(null);
        if (found != null && found.state().equals("Deleting")) {
            forget(key, found);
            return null;
        }
        return table.compute(
                key,
                now -> now == null || now.state().equals("Deleting")
                        ? now
                        : now.in(
                                now.enabled() ? "Enabled" : "Disabled",
                                runs.clock().millis()));
    }

    private void forget(String key, EventSourceMapping mapping) {
        pairs.compute(pair(mapping), uuid -> mapping.uuid().equals(uuid) ? null : uuid);
        SourceKind kind = kinds.get(mapping.type());
        if (kind != null) {
            kind.forget(mapping);
        }
        table.remove(key);
        results.remove(key);
        loops.remove(key);
    }

    private static String pair(EventSourceMapping mapping) {
        return mapping.function() + "|" + mapping.setting("EventSourceArn").asText("")
                + mapping.setting("SelfManagedEventSource") + mapping.setting("Topics");
    }

    private static String key(Scope scope, String uuid) {
        return scope.account() + "/" + scope.region() + "/" + uuid;
    }

    /// Stops everything; the store is emptied by the caller.
    public void clear() throws InterruptedException {
        loops.values().forEach(MappingLoop::stop);
        for (MappingLoop loop : loops.values()) {
            loop.close();
        }
        loops.clear();
    }

    /// Stops at once: batches under way come again after the next start.
    @Override
    public void close() {
        try {
            clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
