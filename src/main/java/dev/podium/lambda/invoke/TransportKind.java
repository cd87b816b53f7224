package dev.podium.lambda.invoke;

import dev.podium.aws.AwsException;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;

/// How events get to a function: the tag `podium:transport`.
public enum TransportKind {
    /// The pod's runtime client asks the server for events: the default.
    RUNTIME,
    /// POST to the runtime interface emulator on the pod's port 8080.
    RIE,
    /// POST to a web server on the pod's port 8080.
    HTTP;

    /// Name of the tag.
    public static final String TAG = "podium:transport";

    /// The transport of a function.
    public static TransportKind of(LambdaFunction function) {
        return of(function.tags().getOrDefault(TAG, "runtime"));
    }

    /// Reads a tag's value.
    ///
    /// @throws AwsException InvalidParameterValueException naming the values there are
    public static TransportKind of(String tag) {
        return switch (tag) {
            case "runtime" -> RUNTIME;
            case "rie" -> RIE;
            case "http" -> HTTP;
            default ->
                throw new AwsException(new LambdaError.InvalidParameterValue(
                        "The tag podium:transport must be one of runtime, rie, http, and is: " + tag));
        };
    }
}
