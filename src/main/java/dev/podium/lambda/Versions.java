package dev.podium.lambda;

import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The published versions of all functions. Nothing but their state ever changes.
final class Versions {
    private static final int DIGITS = 10;

    private final Table<LambdaFunction> table;

    Versions(Store store) {
        this.table = store.table("versions", LambdaFunction.class);
    }

    /// Tells whether a qualifier is a number, and so no alias.
    static boolean isNumber(String qualifier) {
        return !qualifier.isEmpty() && qualifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    Optional<LambdaFunction> find(Scope scope, String name, String number) {
        return number.length() > DIGITS ? Optional.empty() : table.get(key(scope, name, number));
    }

    void put(LambdaFunction version) {
        table.put(key(version.scope(), version.name(), version.version()), version);
    }

    /// Moves a version to another state, unless it has changed or gone meanwhile.
    ///
    /// @return it, or null when nothing was done
    @Nullable
    LambdaFunction settle(LambdaFunction version, FunctionStatus status) {
        boolean[] applied = {false};
        LambdaFunction after = table.compute(key(version.scope(), version.name(), version.version()), before -> {
            applied[0] = before != null && before.revisionId().equals(version.revisionId());
            return before == null || !applied[0] ? before : before.in(status);
        });
        return applied[0] ? after : null;
    }

    Optional<LambdaFunction> delete(Scope scope, String name, String number) {
        AtomicReference<@Nullable LambdaFunction> last = new AtomicReference<>();
        if (number.length() <= DIGITS) {
            table.compute(key(scope, name, number), before -> {
                last.set(before);
                return null;
            });
        }
        return Optional.ofNullable(last.get());
    }

    /// Versions of a function in the order of their numbers.
    ///
    /// @param after a number, or null to begin with the first
    List<LambdaFunction> page(Scope scope, String name, @Nullable String after, int limit) {
        String prefix = Functions.key(scope, name) + "/";
        return table.page(prefix, after == null ? null : key(scope, name, after), limit).stream()
                .map(Entry::value)
                .toList();
    }

    List<LambdaFunction> all(String prefix) {
        return table.page(prefix, null, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .toList();
    }

    private static String key(Scope scope, String name, String number) {
        String padded = number.length() >= DIGITS
                ? number
                : String.format(Locale.ROOT, "%" + DIGITS + "s", number).replace(' ', '0');
        return Functions.key(scope, name) + "/" + padded;
    }
}
