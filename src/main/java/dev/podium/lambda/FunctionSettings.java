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
/// @param layers in the order in which they are laid over each other; at most 5
/// @param deadLetterTarget ARN of the queue or topic for events that can't be run, or null
/// @param snapStart `None` or `PublishedVersions`: kept and shown, without effect
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
        @Nullable ImageConfig imageConfig,
        List<Layer> layers,
        @Nullable String deadLetterTarget,
        String snapStart) {

    /// Keeps its own copies.
    public FunctionSettings {
        layers = List.copyOf(layers);
    }

    /// A layer version as a function uses it: it goes on working when the version is deleted.
    ///
    /// @param arn of the layer version
    /// @param sha256Hex of its archive, which is also the blob's name
    /// @param size of the archive in bytes
    /// @param unzippedSize bytes
    /// @param entries files in the archive
    public record Layer(String arn, String sha256Hex, long size, long unzippedSize, int entries) {}

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
        return with(description, other, layers);
    }

    /// The same with another description.
    public FunctionSettings described(String other) {
        return with(other, architecture, layers);
    }

    /// The same with other layers.
    public FunctionSettings over(List<Layer> others) {
        return with(description, architecture, others);
    }

    private FunctionSettings with(String description, String architecture, List<Layer> layers) {
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
                architecture,
                tracingMode,
                logging,
                imageConfig,
                layers,
                deadLetterTarget,
                snapStart);
    }

    /// Tells whether it runs from a container image.
    @JsonIgnore
    public boolean image() {
        return packageType.equals("Image");
    }
}
