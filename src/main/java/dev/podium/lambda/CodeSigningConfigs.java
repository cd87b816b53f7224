package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Code signing configurations, and which function has which.
///
/// Podium verifies no signatures: every archive counts as unsigned, so that a configuration whose policy is
/// `Enforce` refuses all code.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html">Code signing</a>
public final class CodeSigningConfigs {
    /// Refuses unsigned code.
    public static final String ENFORCE = "Enforce";

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 17;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Table<Config> configs;
    private final Table<String> assigned;

    /// A configuration.
    ///
    /// @param id `csc-` and 17 letters
    /// @param description null for none
    /// @param publishers ARNs of signing profile versions
    /// @param policy `Warn` or `Enforce`
    /// @param lastModified in Lambda's format
    public record Config(
            Scope scope,
            String id,
            @Nullable String description,
            List<String> publishers,
            String policy,
            String lastModified,
            Map<String, String> tags) {
        /// Keeps its own copies.
        public Config {
            publishers = List.copyOf(publishers);
            tags = Map.copyOf(tags);
        }

        /// Its ARN.
        @JsonIgnore
        public String arn() {
            return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":code-signing-config:" + id;
        }

        /// The same with other tags.
        public Config tagged(Map<String, String> newTags) {
            return new Config(scope, id, description, publishers, policy, lastModified, newTags);
        }
    }

    /// Opens the collection.
    public CodeSigningConfigs(Store store) {
        this.configs = store.table("code-signing-configs", Config.class);
        this.assigned = store.table("function-code-signing", String.class);
    }

    /// A new random id.
    public static String newId() {
        StringBuilder id = new StringBuilder("csc-");
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /// Adds a configuration.
    public void create(Config config) {
        configs.put(config.arn(), config);
    }

    /// Looks a configuration up.
    public Optional<Config> find(String arn) {
        return configs.get(arn);
    }

    /// Looks a configuration up.
    ///
    /// @throws AwsException ResourceNotFoundException
    public Config get(String arn) {
        return find(arn).orElseThrow(() -> new AwsException(new LambdaError.ResourceNotFound(missing(arn))));
    }

    /// Looks up a configuration that a function is to have.
    ///
    /// @throws AwsException CodeSigningConfigNotFoundException
    public Config require(String arn) {
        return find(arn).orElseThrow(() -> new AwsException(new LambdaError.CodeSigningConfigNotFound(missing(arn))));
    }

    private static String missing(String arn) {
        return "The Lambda code signing configuration " + arn + " can not be found.";
    }

    /// Changes a configuration.
    ///
    /// @throws AwsException when it isn't there
    public Config update(String arn, UnaryOperator<Config> change) {
        Config after = configs.compute(arn, before -> {
            if (before == null) {
                throw new AwsException(new LambdaError.ResourceNotFound(missing(arn)));
            }
            return change.apply(before);
        });
        if (after == null) {
            throw new IllegalStateException("a change made nothing of " + arn);
        }
        return after;
    }

    /// Deletes a configuration that no function has.
    ///
    /// @throws AwsException when it isn't there, or a function has it
    public void delete(String arn) {
        Config config = get(arn);
        if (!functions(config, null, 1).isEmpty()) {
            throw new AwsException(new LambdaError.ResourceConflict("The code signing configuration " + arn
                    + " is used by functions. Remove it from them before deleting it."));
        }
        configs.remove(arn);
    }

    /// Configurations of a scope, in the order of their ARNs.
    ///
    /// @param marker ARN after which the page begins, or null
    public List<Config> page(Scope scope, @Nullable String marker, int limit) {
        String prefix = "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":code-signing-config:";
        return configs.page(prefix, marker, limit).stream().map(Entry::value).toList();
    }

    /// Gives a function a configuration; null takes it away.
    public void assign(String functionArn, @Nullable String arn) {
        if (arn == null) {
            assigned.remove(functionArn);
        } else {
            assigned.put(functionArn, arn);
        }
    }

    /// ARN of a function's configuration.
    public Optional<String> of(String functionArn) {
        return assigned.get(functionArn);
    }

    /// ARNs of the functions that have a configuration.
    ///
    /// @param marker ARN after which the page begins, or null
    public List<String> functions(Config config, @Nullable String marker, int limit) {
        String prefix = "arn:aws:lambda:" + config.scope().region() + ":"
                + config.scope().account() + ":function:";
        return assigned.page(prefix, marker, Integer.MAX_VALUE).stream()
                .filter(entry -> entry.value().equals(config.arn()))
                .map(Entry::key)
                .limit(limit)
                .toList();
    }

    /// Refuses code for a function whose configuration asks for signatures.
    ///
    /// @param arn of the configuration, or null for none
    /// @throws AwsException CodeVerificationFailedException
    public void checkUnsigned(@Nullable String arn, String functionName) {
        if (arn != null
                && find(arn).filter(config -> config.policy().equals(ENFORCE)).isPresent()) {
            throw new AwsException(new LambdaError.CodeVerificationFailed(
                    "Lambda cannot deploy the function. The function or layer might be signed using a signature that the "
                            + "client is not configured to accept. Check the provided signature for " + functionName
                            + "."));
        }
    }

    /// Copies tags with a change, for the operations on tags.
    public Config retag(String arn, UnaryOperator<Map<String, String>> change) {
        return update(arn, config -> config.tagged(change.apply(new HashMap<>(config.tags()))));
    }
}
