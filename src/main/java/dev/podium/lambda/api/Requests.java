package dev.podium.lambda.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The input shapes of Lambda's operations: a null member was not given.
final class Requests {
    private Requests() {}

    record CreateFunctionRequest(
            String functionName,
            @Nullable String runtime,
            String role,
            @Nullable String handler,
            FunctionCodeInput code,
            @Nullable String description,
            @Nullable Integer timeout,
            @Nullable Integer memorySize,
            @Nullable Boolean publish,
            @Nullable VpcConfig vpcConfig,
            @Nullable String packageType,
            @Nullable DeadLetterConfig deadLetterConfig,
            @Nullable Environment environment,
            @JsonProperty("KMSKeyArn") @Nullable String kmsKeyArn,
            @Nullable TracingConfig tracingConfig,
            @Nullable Map<String, String> tags,
            @Nullable List<String> layers,
            @Nullable List<Refused> fileSystemConfigs,
            @Nullable ImageConfig imageConfig,
            @Nullable String codeSigningConfigArn,
            @Nullable List<String> architectures,
            @Nullable EphemeralStorage ephemeralStorage,
            @Nullable SnapStart snapStart,
            @Nullable LoggingConfig loggingConfig,
            @Nullable Refused capacityProviderConfig,
            @Nullable String publishTo,
            @Nullable Refused durableConfig,
            @Nullable Refused tenancyConfig) {

        /// The members that UpdateFunctionConfiguration has as well.
        UpdateFunctionConfigurationRequest configuration() {
            return new UpdateFunctionConfigurationRequest(
                    functionName,
                    role,
                    handler,
                    description,
                    timeout,
                    memorySize,
                    vpcConfig,
                    environment,
                    runtime,
                    deadLetterConfig,
                    kmsKeyArn,
                    tracingConfig,
                    null,
                    layers,
                    fileSystemConfigs,
                    imageConfig,
                    ephemeralStorage,
                    snapStart,
                    loggingConfig,
                    capacityProviderConfig,
                    durableConfig);
        }
    }

    record UpdateFunctionConfigurationRequest(
            String functionName,
            @Nullable String role,
            @Nullable String handler,
            @Nullable String description,
            @Nullable Integer timeout,
            @Nullable Integer memorySize,
            @Nullable VpcConfig vpcConfig,
            @Nullable Environment environment,
            @Nullable String runtime,
            @Nullable DeadLetterConfig deadLetterConfig,
            @JsonProperty("KMSKeyArn") @Nullable String kmsKeyArn,
            @Nullable TracingConfig tracingConfig,
            @Nullable String revisionId,
            @Nullable List<String> layers,
            @Nullable List<Refused> fileSystemConfigs,
            @Nullable ImageConfig imageConfig,
            @Nullable EphemeralStorage ephemeralStorage,
            @Nullable SnapStart snapStart,
            @Nullable LoggingConfig loggingConfig,
            @Nullable Refused capacityProviderConfig,
            @Nullable Refused durableConfig) {}

    record UpdateFunctionCodeRequest(
            String functionName,
            byte @Nullable [] zipFile,
            @JsonProperty("S3Bucket") @Nullable String s3Bucket,
            @JsonProperty("S3Key") @Nullable String s3Key,
            @JsonProperty("S3ObjectVersion") @Nullable String s3ObjectVersion,
            @Nullable String imageUri,
            @Nullable Boolean publish,
            @Nullable Boolean dryRun,
            @Nullable String revisionId,
            @Nullable List<String> architectures,
            @JsonProperty("SourceKMSKeyArn") @Nullable String sourceKmsKeyArn,
            @Nullable String publishTo) {

        FunctionCodeInput code() {
            return new FunctionCodeInput(zipFile, s3Bucket, s3Key, s3ObjectVersion, imageUri, sourceKmsKeyArn);
        }
    }

    record FunctionCodeInput(
            byte @Nullable [] zipFile,
            @JsonProperty("S3Bucket") @Nullable String s3Bucket,
            @JsonProperty("S3Key") @Nullable String s3Key,
            @JsonProperty("S3ObjectVersion") @Nullable String s3ObjectVersion,
            @Nullable String imageUri,
            @JsonProperty("SourceKMSKeyArn") @Nullable String sourceKmsKeyArn) {}

    record Environment(@Nullable Map<String, String> variables) {}

    record VpcConfig(
            @Nullable List<String> subnetIds, @Nullable List<String> securityGroupIds) {}

    record DeadLetterConfig(@Nullable String targetArn) {}

    record TracingConfig(@Nullable String mode) {}

    record ImageConfig(
            @Nullable List<String> entryPoint,
            @Nullable List<String> command,
            @Nullable String workingDirectory) {}

    record EphemeralStorage(int size) {}

    record SnapStart(@Nullable String applyOn) {}

    record LoggingConfig(
            @Nullable String logFormat,
            @Nullable String applicationLogLevel,
            @Nullable String systemLogLevel,
            @Nullable String logGroup) {}

    record FunctionRequest(String functionName, @Nullable String qualifier) {}

    record ListFunctionsRequest(
            @Nullable String masterRegion,
            @Nullable String functionVersion,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record ResourceRequest(String resource) {}

    record TagResourceRequest(String resource, Map<String, String> tags) {}

    record UntagResourceRequest(String resource, List<String> tagKeys) {}

    /// A structure that is refused whatever is in it.
    record Refused() {}
}
