package dev.podium.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a receive gives to the receiver, to name the message and this receive of it.
///
/// @param queue    id of the queue
/// @param receives how often the message had been received then
record ReceiptHandle(String queue, long sequence, int receives) {
    /// Reads a handle.
    ///
    /// @throws dev.podium.aws.AwsException ReceiptHandleIsInvalid when it is none, or another queue's
    static ReceiptHandle parse(String text, String queue) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", -1);
            if (parts.length == 3 && parts[0].equals(queue)) {
                return new ReceiptHandle(parts[0], Long.parseLong(parts[1], 16), Integer.parseInt(parts[2]));
            }
        } catch (IllegalArgumentException e) {
            // Not base64, or no numbers in it.
        }
        throw new SqsError.ReceiptHandleIsInvalid(text).exception();
    }

    @Override
    public String toString() {
        String text = queue + " " + Long.toHexString(sequence) + " " + receives;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
