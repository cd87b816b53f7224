package dev.podium.lambda.sources.kafka;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/// Nothing can be read for now; the message is what a mapping shows as its last result, never with a secret in it.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html">AWS's words for it</a>
final class KafkaTrouble extends Exception {
    private static final long serialVersionUID = 1;

    /// No broker answers.
    static final String CONNECTION = "Connection error. Please check your event source connection configuration.";

    KafkaTrouble(String why) {
        super(why);
    }

    private KafkaTrouble(String why, Throwable cause) {
        super(why, cause);
    }

    /// Translates what Kafka's client throws.
    static KafkaTrouble of(RuntimeException thrown) {
        return switch (thrown) {
            case SslAuthenticationException tls ->
                new KafkaTrouble(
                        byServer(tls)
                                ? "Server failed to authenticate Lambda."
                                : "Lambda failed to authenticate server.",
                        tls);
            case AuthenticationException sasl -> new KafkaTrouble("SASL authentication failed.", sasl);
            case AuthorizationException refused -> new KafkaTrouble("Cluster failed to authorize Lambda.", refused);
            case TimeoutException late -> new KafkaTrouble(CONNECTION, late);
            case FencedInstanceIdException fenced ->
                new KafkaTrouble(
                        "Another server reads for this mapping: two run on copies of one state folder.", fenced);
            default -> unknown(thrown);
        };
    }

    /// The broker's refusal of a certificate comes as an alert in the middle of the handshake.
    private static boolean byServer(SslAuthenticationException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("Received fatal alert")) {
                return true;
            }
        }
        return false;
    }

    /// A consumer that can't even be made has the reason in its cause.
    private static KafkaTrouble unknown(RuntimeException thrown) {
        Throwable cause = thrown.getCause();
        String why = cause == null ? String.valueOf(thrown.getMessage()) : String.valueOf(cause.getMessage());
        if (why.contains("bootstrap.servers")) {
            return new KafkaTrouble(CONNECTION, thrown);
        }
        if (why.contains("keystore")
                || why.contains("truststore")
                || why.contains("PEM")
                || why.contains("private key")) {
            return new KafkaTrouble("Provided certificate or private key is invalid.", thrown);
        }
        return new KafkaTrouble("Kafka's client failed: " + why, thrown);
    }
}
