package dev.podium.lambda.invoke;

import dev.podium.lambda.Digests;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.LambdaFunction;
import java.util.TreeMap;

/// A function as its environments run it: two revisions with the same fingerprint share them.
///
/// @param function the revision
/// @param image the container image
/// @param transport how events get in
/// @param fingerprint 32 hex digits over everything that a running environment depends on
record Deployment(LambdaFunction function, String image, TransportKind transport, String fingerprint) {
    static Deployment of(LambdaFunction function, String image) {
        FunctionSettings s = function.settings();
        TreeMap<String, String> podiumTags = new TreeMap<>(function.tags());
        podiumTags.keySet().removeIf(key -> !key.startsWith("podium:"));
        String facts = String.join(
                "\n",
                function.arn(),
                function.version(),
                function.code().sha256Hex(),
                image,
                String.valueOf(s.runtime()),
                String.valueOf(s.handler()),
                s.role(),
                Integer.toString(s.timeout()),
                Integer.toString(s.memorySize()),
                Integer.toString(s.ephemeralStorage()),
                s.environment() == null ? "" : new TreeMap<>(s.environment()).toString(),
                s.architecture(),
                s.tracingMode(),
                s.logging().toString(),
                String.valueOf(s.imageConfig()),
                s.layers().toString(),
                podiumTags.toString());
        return new Deployment(
                function,
                image,
                TransportKind.of(function),
                Digests.sha256Hex(facts).substring(0, 32));
    }
}
