package dev.podium.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.schedules.DeadLetterConfig;
import dev.podium.schedules.RetryPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a rule calls, as in the API. The parameters are those of the model, checked by it.
///
/// @see <a href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html">Target</a>
record RuleTarget(
        String id,
        String arn,
        @Nullable String roleArn,
        @Nullable String input,
        @Nullable String inputPath,
        @Nullable InputTransformer inputTransformer,
        @Nullable ObjectNode kinesisParameters,
        @Nullable ObjectNode ecsParameters,
        @Nullable ObjectNode sqsParameters,
        @Nullable DeadLetterConfig deadLetterConfig,
        @Nullable RetryPolicy retryPolicy) {
    /// A text made from parts of the event.
    record InputTransformer(@Nullable Map<String, String> inputPathsMap, String inputTemplate) {}
}
