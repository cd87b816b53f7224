package dev.podium.lambda.sources;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message that was received from an SQS queue.
///
/// @param handle to delete it with
/// @param attributes `SentTimestamp` and the like, by AWS's names
/// @param messageAttributes those of the sender
/// @param md5OfAttributes null without such
public record QueueMessage(
        String messageId,
        String handle,
        String body,
        String md5OfBody,
        Map<String, String> attributes,
        Map<String, Attribute> messageAttributes,
        @Nullable String md5OfAttributes) {
    /// A sender's attribute.
    ///
    /// @param binary base64, or null
    public record Attribute(
            String dataType,
            @Nullable String string,
            @Nullable String binary) {}
}
