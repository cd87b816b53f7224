package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.FunctionError;
import dev.podium.lambda.runtime.RuntimeExit;
import dev.podium.pods.PodTrouble;

/// Why an environment never became ready.
sealed interface StartFailure {
    /// The runtime said that the function can't be initialised.
    record Init(FunctionError error) implements StartFailure {}

    /// The runtime ended before it asked for an event.
    record Exited(RuntimeExit exit) implements StartFailure {}

    /// Kubernetes can't run the pod.
    record Pod(PodTrouble trouble) implements StartFailure {}

    /// The function changed or went before the pod could take its code.
    record Superseded() implements StartFailure {}

    /// The pod could not be created, or took too long.
    record Unavailable(String why) implements StartFailure {}

    /// The function's own web server never said that it is healthy.
    record Unhealthy(String why) implements StartFailure {}

    /// What the function's code depends on could not be installed.
    record NotInstalled(String why) implements StartFailure {}

    /// The reason in words.
    default String reason() {
        return switch (this) {
            case Init(FunctionError error) -> "The function could not be initialised: " + error.errorType();
            case Exited(RuntimeExit exit) -> "The runtime ended with exit status " + exit.status();
            case Pod(PodTrouble trouble) -> "The pod can't run: " + trouble.cause();
            case Superseded() -> "The function was changed while it was being started.";
            case Unhealthy(String why) -> why;
            case NotInstalled(String why) -> why;
            case Unavailable(String why) -> why;
        };
    }
}
