package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a user configures of a function, with AWS's defaults filled in.
///
/// @param packageType `Zip` or `Image`
/// @param runtime null for images
/// @param role ARN of the execution role
/// @param handler null for images
/// @param timeout seconds, 1–900
/// @param memorySize MiB, 128–10,240
/// @param ephemeralStorage MiB of /tmp, 512–10,240
/// @param environment null when none was given
/// @param architecture `x86_64` or `arm64`
/// @param tracingMode `PassThrough` or `Active`
/// @param imageConfig null for none
public record FunctionSettings(
        String packageType,
        @Nullable String runtime,
        String role,
        @Nullable String handler,
        String description,
        int timeout,
        int memorySize,
        int ephemeralStorage,
        @Nullable Map<String, String> environment,
        String architecture,
        String tracingMode,
        Logging logging,
        @Nullable ImageConfig imageConfig) {

    /// Seconds.
    public static final int DEFAULT_TIMEOUT = 3;
    /// MiB.
    public static final int DEFAULT_MEMORY = 128;
    /// MiB.
    public static final int DEFAULT_STORAGE = 512;

    /// LoggingConfig; the levels are null for the format Text.
    public record Logging(
            String logFormat,
            @Nullable String applicationLogLevel,
            @Nullable String systemLogLevel,
            @Nullable String logGroup) {
        /// Plain text in the function's own group.
        public static Logging text() {
            return new Logging("Text", null, null, null);
        }
    }

    /// What replaces the image's own settings; null members leave them.
    public record ImageConfig(
            @Nullable List<String> entryPoint,
            @Nullable List<String> command,
            @Nullable String workingDirectory) {}

    /// The same for another architecture.
    public FunctionSettings on(String other) {
        return new FunctionSettings(
                packageType,
                runtime,
                role,
                handler,
                description,
                timeout,
                memorySize,
                ephemeralStorage,
                environment,
                other,
                tracingMode,
                logging,
                imageConfig);
    }

    /// Tells whether it runs from a container image.
    @JsonIgnore
    public boolean image() {
        return packageType.equals("Image");
    }
}
