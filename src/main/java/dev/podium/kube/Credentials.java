package dev.podium.kube;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who we are to the API server, beside a client certificate. None of these shows its secret in `toString()`.
///
/// @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/">Authenticating</a>
public sealed interface Credentials {
    /// Nothing but perhaps a client certificate.
    record None() implements Credentials {}

    /// A fixed bearer token.
    record Token(String token) implements Credentials {
        @Override
        public String toString() {
            return "Token[...]";
        }
    }

    /// A bearer token in a file that is replaced from time to time.
    record TokenFile(Path path) implements Credentials {}

    /// User name and password.
    record Basic(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[user=" + user + "]";
        }
    }

    /// A program that prints an `ExecCredential`.
    ///
    /// @param apiVersion `client.authentication.k8s.io/v1` or `.../v1beta1`
    /// @param command with its arguments; a relative path is already resolved
    /// @param environment added to our own
    /// @param clusterInfo the `spec.cluster` to tell the program, as JSON, when it asks for it
    /// @param installHint what to tell the user when the program doesn't exist
    /// @param definedIn for messages
    record Exec(
            String apiVersion,
            List<String> command,
            Map<String, String> environment,
            @Nullable String clusterInfo,
            @Nullable String installHint,
            String definedIn)
            implements Credentials {
        /// Keeps its own copies.
        public Exec {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Exec[" + command.getFirst() + "]";
        }
    }
}
