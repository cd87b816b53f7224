package dev.podium.aws;

/// Carries an [AwsError] to the one place that renders it. Cheap to throw: it has no stack trace.
public final class AwsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient AwsError error;

    /// @param error what the client is to see
    public AwsException(AwsError error) {
        super(error.code() + ": " + error.message(), null, false, false);
        this.error = error;
    }

    public AwsError error() {
        return error;
    }
}
