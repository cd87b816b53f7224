package dev.podium.kube;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Calls with retries, and failures in words.
final class ApiCalls implements AutoCloseable {
    private static final int MAX_ERROR_BYTES = 1 << 20;

    /// What one HTTP/2 connection surely carries: java.net.http fails beyond the server's limit (100, or 250)
    /// instead of waiting.
    private static final int MAX_CALLS = 64;

    /// In plain text each call under way has a connection of its own, and a burst would leave many.
    private static final int MAX_PLAIN_CALLS = 8;

    private final KubeAccess access;
    private final KubeClientSettings settings;
    private final ApiTransport transport;
    private final Semaphore room;

    /// Opens nothing yet.
    ApiCalls(KubeAccess access, KubeClientSettings settings) {
        this.access = access;
        this.settings = settings;
        this.transport = new ApiTransport(access, settings);
        this.room = new Semaphore("https".equals(access.server().getScheme()) ? MAX_CALLS : MAX_PLAIN_CALLS);
    }

    /// Calls until there is an answer that no retry can change, or the time is over.
    ///
    /// @param retryFor total; zero for a single attempt
    /// @return the object in the answer
    ObjectNode call(ApiCall call, Duration retryFor) throws KubeException, InterruptedException {
        return retried(call, retryFor, () -> once(call));
    }

    /// Opens a stream, with retries until it is open.
    ///
    /// @param silence longest pause within it, null for no limit
    BodyStream stream(ApiCall call, Duration retryFor, @Nullable Duration silence)
            throws KubeException, InterruptedException {
        return retried(call, retryFor, () -> {
            long start = System.nanoTime();
            ApiAnswer answer = opened(call, start, silence);
            if (!answer.ok()) {
                throw refused(call, answer, start + settings.requestTimeout().toNanos());
            }
            return answer.body();
        });
    }

    private ObjectNode once(ApiCall call) throws IOException, KubeException, InterruptedException, Later {
        room.acquire();
        try {
            return answered(call);
        } catch (HttpTimeoutException e) {
            transport.forget();
            throw e;
        } finally {
            room.release();
        }
    }

    private ObjectNode answered(ApiCall call) throws IOException, KubeException, InterruptedException, Later {
        long start = System.nanoTime();
        long deadline = start + settings.requestTimeout().toNanos();
        ApiAnswer answer = opened(call, start, settings.requestTimeout());
        if (!answer.ok()) {
            throw refused(call, answer, deadline);
        }
        try (BodyStream body = answer.body()) {
            byte[] bytes = body.readAll(settings.maxResponseBytes(), deadline);
            if (Json.MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw new UnusableAnswer("it is no JSON object");
        }
    }

    private ApiAnswer opened(ApiCall call, long start, @Nullable Duration silence)
            throws IOException, KubeException, InterruptedException {
        int status = 0;
        try {
            ApiAnswer answer = transport.open(call, settings.requestTimeout(), silence);
            status = answer.status();
            return answer;
        } finally {
            settings.observer().called(call.verb(), call.resource(), status, System.nanoTime() - start);
        }
    }

    private <T> T retried(ApiCall call, Duration retryFor, Attempt<T> attempt)
            throws KubeException, InterruptedException {
        long start = System.nanoTime();
        Backoff backoff = new Backoff(settings.backoffInitial(), settings.backoffMax());
        for (int attempts = 1; ; attempts++) {
            KubeException failure;
            Duration pause = backoff.next();
            try {
                return attempt.run();
            } catch (Later e) {
                failure = e.failure;
                pause = pause.compareTo(e.after) < 0 ? e.after.plus(pause) : pause;
            } catch (IOException e) {
                failure = unreachable(call, e);
            }
            Duration spent = Duration.ofNanos(System.nanoTime() - start);
            if (!failure.transientFault()) {
                throw failure;
            }
            if (spent.plus(pause).compareTo(retryFor) > 0) {
                throw givenUp(failure, attempts, spent);
            }
            Thread.sleep(pause);
        }
    }

    private static KubeException givenUp(KubeException failure, int attempts, Duration spent) {
        if (attempts == 1) {
            return failure;
        }
        String tried = String.format(Locale.ROOT, " (tried %d times in %.1f s)", attempts, spent.toMillis() / 1000.0);
        return new KubeException(failure.status(), failure.reason(), failure.getMessage() + tried, failure);
    }

    private KubeException unreachable(ApiCall call, IOException e) {
        String message = "cannot " + call.what() + ": the Kubernetes API server " + access.server() + " of "
                + access.origin() + " gave no usable answer: " + Failures.inWords(e);
        boolean forGood =
                e instanceof UnusableAnswer || e instanceof JacksonException || Failures.isCertificateFault(e);
        return new KubeException(0, forGood ? KubeException.CONFIGURATION : KubeException.UNREACHABLE, message, e);
    }

    private Later refused(ApiCall call, ApiAnswer answer, long deadline) throws IOException {
        byte[] body;
        try (BodyStream in = answer.body()) {
            body = in.readAll(MAX_ERROR_BYTES, deadline);
        }
        JsonNode status = status(body);
        String reason = status.path("reason").asText("");
        if (reason.isEmpty()) {
            reason = reasonOf(answer.status());
        }
        String message = status.path("message").asText("");
        if (message.isEmpty()) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            message = text.isEmpty() ? "no message" : text.substring(0, Math.min(300, text.length()));
        }
        String words = "cannot " + call.what() + ": " + message + " (" + answer.status() + " " + reason + ")";
        if (answer.status() == 401) {
            words = "cannot " + call.what() + ": the Kubernetes API server " + access.server()
                    + " does not accept the credentials of " + access.origin() + " (401 Unauthorized)";
        }
        return new Later(new KubeException(answer.status(), reason, words, null), retryAfter(answer, status));
    }

    private static JsonNode status(byte[] body) throws IOException {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException _) {
            return MissingNode.getInstance(); // a proxy's page
        }
    }

    private static String reasonOf(int status) {
        return switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 429 -> "TooManyRequests";
            default -> status >= 500 ? "ServerError" : "Unknown";
        };
    }

    private Duration retryAfter(ApiAnswer answer, JsonNode status) {
        String text = answer.headers().firstValue("Retry-After").orElse("").strip();
        try {
            if (text.isEmpty()) {
                long seconds = status.path("details").path("retryAfterSeconds").asLong(0);
                return Duration.ofSeconds(Math.max(0, seconds));
            }
            if (Character.isDigit(text.charAt(0))) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            OffsetDateTime date = OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration until = Duration.between(settings.clock().instant(), date.toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (NumberFormatException | DateTimeException _) {
            return Duration.ZERO;
        }
    }

    /// Cuts all connections.
    @Override
    public void close() {
        transport.close();
    }

    private interface Attempt<T> {
        T run() throws IOException, KubeException, InterruptedException, Later;
    }

    /// A refusal, and when the server wants to be asked again.
    private static final class Later extends Exception {
        final transient KubeException failure;
        final transient Duration after;

        Later(KubeException failure, Duration after) {
            super(failure.getMessage(), null, false, false);
            this.failure = failure;
            this.after = after;
        }
    }
}
