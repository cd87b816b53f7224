package dev.podium.lambda.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.FunctionSettings.ImageConfig;
import dev.podium.lambda.FunctionSettings.Logging;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaError.InvalidParameterValue;
import dev.podium.lambda.LambdaError.Validation;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.Requests.UpdateFunctionConfigurationRequest;
import dev.podium.lambda.invoke.FunctionTemplate;
import dev.podium.lambda.invoke.PodTags;
import dev.podium.lambda.invoke.TransportKind;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes settings of what a caller gave, after the checks that AWS makes beyond its service model.
///
/// A setting that Podium can't give effect to is refused, never stored in silence.
record SettingsRules(Runtimes runtimes, LambdaLimits limits, TargetRules targets) {
    private static final Set<String> RESERVED = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_LAMBDA_RUNTIME_API",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");
    static final String NOT_FOR_IMAGES =
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
    private static final int MAX_TIMEOUT = 900;
    private static final int MAX_MEMORY = 10_240;
    private static final int MAX_TAGS = 50;

    /// Settings of a new function.
    FunctionSettings create(Requests.CreateFunctionRequest request) {
        boolean image = "Image".equals(request.packageType());
        if (image && (request.runtime() != null || request.handler() != null)) {
            throw invalid(NOT_FOR_IMAGES);
        }
        if (!image && (request.runtime() == null || request.handler() == null)) {
            throw invalid(
                    "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        }
        refuse(request.publishTo() != null, "PublishTo");
        refuse(request.tenancyConfig() != null, "TenancyConfig");
        FunctionSettings defaults = new FunctionSettings(
                image ? "Image" : "Zip",
                null,
                request.role(),
                null,
                "",
                limits.defaultTimeout(),
                FunctionSettings.DEFAULT_MEMORY,
                FunctionSettings.DEFAULT_STORAGE,
                null,
                architecture(request.architectures(), "x86_64"),
                "PassThrough",
                Logging.text(),
                null,
                List.of(),
                null,
                "None");
        return update(defaults, request.configuration());
    }

    /// Settings of a function after a change: what was not given stays.
    FunctionSettings update(FunctionSettings before, UpdateFunctionConfigurationRequest request) {
        refuseWhatPodsLack(request);
        Integer timeout = request.timeout();
        if (timeout != null && timeout > MAX_TIMEOUT) {
            throw atMost(timeout, "timeout", MAX_TIMEOUT);
        }
        Integer memory = request.memorySize();
        if (memory != null && memory > MAX_MEMORY) {
            throw atMost(memory, "memorySize", MAX_MEMORY);
        }
        if (before.image() && (request.runtime() != null || request.handler() != null)) {
            throw invalid(NOT_FOR_IMAGES);
        }
        if (!before.image() && request.imageConfig() != null) {
            throw invalid("ImageConfig parameter is only supported for functions created with container images.");
        }
        String runtime = request.runtime();
        if (runtime != null && !runtime.equals(before.runtime())) {
            checkRuntime(runtime);
        }
        Requests.TracingConfig tracing = request.tracingConfig();
        Requests.EphemeralStorage storage = request.ephemeralStorage();
        return new FunctionSettings(
                before.packageType(),
                or(runtime, before.runtime()),
                require(request.role(), before.role()),
                or(request.handler(), before.handler()),
                require(request.description(), before.description()),
                timeout == null ? before.timeout() : timeout,
                memory == null ? before.memorySize() : memory,
                storage == null ? before.ephemeralStorage() : storage.size(),
                environment(before.environment(), request.environment()),
                before.architecture(),
                tracing == null ? before.tracingMode() : require(tracing.mode(), before.tracingMode()),
                logging(before.logging(), request.loggingConfig()),
                imageConfig(before.imageConfig(), request.imageConfig()),
                before.layers(),
                deadLetter(before.deadLetterTarget(), request.deadLetterConfig()),
                SnapStartRules.of(before, request));
    }

    private @Nullable String deadLetter(@Nullable String before, Requests.@Nullable DeadLetterConfig given) {
        return given == null ? before : targets.deadLetter(require(given.targetArn(), ""));
    }

    /// The one architecture of a list that model validation has checked.
    static String architecture(@Nullable List<String> given, String before) {
        return given == null || given.isEmpty() ? before : given.getFirst();
    }

    /// Checks all tags that a resource would have.
    static void checkTags(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw invalid("Number of tags exceeds resource tag limit.");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
                throw invalid("The tag key must have 1 to 128 and its value at most 256 characters: " + key);
            }
            if (key.startsWith("aws:")) {
                throw invalid("System tags cannot be added/updated by requester.");
            }
            if (key.equals(TransportKind.TAG)) {
                TransportKind.of(value);
            }
            if (key.equals(FunctionTemplate.TAG)) {
                FunctionTemplate.parse(value);
            }
        });
        PodTags.of(tags);
    }

    private void checkRuntime(String runtime) {
        if (runtimes.image(runtime).isPresent()) {
            return;
        }
        if (runtimes.deprecated(runtime)) {
            throw invalid("The runtime parameter of " + runtime
                    + " is no longer supported for creating or updating AWS Lambda functions. We recommend you use a "
                    + "supported runtime while creating or updating functions.");
        }
        throw invalid(
                "Value " + runtime + " at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["
                        + String.join(", ", runtimes.all().keySet()) + "] or be a valid ARN");
    }

    private static void refuseWhatPodsLack(UpdateFunctionConfigurationRequest request) {
        Requests.VpcConfig vpc = request.vpcConfig();
        refuse(vpc != null && (some(vpc.subnetIds()) || some(vpc.securityGroupIds())), "VpcConfig");
        refuse(request.kmsKeyArn() != null && !request.kmsKeyArn().isEmpty(), "KMSKeyArn");
        refuse(some(request.fileSystemConfigs()), "FileSystemConfigs");
        refuse(request.capacityProviderConfig() != null, "CapacityProviderConfig");
        refuse(request.durableConfig() != null, "DurableConfig");
    }

    private static void refuse(boolean given, String member) {
        if (given) {
            throw invalid(member + " is not supported by Podium: leave it out.");
        }
    }

    private @Nullable Map<String, String> environment(
            @Nullable Map<String, String> before, Requests.@Nullable Environment given) {
        Map<String, String> variables = given == null ? null : given.variables();
        if (given == null) {
            return before;
        }
        if (variables == null || variables.isEmpty()) {
            return variables == null ? null : Map.of();
        }
        List<String> reserved =
                variables.keySet().stream().filter(RESERVED::contains).sorted().toList();
        if (!reserved.isEmpty()) {
            throw invalid(
                    "Lambda was unable to configure your environment variables because the environment variables you "
                            + "have provided contains reserved keys that are currently not supported for modification. Reserved keys "
                            + "used in this request: " + String.join(", ", reserved));
        }
        String measured = compact(variables);
        if (measured.getBytes(StandardCharsets.UTF_8).length > limits.environmentBytes()) {
            throw invalid(
                    "Lambda was unable to configure your environment variables because the environment variables you "
                            + "have provided exceeded the " + kilobytes(limits.environmentBytes())
                            + " limit. String measured: " + measured);
        }
        variables.forEach((name, value) -> {
            if (value.indexOf('\0') >= 0) {
                throw invalid("The value of the environment variable " + name + " holds a NUL character.");
            }
        });
        return new TreeMap<>(variables);
    }

    private static String kilobytes(int bytes) {
        return bytes % 1024 == 0 ? bytes / 1024 + "KB" : bytes + " bytes";
    }

    private static String compact(Map<String, String> variables) {
        try {
            return Json.MAPPER.writeValueAsString(variables);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }

    private static Logging logging(Logging before, Requests.@Nullable LoggingConfig given) {
        if (given == null) {
            return before;
        }
        String format = require(given.logFormat(), before.logFormat());
        boolean json = format.equals("JSON");
        if (!json && (given.applicationLogLevel() != null || given.systemLogLevel() != null)) {
            throw invalid("To set ApplicationLogLevel or SystemLogLevel, LogFormat must be JSON.");
        }
        String application = or(given.applicationLogLevel(), before.applicationLogLevel());
        String system = or(given.systemLogLevel(), before.systemLogLevel());
        return new Logging(
                format,
                json ? require(application, "INFO") : null,
                json ? require(system, "INFO") : null,
                or(given.logGroup(), before.logGroup()));
    }

    private static @Nullable ImageConfig imageConfig(
            @Nullable ImageConfig before, Requests.@Nullable ImageConfig given) {
        if (given == null) {
            return before;
        }
        boolean empty = !some(given.entryPoint()) && !some(given.command()) && given.workingDirectory() == null;
        return empty ? null : new ImageConfig(given.entryPoint(), given.command(), given.workingDirectory());
    }

    private static boolean some(@Nullable Collection<?> items) {
        return items != null && !items.isEmpty();
    }

    private static <T> @Nullable T or(@Nullable T given, @Nullable T before) {
        return given == null ? before : given;
    }

    private static String require(@Nullable String given, String before) {
        return given == null ? before : given;
    }

    private static AwsException atMost(int value, String path, int max) {
        return new AwsException(
                Validation.constraint(value, path, "Member must have value less than or equal to " + max));
    }

    static AwsException invalid(String message) {
        return new AwsException(new InvalidParameterValue(message));
    }

    static AwsException tooLarge(String message) {
        return new AwsException(new LambdaError.RequestEntityTooLarge(message));
    }
}
