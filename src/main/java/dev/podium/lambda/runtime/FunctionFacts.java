package dev.podium.lambda.runtime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What extensions are told about the function whose environment they share.
///
/// @param account id of the function's account, or null where nobody said
/// @param name the function's name
/// @param version a number or `$LATEST`
/// @param handler as configured; empty for functions from images
/// @param memoryMib the function's MemorySize
/// @param initializationType `on-demand` or `provisioned-concurrency`
/// @param jsonLogs whether the function's log lines are JSON objects (LogFormat)
public record FunctionFacts(
        @Nullable String account,
        String name,
        String version,
        String handler,
        int memoryMib,
        String initializationType,
        boolean jsonLogs) {
    /// Reads them from the function's environment variables, as [Assignment#environment] has them.
    ///
    /// @param account not among the variables
    public static FunctionFacts of(Map<String, String> environment, @Nullable String account) {
        return new FunctionFacts(
                account,
                environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", ""),
                environment.getOrDefault("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                environment.getOrDefault("_HANDLER", ""),
                megabytes(environment.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")),
                environment.getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                "JSON".equals(environment.get("AWS_LAMBDA_LOG_FORMAT")));
    }

    private static int megabytes(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 128; // a function may set a variable of this name to anything
        }
    }
}
