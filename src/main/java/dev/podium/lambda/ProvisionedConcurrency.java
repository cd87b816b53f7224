package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How many environments of versions and aliases are to be kept initialised.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html">Provisioned concurrency</a>
public final class ProvisionedConcurrency {
    private final Table<Config> table;

    /// Opens the collection.
    public ProvisionedConcurrency(Store store) {
        this.table = store.table("provisioned-concurrency", Config.class);
    }

    /// What was asked for.
    ///
    /// @param qualifier number of a version, or an alias
    /// @param requested environments, at least 1
    /// @param lastModified `2024-01-02T03:04:05+0000`
    public record Config(
            String account, String region, String function, String qualifier, int requested, String lastModified) {
        /// Of a version or alias.
        public static Config of(FunctionName name, int requested, String lastModified) {
            return new Config(
                    name.scope().account(),
                    name.scope().region(),
                    name.name(),
                    String.valueOf(name.qualifier()),
                    requested,
                    lastModified);
        }

        /// The version or alias.
        @JsonIgnore
        public FunctionName name() {
            return new FunctionName(new Scope(account, region), function, qualifier);
        }
    }

    /// Adds or replaces a configuration.
    public void put(Config config) {
        table.put(key(config.name()), config);
    }

    /// Looks one up by the qualifier as it was given.
    public Optional<Config> find(FunctionName name) {
        return table.get(key(name));
    }

    /// Removes one; one that isn't there is removed already.
    public void remove(FunctionName name) {
        table.remove(key(name));
    }

    /// Those of a function in the order of their qualifiers.
    ///
    /// @param marker qualifier after which the page begins, or null
    public List<Config> of(FunctionName function, @Nullable String marker, int limit) {
        String prefix = Functions.key(function.scope(), function.name()) + "/";
        return table.page(prefix, marker == null ? null : prefix + marker, limit).stream()
                .map(Entry::value)
                .toList();
    }

    /// Environments that are asked for of all versions and aliases of a function.
    public int total(FunctionName function) {
        return of(function, null, Integer.MAX_VALUE).stream()
                .mapToInt(Config::requested)
                .sum();
    }

    /// All of them: for the start only.
    public List<Config> all() {
        return table.page("", null, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .toList();
    }

    private static String key(FunctionName name) {
        return Functions.key(name.scope(), name.name()) + "/" + name.qualifier();
    }
}
