package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The aliases of all functions.
public final class Aliases {
    private final Table<Alias> table;
    private final List<Consumer<Alias>> onChange = new CopyOnWriteArrayList<>();
    private final List<Consumer<Alias>> onDelete = new CopyOnWriteArrayList<>();

    /// A page of aliases.
    ///
    /// @param nextMarker null on the last page
    public record Page(List<Alias> aliases, @Nullable String nextMarker) {}

    Aliases(Store store) {
        this.table = store.table("aliases", Alias.class);
    }

    /// Is told of every alias that has changed, after the change.
    public void onChange(Consumer<Alias> listener) {
        onChange.add(listener);
    }

    /// Is told of every alias that was deleted.
    public void onDelete(Consumer<Alias> listener) {
        onDelete.add(listener);
    }

    /// Looks an alias up.
    ///
    /// @param function any name of its function; the qualifier isn't looked at
    public Optional<Alias> find(FunctionName function, String alias) {
        return table.get(key(function, alias));
    }

    /// Adds an alias.
    ///
    /// @throws AwsException ResourceConflictException when the name is taken
    public void create(Alias alias) {
        table.compute(key(name(alias), alias.name()), before -> {
            if (before != null) {
                throw new AwsException(new LambdaError.ResourceConflict("Alias already exists: " + before.arn()));
            }
            return alias;
        });
    }

    /// Changes an alias.
    ///
    /// @throws AwsException when it isn't there, or what `change` throws
    public Alias update(FunctionName function, String alias, UnaryOperator<Alias> change) {
        Alias after = table.compute(key(function, alias), before -> {
            if (before == null) {
                throw new AwsException(
                        new LambdaError.ResourceNotFound("Alias not found: " + function.arn() + ":" + alias));
            }
            return change.apply(before);
        });
        if (after == null) {
            throw new IllegalStateException("a change made nothing of alias " + alias);
        }
        onChange.forEach(listener -> listener.accept(after));
        return after;
    }

    /// Deletes an alias; one that isn't there is deleted already.
    public void delete(FunctionName function, String alias) {
        AtomicReference<@Nullable Alias> last = new AtomicReference<>();
        table.compute(key(function, alias), before -> {
            last.set(before);
            return null;
        });
        Alias deleted = last.get();
        if (deleted != null) {
            onDelete.forEach(listener -> listener.accept(deleted));
        }
    }

    /// Deletes all aliases of a function.
    void deleteAll(FunctionName function) {
        all(function).forEach(alias -> delete(function, alias.name()));
    }

    /// Aliases of a function in the order of their names.
    ///
    /// @param version only those whose calls may go there, or null for all
    /// @param marker name after which the page begins, or null
    public Page page(FunctionName function, @Nullable String version, @Nullable String marker, int limit) {
        String prefix = key(function, "");
        List<Alias> aliases = table.page(prefix, marker == null ? null : prefix + marker, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .filter(alias -> version == null || alias.uses(version))
                .limit(limit + 1L)
                .toList();
        boolean more = aliases.size() > limit;
        List<Alias> page = more ? aliases.subList(0, limit) : aliases;
        return new Page(page, more ? page.getLast().name() : null);
    }

    /// Every alias of a function.
    List<Alias> all(FunctionName function) {
        return page(function, null, null, Integer.MAX_VALUE - 1).aliases();
    }

    private static FunctionName name(Alias alias) {
        return new FunctionName(alias.scope(), alias.function(), null);
    }

    private static String key(FunctionName function, String alias) {
        return Functions.key(function.scope(), function.name()) + "/" + alias;
    }
}
