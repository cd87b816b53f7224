package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lambda's Runtime API, version 2018-06-01.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
final class RuntimeApi {
    private static final String INVOCATION = "invocation/";
    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final String UNKNOWN = "Runtime.Unknown";
    private static final long MAX_DISCARDED = 64L << 20;

    private RuntimeApi() {}

    /// Handles a request.
    ///
    /// @param path what follows `/2018-06-01/runtime/`
    static void handle(RuntimeSession session, WireExchange x, String path) throws IOException {
        boolean post = x.method().equals("POST");
        if (path.equals("invocation/next") && x.method().equals("GET")) {
            session.next(x);
        } else if (post && path.startsWith(INVOCATION) && path.endsWith("/response")) {
            response(session, x, id(path, "/response"));
        } else if (post && path.startsWith(INVOCATION) && path.endsWith("/error")) {
            error(session, x, id(path, "/error"));
        } else if (post && path.equals("init/error")) {
            initError(session, x);
        } else {
            RuntimeAnswers.notFound(x);
        }
    }

    private static String id(String path, String end) {
        return path.length() < INVOCATION.length() + end.length()
                ? ""
                : path.substring(INVOCATION.length(), path.length() - end.length());
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint that costs nothing when nobody waits
    private static void response(RuntimeSession session, WireExchange x, String id) throws IOException {
        Invocation running = session.running(id, x);
        if (running == null || running.stream() != null) {
            RuntimeAnswers.invalidRequestId(x);
            return;
        }
        if (running.takesStream() && "streaming".equalsIgnoreCase(x.headers().first(RESPONSE_MODE))) {
            stream(session, running, x);
            return;
        }
        int most = session.settings().maxResponseBytes();
        byte[] payload = body(x, most);
        session.answered();
        // AWS answers the runtime with 413 when it is too large. Python's and Go's clients exit then, and the
        // environment would be lost for nothing: Podium takes the answer and tells the caller.
        running.complete(payload == null ? RuntimeAnswers.responseTooLarge(most) : outcome(x, payload));
        // The invoker first: it answers its client while the runtime still reads our answer.
        Thread.yield();
        RuntimeAnswers.accepted(x);
    }

    private static void stream(RuntimeSession session, Invocation running, WireExchange x) throws IOException {
        StreamedResponse stream = new StreamedResponse(running, x);
        running.begin(stream);
        boolean whole = stream.awaitEnd();
        session.answered();
        if (whole) {
            RuntimeAnswers.accepted(x);
        }
    }

    /// What an answer means whose end was read.
    static Outcome outcome(WireExchange x, byte[] payload) {
        String errorType = x.trailers().first(ERROR_TYPE);
        if (errorType == null) {
            return new Outcome.Success(payload, x.headers().first("Content-Type"));
        }
        return new Outcome.HandlerError(errorBody(errorType, x.trailers()), errorType);
    }

    /// A streaming function failed midway: the trailers hold the error.
    private static byte[] errorBody(String type, WireHeaders trailers) {
        String encoded = Objects.requireNonNullElse(trailers.first("Lambda-Runtime-Function-Error-Body"), "");
        try {
            byte[] body = Base64.getDecoder().decode(encoded.getBytes(UTF_8));
            if (body.length > 0) {
                return body;
            }
        } catch (IllegalArgumentException e) {
            return RuntimeAnswers.errorJson(type, "the runtime reported an unreadable error");
        }
        return RuntimeAnswers.errorJson(type, "the function failed while it was answering");
    }

    private static void error(RuntimeSession session, WireExchange x, String id) throws IOException {
        Invocation running = session.running(id, x);
        if (running == null) {
            RuntimeAnswers.invalidRequestId(x);
            return;
        }
        FunctionError error = functionError(session, x);
        session.answered();
        running.complete(new Outcome.HandlerError(error.payload(), error.errorType()));
        RuntimeAnswers.accepted(x);
    }

    private static void initError(RuntimeSession session, WireExchange x) throws IOException {
        if (session.initFailed(functionError(session, x))) {
            RuntimeAnswers.accepted(x);
        } else {
            RuntimeAnswers.invalidTransition(x, "Ready", "InitError");
        }
    }

    private static FunctionError functionError(RuntimeSession session, WireExchange x) throws IOException {
        byte[] payload = body(x, session.settings().maxResponseBytes());
        String type = Objects.requireNonNullElseGet(x.headers().first(ERROR_TYPE), () -> errorType(payload));
        if (payload == null || payload.length == 0) {
            String message = payload == null ? "the error is too large" : "";
            return new FunctionError(type, RuntimeAnswers.errorJson(type, message));
        }
        return new FunctionError(type, payload);
    }

    /// The type that the error itself names: Python's client sends no header.
    private static String errorType(byte @Nullable [] payload) {
        try {
            String type = payload == null
                    ? null
                    : Json.MAPPER.readTree(payload).path("errorType").asText(null);
            return type == null || type.isEmpty() ? UNKNOWN : type;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /// Reads a body; null, having discarded the rest, if it is larger than allowed.
    private static byte @Nullable [] body(WireExchange x, int most) throws IOException {
        long declared = x.bodyLength();
        InputStream in = x.body();
        byte[] bytes = new byte[declared >= 0 ? (int) Math.min(declared, most + 1L) : 8 << 10];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                if (length > most) {
                    discard(in);
                    return null;
                }
                if (length == declared) {
                    return bytes;
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(most + 1L, bytes.length * 2L));
            }
            int n = in.read(bytes, length, bytes.length - length);
            if (n < 0) {
                if (declared > length) {
                    throw new EOFException("body cut off");
                }
                return Arrays.copyOf(bytes, length);
            }
            length += n;
        }
    }

    private static void discard(InputStream in) throws IOException {
        byte[] sink = new byte[64 << 10];
        long discarded = 0;
        for (int n = in.read(sink); n >= 0 && discarded < MAX_DISCARDED; n = in.read(sink)) {
            discarded += n;
        }
    }
}
