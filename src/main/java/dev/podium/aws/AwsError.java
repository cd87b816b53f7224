package dev.podium.aws;

import java.util.Map;

/// An error as the client sees it. Each service has one sealed family of these; thrown inside an [AwsException].
public interface AwsError {
    /// The code, as the model names the exception, such as `ResourceNotFoundException`.
    String code();

    /// The HTTP status.
    int status();

    /// The message, in AWS's words.
    String message();

    /// Further members of the error body, by the model's names, such as `Reason`. `Type` need not be given:
    /// the front adds it where the model has it.
    default Map<String, Object> members() {
        return Map.of();
    }

    /// Further headers, in the protocol of S3.
    default Map<String, String> headers() {
        return Map.of();
    }
}
