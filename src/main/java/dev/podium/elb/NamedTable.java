package dev.podium.elb;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Table;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Resources by account, region and name. There are few of them: AWS's own limits hold, and lists are read whole.
///
/// @param missing the error for one that isn't there, by its ARN
record NamedTable<T extends ElbResource>(Table<T> table, Function<String, AwsException> missing) {
    private static final int ALL = 100_000;

    /// Adds a resource, unless there is one of the name.
    ///
    /// @return the one of that name, whoever made it
    T create(T made) {
        return Objects.requireNonNull(
                table.compute(key(made.scope(), made.name()), before -> before == null ? made : before));
    }

    Optional<T> named(Scope scope, String name) {
        return table.get(key(scope, name));
    }

    /// Those of an account in a region, by name.
    List<T> all(Scope scope) {
        return page(prefix(scope));
    }

    /// Those of all accounts and regions.
    List<T> all() {
        return page("");
    }

    private List<T> page(String prefix) {
        return table.page(prefix, null, ALL).stream().map(Entry::value).toList();
    }

    /// Changes a resource; fails when it isn't there any more, or another one of its name.
    T change(String arn, UnaryOperator<T> change) {
        ElbArn named = ElbArn.parse(arn).orElseThrow();
        return Objects.requireNonNull(table.compute(key(named.scope(), named.name()), before -> {
            if (before == null || !before.arn().equals(arn)) {
                throw missing.apply(arn);
            }
            return change.apply(before);
        }));
    }

    /// Deletes a resource.
    void remove(T gone) {
        table.compute(
                key(gone.scope(), gone.name()),
                before -> before != null && before.arn().equals(gone.arn()) ? null : before);
    }

    private static String key(Scope scope, String name) {
        return prefix(scope) + name;
    }

    private static String prefix(Scope scope) {
        return scope.account() + "/" + scope.region() + "/";
    }
}
