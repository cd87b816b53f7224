package dev.podium.iam;

import dev.podium.store.Entry;
import dev.podium.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All resources of one kind. Names are unique in an account, whatever their case.
///
/// @param words what the kind's errors say
/// @param most  in an account; AWS's own quota
record Resources<T extends Resource<T>>(Table<T> table, Words words, int most) {
    private static final int PAGE = 1000;

    /// The wording of a kind's errors.
    ///
    /// @param exists   with a place for the name
    /// @param missing  with a place for the name
    /// @param quota    name of the quota
    record Words(String exists, String missing, String quota) {}

    /// What becomes of a resource; null removes it.
    @FunctionalInterface
    interface Change<T> {
        @Nullable
        T of(T before);
    }

    private static String key(String account, String name) {
        return account + "/" + name.toLowerCase(Locale.ROOT);
    }

    /// Adds one.
    ///
    /// @throws dev.podium.aws.AwsException EntityAlreadyExists, or LimitExceeded when the account has too many
    void create(T resource) {
        String account = resource.head().account();
        if (table.keys(account + "/", null, most).size() == most) {
            throw IamError.Kind.LIMIT_EXCEEDED.of("Cannot exceed quota for %s: %d".formatted(words.quota, most));
        }
        table.compute(key(account, resource.head().name()), before -> {
            if (before != null) {
                throw IamError.Kind.ENTITY_ALREADY_EXISTS.of(
                        words.exists.formatted(before.head().name()));
            }
            return resource;
        });
    }

    Optional<T> find(String account, String name) {
        return table.get(key(account, name));
    }

    /// Looks one up.
    ///
    /// @throws dev.podium.aws.AwsException NoSuchEntity
    T get(String account, String name) {
        return find(account, name).orElseThrow(() -> IamError.Kind.NO_SUCH_ENTITY.of(words.missing.formatted(name)));
    }

    /// Changes one.
    ///
    /// @param change may return null, which removes it
    /// @throws dev.podium.aws.AwsException NoSuchEntity
    void update(String account, String name, Change<T> change) {
        table.compute(key(account, name), before -> {
            if (before == null) {
                throw IamError.Kind.NO_SUCH_ENTITY.of(words.missing.formatted(name));
            }
            return change.of(before);
        });
    }

    /// All of an account below a path, in the order of their names.
    List<T> all(String account, @Nullable String pathPrefix) {
        List<T> all = new ArrayList<>();
        List<Entry<T>> page = table.page(account + "/", null, PAGE);
        while (!page.isEmpty()) {
            page.stream()
                    .map(Entry::value)
                    .filter(one -> pathPrefix == null || one.head().path().startsWith(pathPrefix))
                    .forEach(all::add);
            page = table.page(account + "/", page.getLast().key(), PAGE);
        }
        return all;
    }
}
