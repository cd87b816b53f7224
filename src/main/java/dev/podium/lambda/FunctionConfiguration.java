package dev.podium.lambda;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function as the API shows it: exactly the members that AWS shows.
///
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html">FunctionConfiguration</a>
public record FunctionConfiguration(
        String functionName,
        String functionArn,
        @Nullable String runtime,
        String role,
        @Nullable String handler,
        long codeSize,
        String description,
        int timeout,
        int memorySize,
        String lastModified,
        String codeSha256,
        String version,
        @Nullable DeadLetterConfig deadLetterConfig,
        @Nullable EnvironmentResponse environment,
        TracingConfig tracingConfig,
        String revisionId,
        @Nullable List<Layer> layers,
        @Nullable String state,
        @Nullable String stateReason,
        @Nullable String stateReasonCode,
        @Nullable String lastUpdateStatus,
        @Nullable String lastUpdateStatusReason,
        @Nullable String lastUpdateStatusReasonCode,
        String packageType,
        @Nullable ImageConfigResponse imageConfigResponse,
        List<String> architectures,
        EphemeralStorage ephemeralStorage,
        SnapStart snapStart,
        @Nullable RuntimeVersionConfig runtimeVersionConfig,
        LoggingConfig loggingConfig) {

    /// Where events go that can't be run.
    public record DeadLetterConfig(String targetArn) {}

    /// A layer version and the size of its archive in bytes.
    public record Layer(String arn, long codeSize) {}

    /// The function's own variables.
    public record EnvironmentResponse(Map<String, String> variables) {}

    /// `PassThrough` or `Active`.
    public record TracingConfig(@Nullable String mode) {}

    /// Wraps [ImageConfig].
    public record ImageConfigResponse(ImageConfig imageConfig) {}

    /// What replaces the image's own settings.
    public record ImageConfig(
            @Nullable List<String> entryPoint,
            @Nullable List<String> command,
            @Nullable String workingDirectory) {}

    /// MiB of /tmp.
    public record EphemeralStorage(int size) {}

    /// Kept and shown without effect: pods have no snapshots.
    public record SnapStart(String applyOn, @Nullable String optimizationStatus) {}

    /// ARN of the runtime's build.
    public record RuntimeVersionConfig(String runtimeVersionArn) {}

    /// Format, levels and group of the function's log.
    public record LoggingConfig(
            @Nullable String logFormat,
            @Nullable String applicationLogLevel,
            @Nullable String systemLogLevel,
            @Nullable String logGroup) {}

    /// Shows a function.
    ///
    /// @param qualifier what the ARN ends with, as the caller gave it; null for none. A published version's
    ///     ARN always has one.
    public static FunctionConfiguration of(LambdaFunction function, @Nullable String qualifier) {
        String suffix = qualifier == null && function.isPublished() ? function.version() : qualifier;
        FunctionSettings s = function.settings();
        FunctionStatus status = function.status();
        FunctionSettings.ImageConfig image = s.imageConfig();
        FunctionSettings.Logging logging = s.logging();
        String runtime = s.runtime();
        Map<String, String> environment = s.environment();
        return new FunctionConfiguration(
                function.name(),
                suffix == null ? function.arn() : function.arn() + ":" + suffix,
                runtime,
                s.role(),
                s.handler(),
                function.code().size(),
                s.description(),
                s.timeout(),
                s.memorySize(),
                function.lastModified(),
                codeSha256(function),
                function.version(),
                s.deadLetterTarget() == null ? null : new DeadLetterConfig(s.deadLetterTarget()),
                environment == null ? null : new EnvironmentResponse(environment),
                new TracingConfig(s.tracingMode()),
                function.revisionId(),
                s.layers().isEmpty() ? null : layers(s),
                status.state(),
                status.stateReason(),
                status.stateReasonCode(),
                status.lastUpdateStatus(),
                status.lastUpdateStatusReason(),
                status.lastUpdateStatusReasonCode(),
                s.packageType(),
                image == null
                        ? null
                        : new ImageConfigResponse(
                                new ImageConfig(image.entryPoint(), image.command(), image.workingDirectory())),
                List.of(s.architecture()),
                new EphemeralStorage(s.ephemeralStorage()),
                new SnapStart(
                        s.snapStart(),
                        function.isPublished() && s.snapStart().equals("PublishedVersions") ? "On" : "Off"),
                runtime == null
                        ? null
                        : new RuntimeVersionConfig(RuntimeManagement.versionArn(function.scope(), runtime)),
                new LoggingConfig(
                        logging.logFormat(),
                        logging.applicationLogLevel(),
                        logging.systemLogLevel(),
                        logging.logGroup() == null ? "/aws/lambda/" + function.name() : logging.logGroup()));
    }

    /// Digest of the code: base64 for an archive, hex for an image.
    public static String codeSha256(LambdaFunction function) {
        String hex = function.code().sha256Hex();
        return function.settings().image() ? hex : base64(hex);
    }

    /// Shows a function in a list: AWS leaves the states out there.
    ///
    /// @param qualified whether the ARN of `$LATEST` says so
    public static FunctionConfiguration listed(LambdaFunction function, boolean qualified) {
        FunctionConfiguration c = of(function, qualified ? function.version() : null);
        return new FunctionConfiguration(
                c.functionName,
                c.functionArn,
                c.runtime,
                c.role,
                c.handler,
                c.codeSize,
                c.description,
                c.timeout,
                c.memorySize,
                c.lastModified,
                c.codeSha256,
                c.version,
                c.deadLetterConfig,
                c.environment,
                c.tracingConfig,
                c.revisionId,
                c.layers,
                null,
                null,
                null,
                null,
                null,
                null,
                c.packageType,
                c.imageConfigResponse,
                c.architectures,
                c.ephemeralStorage,
                c.snapStart,
                c.runtimeVersionConfig,
                c.loggingConfig);
    }

    private static List<Layer> layers(FunctionSettings settings) {
        return settings.layers().stream()
                .map(layer -> new Layer(layer.arn(), layer.size()))
                .toList();
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }
}
