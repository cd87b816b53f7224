package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.runtime.Outcome;
import dev.podium.lambda.runtime.RuntimeExit;
import dev.podium.pods.PodTrouble;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns outcomes into the answers that AWS gives; where Kubernetes knows a cause, it stands behind AWS's own
/// words.
final class Failures {
    private static final Map<Integer, String> SIGNALS = Map.of(
            1,
            "hangup",
            2,
            "interrupt",
            4,
            "illegal instruction",
            6,
            "aborted",
            7,
            "bus error",
            8,
            "floating point exception",
            9,
            "killed",
            11,
            "segmentation fault",
            15,
            "terminated");

    private static final String KILLED = "Runtime exited with error: signal: killed";

    private Failures() {}

    /// Payload and error mark of an answer.
    record Answer(byte[] payload, @Nullable String functionError) {}

    static Answer answer(Outcome outcome, LambdaFunction function, String requestId) {
        return switch (outcome) {
            case Outcome.Success(var payload, var type) -> new Answer(payload, null);
            case Outcome.HandlerError(var payload, var type) -> new Answer(payload, "Unhandled");
            case Outcome.Streaming(var stream) -> throw new IllegalStateException("the answer hasn't ended");
            case Outcome.InitError(var error) -> new Answer(error.payload(), "Unhandled");
            case Outcome.TimedOut() -> new Answer(timeout(function, requestId), "Unhandled");
            case Outcome.Exited(var exit) -> new Answer(exit(exit, function, requestId), "Unhandled");
            case Outcome.Lost(var why, var delivered) ->
                new Answer(
                        error(
                                "Runtime.ExitError",
                                requestId,
                                "Runtime exited without providing a reason (" + why + ")"),
                        "Unhandled");
        };
    }

    /// How the log shows an outcome.
    static LogRun.Ending ending(Outcome outcome, LambdaFunction function, String requestId) {
        return switch (outcome) {
            case Outcome.Success(var payload, var type) -> LogRun.Ending.SUCCESS;
            case Outcome.Streaming(var stream) -> throw new IllegalStateException("the answer hasn't ended");
            case Outcome.HandlerError(var payload, var type) -> new LogRun.Ending("error", type, null, false);
            case Outcome.InitError(var error) -> new LogRun.Ending("error", error.errorType(), null, true);
            case Outcome.TimedOut() ->
                new LogRun.Ending(
                        "timeout",
                        null,
                        LogLines.time(System.currentTimeMillis()) + " " + requestId + " Task timed out after "
                                + function.settings().timeout() + ".00 seconds\n",
                        true);
            case Outcome.Exited(var exit) -> {
                RuntimeExit.ExtensionFailure extension = exit.extension();
                yield extension == null
                        ? exited(requestId, exitReason(exit, function))
                        : new LogRun.Ending("error", extension.errorType(), null, true);
            }
            case Outcome.Lost(var why, var delivered) ->
                exited(requestId, "Runtime exited without providing a reason (" + why + ")");
        };
    }

    /// How the log shows that a process ended.
    static LogRun.Ending exited(String requestId, String reason) {
        return new LogRun.Ending(
                "error",
                "Runtime.ExitError",
                "RequestId: " + requestId + " Error: " + reason + "\nRuntime.ExitError",
                true);
    }

    private static byte[] timeout(LambdaFunction function, String requestId) {
        return error(
                "Sandbox.Timedout",
                requestId,
                String.format(
                        Locale.ROOT,
                        "Task timed out after %d.00 seconds",
                        function.settings().timeout()));
    }

    static byte[] exit(RuntimeExit exit, LambdaFunction function, String requestId) {
        RuntimeExit.ExtensionFailure extension = exit.extension();
        if (extension != null) {
            return error(extension.errorType(), requestId, extension.cause());
        }
        return error("Runtime.ExitError", requestId, exitReason(exit, function));
    }

    static byte[] ended(PodTrouble.Ended ended, LambdaFunction function, String requestId) {
        return error("Runtime.ExitError", requestId, endReason(ended, function));
    }

    static String exitReason(RuntimeExit exit, LambdaFunction function) {
        return exit.outOfMemory() ? KILLED + memory(function) : reason(exit.status());
    }

    static String endReason(PodTrouble.Ended ended, LambdaFunction function) {
        return ended.outOfMemory() ? KILLED + memory(function) : reason(ended.exitCode());
    }

    private static String memory(LambdaFunction function) {
        return " (OOMKilled: MemorySize is " + function.settings().memorySize() + " MB)";
    }

    private static String reason(int status) {
        if (status == 0) {
            return "Runtime exited without providing a reason";
        }
        String signal = SIGNALS.get(status - 128);
        return "Runtime exited with error: " + (signal == null ? "exit status " + status : "signal: " + signal);
    }

    private static byte[] error(String type, String requestId, String message) {
        ObjectNode error = Json.object();
        error.put("errorType", type);
        error.put("errorMessage", "RequestId: " + requestId + " Error: " + message);
        return error.toString().getBytes(StandardCharsets.UTF_8);
    }
}
