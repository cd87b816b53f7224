package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/// What a test expects of a call that fails.
@NullMarked
final class Refusals {
    private Refusals() {}

    /// Requires status, code and part of the message.
    static void expect(int status, String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.awsErrorDetails().errorMessage()).contains(message);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
        });
    }
}
