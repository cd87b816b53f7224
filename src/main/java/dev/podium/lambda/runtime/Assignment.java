package dev.podium.lambda.runtime;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a pod becomes: its function's code, environment and way to start.
///
/// @param dependencies archive of what was installed for the function, which its own files replace; null for none
/// @param zip the function's archive, already checked by [CodeArchive#check]; null for functions from images
/// @param layers the archives of its layers, in the order in which they are laid over each other in `/opt`
/// @param environment everything that the runtime finds in its environment on top of the pod's own, in the
///     order given: the function's variables, `_HANDLER`, `AWS_LAMBDA_FUNCTION_NAME` and so on
/// @param start how the runtime is started
public record Assignment(
        @Nullable Path dependencies,
        @Nullable Path zip,
        List<Path> layers,
        Map<String, String> environment,
        Start start) {
    /// How the start script starts the runtime.
    public enum Start {
        /// `/lambda-entrypoint.sh "$_HANDLER"`, as AWS's images for managed runtimes have it.
        ENTRYPOINT,
        /// `bootstrap` from the archive or else from `/opt`, as for `provided.*`.
        BOOTSTRAP,
        /// No runtime: what the code names is installed and handed over ([SessionOwner#installed]).
        INSTALL
    }

    /// Checks the names and values of the environment.
    ///
    /// @throws IllegalArgumentException if a name isn't one that a shell knows, or a value holds a NUL
    public Assignment {
        layers = List.copyOf(layers);
        environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        environment.forEach(Assignment::checkVariable);
    }

    /// Without installed dependencies.
    public Assignment(@Nullable Path zip, List<Path> layers, Map<String, String> environment, Start start) {
        this(null, zip, layers, environment, start);
    }

    /// Makes an assignment without layers.
    public static Assignment of(Path zip, Map<String, String> environment, Start start) {
        return new Assignment(zip, List.of(), environment, start);
    }

    private static void checkVariable(String name, String value) {
        boolean good = !name.isEmpty() && !Character.isDigit(name.charAt(0));
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            good &= c == '_' || (c < 128 && Character.isLetterOrDigit(c));
        }
        if (!good) {
            throw new IllegalArgumentException("not a name for an environment variable: " + name);
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("environment variable " + name + " holds a NUL character");
        }
    }
}
