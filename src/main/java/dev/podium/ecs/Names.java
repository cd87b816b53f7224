package dev.podium.ecs;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How clusters, tasks and services are named, in requests, ARNs and keys of tables.
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Names() {}

    /// A cluster.
    record ClusterName(Scope scope, String name) {
        /// The cluster that a request means: a name, an ARN, or nothing for `default`.
        static ClusterName of(@Nullable String reference, Scope caller) {
            if (reference == null || reference.isEmpty()) {
                return new ClusterName(caller, "default");
            }
            return new ClusterName(scopeOf(reference, caller), last(reference));
        }

        String key() {
            return scope.account() + "/" + scope.region() + "/" + name;
        }

        String arn() {
            return Arn.of("ecs", scope, "cluster/" + name).toString();
        }

        /// The ARN of something in the cluster.
        String arnOf(String kind, String id) {
            return Arn.of("ecs", scope, kind + "/" + name + "/" + id).toString();
        }
    }

    /// A service of a cluster.
    record ServiceName(ClusterName cluster, String name) {
        /// The service that a request means, by name or ARN.
        static ServiceName of(String reference, ClusterName cluster) {
            return new ServiceName(cluster, last(reference));
        }

        String key() {
            return cluster.key() + "/" + name;
        }

        String arn() {
            return cluster.arnOf("service", name);
        }
    }

    /// What stands behind the last slash: the name in an ARN, or the name itself.
    static String last(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static Scope scopeOf(String reference, Scope caller) {
        return Arn.parse(reference).map(Arn::scope).orElse(caller);
    }

    /// Checks the name of something new.
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterException
    static void check(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw EcsError.invalid(kind + " name can only contain letters, numbers, hyphens and underscores,"
                    + " and must be between 1 and 255 characters long.");
        }
    }

    /// A new id of 32 hexadecimal digits, which nobody can guess.
    static String id() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// A new id of a deployment.
    static String deploymentId() {
        return "ecs-svc/" + RANDOM.nextLong(1_000_000_000_000_000_000L, Long.MAX_VALUE);
    }
}
