package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The event invoke configs of all functions, by qualifier. They go with what the qualifier means.
public final class EventInvokeConfigs {
    private final Table<EventInvokeConfig> table;

    /// A page of configs.
    ///
    /// @param nextMarker null on the last page
    public record Page(
            List<EventInvokeConfig> configs, @Nullable String nextMarker) {}

    /// Opens the collection.
    public EventInvokeConfigs(Store store, Functions functions) {
        this.table = store.table("event-invoke-configs", EventInvokeConfig.class);
        functions.onDelete(this::forget);
        functions
                .aliases()
                .onDelete(alias -> table.remove(key(new FunctionName(alias.scope(), alias.function(), alias.name()))));
    }

    private void forget(LambdaFunction function) {
        if (!function.version().equals(FunctionName.LATEST)) {
            table.remove(key(new FunctionName(function.scope(), function.name(), function.version())));
            return;
        }
        String prefix = prefix(new FunctionName(function.scope(), function.name(), null));
        for (String key : table.keys(prefix, null, Integer.MAX_VALUE)) {
            table.remove(key);
        }
    }

    /// The config of exactly this qualifier.
    public Optional<EventInvokeConfig> find(FunctionName name) {
        return table.get(key(name));
    }

    /// The config of exactly this qualifier.
    ///
    /// @throws AwsException ResourceNotFoundException when it has none
    public EventInvokeConfig get(FunctionName name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    /// Adds or replaces a config.
    public void put(FunctionName name, EventInvokeConfig config) {
        table.put(key(name), config);
    }

    /// Changes a config.
    ///
    /// @throws AwsException ResourceNotFoundException when there is none
    public EventInvokeConfig update(FunctionName name, UnaryOperator<EventInvokeConfig> change) {
        EventInvokeConfig after = table.compute(key(name), before -> {
            if (before == null) {
                throw missing(name);
            }
            return change.apply(before);
        });
        if (after == null) {
            throw new IllegalStateException("a change made nothing of the config of " + name);
        }
        return after;
    }

    /// Removes a config.
    ///
    /// @throws AwsException ResourceNotFoundException when there is none
    public void delete(FunctionName name) {
        if (!table.remove(key(name))) {
            throw missing(name);
        }
    }

    /// The configs of a function in the order of their qualifiers.
    ///
    /// @param marker qualifier after which the page begins, or null
    public Page page(FunctionName name, @Nullable String marker, int limit) {
        String prefix = prefix(name);
        List<Entry<EventInvokeConfig>> entries = table.page(prefix, marker == null ? null : prefix + marker, limit + 1);
        List<EventInvokeConfig> configs =
                entries.stream().limit(limit).map(Entry::value).toList();
        return new Page(configs, entries.size() > limit ? configs.getLast().qualifier() : null);
    }

    private static AwsException missing(FunctionName name) {
        return new AwsException(new LambdaError.ResourceNotFound(
                "The function " + name.arn() + ":" + qualifier(name) + " doesn't have an EventInvokeConfig"));
    }

    private static String qualifier(FunctionName name) {
        String qualifier = name.qualifier();
        return qualifier == null ? FunctionName.LATEST : qualifier;
    }

    private static String key(FunctionName name) {
        return prefix(name) + qualifier(name);
    }

    private static String prefix(FunctionName name) {
        return Functions.key(name.scope(), name.name()) + "/";
    }
}
