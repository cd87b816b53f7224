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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All functions and their published versions. A change is checked and applied atomically per function, and is
/// on disk before the method returns.
public final class Functions {
    private final Table<LambdaFunction> table;
    private final Versions versions;
    private final Aliases aliases;
    private final Clock clock;
    private volatile Preparation preparation = function -> FunctionStatus.active();
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
        this.versions = new Versions(store);
        this.aliases = new Aliases(store);
        this.clock = clock;
    }

    /// Their aliases.
    public Aliases aliases() {
        return aliases;
    }

    /// Is told of every function that has changed, after the change.
    public void onChange(Consumer<LambdaFunction> listener) {
        onChange.add(listener);
    }

    /// Is told of every function and every version that was deleted: of a function's versions first.
    public void onDelete(Consumer<LambdaFunction> listener) {
        onDelete.add(listener);
    }

    public Clock clock() {
        return clock;
    }

    /// Looks a function up: the version that the qualifier means. Behind an alias with weights it is one of its
    /// versions at random.
    public Optional<LambdaFunction> find(FunctionName name) {
        String qualifier = name.qualifier();
        if (qualifier == null || qualifier.equals(FunctionName.LATEST)) {
            return table.get(key(name.scope(), name.name()));
        }
        if (Versions.isNumber(qualifier)) {
            return versions.find(name.scope(), name.name(), qualifier);
        }
        return aliases.find(name, qualifier)
                .flatMap(alias -> find(new FunctionName(
                        name.scope(),
                        name.name(),
                        alias.versionFor(ThreadLocalRandom.current().nextDouble()))));
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
            requireSettled(before);
            return change.apply(before);
        });
    }

    /// Refuses work on a function that is being created or updated.
    ///
    /// @throws AwsException ResourceConflictException
    public static void requireSettled(LambdaFunction function) {
        if (function.status().state().equals("Pending")) {
            throw new AwsException(new LambdaError.ResourceConflict(
                    "The operation cannot be performed at this time. The function is currently in the following state: "
                            + "Pending"));
        }
        if (function.status().unsettled()) {
            throw new AwsException(new LambdaError.ResourceConflict(
                    "The operation cannot be performed at this time. An update is in progress for resource: "
                            + function.arn()));
        }
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

    /// What a function needs before it can run.
    @FunctionalInterface
    public interface Preparation {
        /// Does it, and waits for it.
        ///
        /// @return the state that the function is in then
        FunctionStatus prepare(LambdaFunction function) throws InterruptedException;
    }

    /// Says who prepares functions; without, there is nothing to do.
    public void prepareBy(Preparation how) {
        preparation = how;
    }

    /// Prepares a new or changed function, and moves it to the state that follows.
    public void prepare(LambdaFunction function) {
        try {
            settle(function, preparation.prepare(function));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Moves a function or version from the revision given to another state, unless it has changed or gone
    /// meanwhile.
    public void settle(LambdaFunction function, FunctionStatus status) {
        if (function.isPublished()) {
            LambdaFunction version = versions.settle(function, status);
            if (version != null) {
                onChange.forEach(listener -> listener.accept(version));
            }
            return;
        }
        boolean[] applied = {false};
        LambdaFunction after = table.compute(key(function.scope(), function.name()), before -> {
            applied[0] = before != null && before.revisionId().equals(function.revisionId());
            return before == null || !applied[0] ? before : before.in(status);
        });
        if (applied[0] && after != null) {
            onChange.forEach(listener -> listener.accept(after));
        }
    }

    /// Publishes a version, unless the one before is the same.
    ///
    /// @param check throws when the function isn't what the caller takes it for
    /// @param description replaces the function's, or null
    /// @return the new version, or the last one when nothing has changed since
    /// @throws AwsException when the function isn't there
    public Published publish(FunctionName name, Consumer<LambdaFunction> check, @Nullable String description) {
        AtomicReference<@Nullable LambdaFunction> unchanged = new AtomicReference<>();
        LambdaFunction after = table.compute(key(name.scope(), name.name()), before -> {
            if (before == null) {
                throw new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn()));
            }
            check.accept(before);
            LambdaFunction last = versions.find(name.scope(), name.name(), Long.toString(before.published()))
                    .orElse(null);
            if (last != null && last.sameAs(before)) {
                unchanged.set(last);
                return before;
            }
            return before.numbered();
        });
        LambdaFunction last = unchanged.get();
        if (last != null || after == null) {
            return new Published(get(last == null ? name : nameOf(last)), false);
        }
        LambdaFunction version = after.version(after.published(), description);
        versions.put(version);
        return new Published(version, true);
    }

    /// What [#publish] gives.
    ///
    /// @param fresh false when it had been published before
    public record Published(LambdaFunction version, boolean fresh) {}

    /// Deletes a function with its versions and aliases.
    ///
    /// @return all of them, the function last
    /// @throws AwsException when it isn't there
    public List<LambdaFunction> delete(FunctionName name) {
        AtomicReference<@Nullable LambdaFunction> last = new AtomicReference<>();
        table.compute(key(name.scope(), name.name()), before -> {
            last.set(before);
            return null;
        });
        LambdaFunction function = last.get();
        if (function == null) {
            throw new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn()));
        }
        aliases.deleteAll(name);
        List<LambdaFunction> deleted = new ArrayList<>();
        for (LambdaFunction version : versions.page(name.scope(), name.name(), null, Integer.MAX_VALUE)) {
            versions.delete(name.scope(), name.name(), version.version()).ifPresent(deleted::add);
        }
        deleted.add(function);
        deleted.forEach(gone -> onDelete.forEach(listener -> listener.accept(gone)));
        return deleted;
    }

    /// Deletes one published version.
    ///
    /// @throws AwsException when it isn't there, or an alias uses it
    public LambdaFunction deleteVersion(FunctionName name) {
        String number = String.valueOf(name.qualifier());
        List<String> users = aliases.all(name).stream()
                .filter(alias -> alias.uses(number))
                .map(Alias::name)
                .toList();
        if (!users.isEmpty()) {
            throw new AwsException(new LambdaError.ResourceConflict(
                    "Unable to delete version because the following aliases reference it: " + users));
        }
        LambdaFunction version = versions.delete(name.scope(), name.name(), number)
                .orElseThrow(() -> new AwsException(LambdaError.ResourceNotFound.function(name.qualifiedArn())));
        onDelete.forEach(listener -> listener.accept(version));
        return version;
    }

    private static FunctionName nameOf(LambdaFunction function) {
        return new FunctionName(function.scope(), function.name(), function.version());
    }

    /// Deletes every function of every account.
    ///
    /// @return them
    public List<LambdaFunction> clear() {
        List<LambdaFunction> deleted = new ArrayList<>();
        for (LambdaFunction function : latest()) {
            deleted.addAll(delete(new FunctionName(function.scope(), function.name(), null)));
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

    /// Versions of a function in the order of their numbers, without `$LATEST`.
    ///
    /// @param after number after which the page begins, or null
    public List<LambdaFunction> versions(FunctionName name, @Nullable String after, int limit) {
        return versions.page(name.scope(), name.name(), after, limit);
    }

    /// Every function and version of every account: for the start only.
    public List<LambdaFunction> all() {
        List<LambdaFunction> all = new ArrayList<>(latest());
        all.addAll(versions.all(""));
        return all;
    }

    /// Every function and version of an account and region.
    public List<LambdaFunction> all(Scope scope) {
        List<LambdaFunction> all =
                new ArrayList<>(page(scope, null, Integer.MAX_VALUE - 1).functions());
        all.addAll(versions.all(key(scope, "")));
        return all;
    }

    private List<LambdaFunction> latest() {
        return table.page("", null, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .toList();
    }

    /// The key of a function, and the beginning of the keys of what belongs to it.
    static String key(Scope scope, String name) {
        return scope.account() + "/" + scope.region() + "/" + name;
    }
}
