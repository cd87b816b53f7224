package dev.podium.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import org.jspecify.annotations.Nullable;

/// What a schedule calls, as in the API. The parameters are those of the model, checked by it.
///
/// @see <a href="https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html">Target</a>
record Target(
        String arn,
        String roleArn,
        @Nullable DeadLetterConfig deadLetterConfig,
        @Nullable ObjectNode ecsParameters,
        @Nullable ObjectNode eventBridgeParameters,
        @Nullable String input,
        @Nullable ObjectNode kinesisParameters,
        @Nullable RetryPolicy retryPolicy,
        @Nullable ObjectNode sageMakerPipelineParameters,
        @Nullable ObjectNode sqsParameters) {
    /// The same with AWS's defaults.
    Target complete() {
        return new Target(
                arn,
                roleArn,
                deadLetterConfig,
                ecsParameters,
                eventBridgeParameters,
                input,
                kinesisParameters,
                RetryPolicy.orDefaults(retryPolicy),
                sageMakerPipelineParameters,
                sqsParameters);
    }

    ObjectNode parameters() {
        ObjectNode all = Json.object();
        set(all, "EcsParameters", ecsParameters);
        set(all, "EventBridgeParameters", eventBridgeParameters);
        set(all, "KinesisParameters", kinesisParameters);
        set(all, "SqsParameters", sqsParameters);
        return all;
    }

    private static void set(ObjectNode all, String name, @Nullable ObjectNode value) {
        if (value != null) {
            all.set(name, value);
        }
    }
}
