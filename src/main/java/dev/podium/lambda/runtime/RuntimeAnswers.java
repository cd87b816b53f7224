package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the runtime port answers, in the words of AWS.
final class RuntimeAnswers {
    private static final WireHeaders JSON = WireHeaders.of("Content-Type", "application/json");
    private static final byte[] OK = "{\"status\":\"OK\"}".getBytes(UTF_8);

    private RuntimeAnswers() {}

    /// The headers of an event on `/next`.
    static WireHeaders event(Event event) {
        WireHeaders.Builder headers = WireHeaders.builder()
                .add("Content-Type", "application/json")
                .add("Lambda-Runtime-Aws-Request-Id", line(event.requestId()))
                .add("Lambda-Runtime-Deadline-Ms", Long.toString(event.deadlineEpochMillis()))
                .add("Lambda-Runtime-Invoked-Function-Arn", line(event.invokedFunctionArn()));
        add(headers, "Lambda-Runtime-Trace-Id", event.traceId());
        add(headers, "Lambda-Runtime-Client-Context", event.clientContext());
        add(headers, "Lambda-Runtime-Cognito-Identity", event.cognitoIdentity());
        add(headers, "Lambda-Runtime-Aws-Tenant-Id", event.tenantId());
        return headers.build();
    }

    private static void add(WireHeaders.Builder headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(name, line(value));
        }
    }

    /// Callers' JSON may have line breaks, which can't stand in a header but mean nothing between its tokens.
    private static String line(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ') {
                return value.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
            }
        }
        return value;
    }

    /// An answer of the runtime was taken.
    static void accepted(WireExchange x) throws IOException {
        x.respond(202, JSON, OK);
    }

    static void json(WireExchange x, int status, byte[] content) throws IOException {
        x.respond(status, JSON, content);
    }

    static void json(WireExchange x, int status, WireHeaders headers, byte[] content) throws IOException {
        x.respond(status, headers, content);
    }

    static void error(WireExchange x, int status, String type, String message) throws IOException {
        x.respond(status, JSON, errorJson(type, message));
    }

    static void invalidRequestId(WireExchange x) throws IOException {
        error(x, 400, "InvalidRequestID", "Invalid request ID");
    }

    static void invalidTransition(WireExchange x, String from, String to) throws IOException {
        String message = "State transition from " + from + " to " + to
                + " failed for runtime. Error: State transition is not allowed";
        error(x, 403, "InvalidStateTransition", message);
    }

    /// The same for every stranger, whatever was wrong; ends the connection.
    static void forbidden(WireExchange x) throws IOException {
        WireHeaders headers = WireHeaders.of("Content-Type", "application/json", "Connection", "close");
        x.respond(403, headers, errorJson("Forbidden", "Forbidden"));
    }

    static void notFound(WireExchange x) throws IOException {
        error(x, 404, "NotFound", "404 page not found");
    }

    /// An error as runtimes report them.
    static byte[] errorJson(String type, String message) {
        return Json.object()
                .put("errorMessage", message)
                .put("errorType", type)
                .toString()
                .getBytes(UTF_8);
    }

    /// What the caller learns of an answer that is too large.
    static Outcome responseTooLarge(long most) {
        String type = "Function.ResponseSizeTooLarge";
        String message = "Response payload size exceeded maximum allowed payload size (" + most + " bytes).";
        return new Outcome.HandlerError(errorJson(type, message), type);
    }
}
