package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All functions. A change is checked and applied atomically per function, and is on disk before the method
/// returns.
public final class Functions {
    private final Table<LambdaFunction> table;
    private final Clock clock;
    private final List<Consumer<LambdaFunction>> onChange = new CopyOnWriteArrayList<>();
    private final List<Consumer<LambdaFunction>> onDelete = new CopyOnWriteArrayList<>();

    /// A page of functions.
    ///
    /// @param nextMarker null on the last page
    public record Page(
            List<LambdaFunction> functions, @Nullable String nextMarker) {}

    /// Opens the collection.
    public Functions(Store store, Clock clock) {
        this.table = store.table("functions", LambdaFunction.class);
        this.clock = clock;
    }

    /// Is told of every function that has changed, after the change.
    public void onChange(Consumer<LambdaFunction> listener) {
        onChange.add(listener);
    }

    /// Is told of every function that was deleted.
    public void onDelete(Consumer<LambdaFunction> listener) {
        onDelete.add(listener);
    }

    public Clock clock() {
        return clock;
    }

    /// Looks a function up; any qualifier but `$LATEST` finds nothing until versions exist.
    public Optional<LambdaFunction> find(FunctionName name) {
        return name.latest() ? table.get(key(name.scope(), name.name())) : Optional.empty();
    }

    /// Looks a function up.
    ///
    /// @throws AwsException ResourceNotFoundException naming the ARN with the qualifier that was given
    public LambdaFunction get(FunctionName name) {
        return find(name)
                .orElseThrow(() -> new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn())));
    }

    /// Adds a function.
    ///
    /// @throws AwsException ResourceConflictException when the name is taken
    public void create(LambdaFunction function) {
        table.compute(key(function.scope(), function.name()), before -> {
            if (before != null) {
                throw new AwsException(new LambdaError.ResourceConflict("Function already exist: " + function.name()));
            }
            return function;
        });
    }

    /// Changes a function.
    ///
    /// @param revisionId the revision the caller knows, or null for any
    /// @throws AwsException when the function isn't there, its revision is another one, or it is being updated
    public LambdaFunction update(FunctionName name, @Nullable String revisionId, UnaryOperator<LambdaFunction> change) {
        return replace(name, before -> {
            if (revisionId != null && !revisionId.equals(before.revisionId())) {
                throw new AwsException(LambdaError.PreconditionFailed.revision());
            }
            if (before.status().state().equals("Pending")) {
                throw new AwsException(new LambdaError.ResourceConflict(
                        "The operation cannot be performed at this time. The function is currently in the following state: "
                                + "Pending"));
            }
            if (before.status().unsettled()) {
                throw new AwsException(new LambdaError.ResourceConflict(
                        "The operation cannot be performed at this time. An update is in progress for resource: "
                                + before.arn()));
            }
            return change.apply(before);
        });
    }

    /// Changes a function whatever its state: tags, states.
    ///
    /// @throws AwsException when the function isn't there
    public LambdaFunction replace(FunctionName name, UnaryOperator<LambdaFunction> change) {
        LambdaFunction after = table.compute(key(name.scope(), name.name()), before -> {
            if (before == null) {
                throw new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn()));
            }
            return change.apply(before);
        });
        if (after == null) {
            throw new IllegalStateException("a change made nothing of " + name);
        }
        onChange.forEach(listener -> listener.accept(after));
        return after;
    }

    /// Moves a function from the revision given to another state, unless it has changed or gone meanwhile.
    public void settle(LambdaFunction function, FunctionStatus status) {
        boolean[] applied = {false};
        LambdaFunction after = table.compute(key(function.scope(), function.name()), before -> {
            applied[0] = before != null && before.revisionId().equals(function.revisionId());
            return before == null || !applied[0] ? before : before.in(status);
        });
        if (applied[0] && after != null) {
            onChange.forEach(listener -> listener.accept(after));
        }
    }

    /// Deletes a function.
    ///
    /// @return it, as it was last
    /// @throws AwsException when it isn't there
    public LambdaFunction delete(FunctionName name) {
        AtomicReference<@Nullable LambdaFunction> last = new AtomicReference<>();
        table.compute(key(name.scope(), name.name()), before -> {
            last.set(before);
            return null;
        });
        LambdaFunction function = last.get();
        if (function == null) {
            throw new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn()));
        }
        onDelete.forEach(listener -> listener.accept(function));
        return function;
    }

    /// Deletes every function of every account.
    ///
    /// @return them
    public List<LambdaFunction> clear() {
        List<LambdaFunction> deleted = new ArrayList<>();
        for (LambdaFunction function : all()) {
            deleted.add(delete(new FunctionName(function.scope(), function.name(), null)));
        }
        return deleted;
    }

    /// Functions in the order of their names.
    ///
    /// @param marker name after which the page begins, or null
    public Page page(Scope scope, @Nullable String marker, int limit) {
        String prefix = key(scope, "");
        List<Entry<LambdaFunction>> entries = table.page(prefix, marker == null ? null : prefix + marker, limit + 1);
        List<LambdaFunction> functions =
                entries.stream().limit(limit).map(Entry::value).toList();
        boolean more = entries.size() > limit;
        return new Page(functions, more ? functions.getLast().name() : null);
    }

    /// Every function of every account: for the start only.
    public List<LambdaFunction> all() {
        return table.page("", null, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .toList();
    }

    private static String key(Scope scope, String name) {
        return scope.account() + "/" + scope.region() + "/" + name;
    }
}
