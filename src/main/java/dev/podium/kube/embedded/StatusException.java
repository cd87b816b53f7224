package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A failure that the API answers as a `Status` object.
final class StatusException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient @Nullable ObjectNode details;
    private final @Nullable Duration retryAfter;

    private StatusException(
            int code, String reason, String message, @Nullable ObjectNode details, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
        this.retryAfter = retryAfter;
    }

    static StatusException of(int code, String reason, String message) {
        return new StatusException(code, reason, message, null, null);
    }

    static StatusException injected(int code, String reason, @Nullable Duration retryAfter) {
        return new StatusException(code, reason, "injected fault: " + reason, null, retryAfter);
    }

    static StatusException notFound(String pod) {
        return new StatusException(404, "NotFound", "pods \"" + pod + "\" not found", details(pod), null);
    }

    static StatusException alreadyExists(String pod) {
        return new StatusException(409, "AlreadyExists", "pods \"" + pod + "\" already exists", details(pod), null);
    }

    static StatusException conflict(String pod, String why) {
        return new StatusException(
                409, "Conflict", "Operation cannot be fulfilled on Pod \"" + pod + "\": " + why, details(pod), null);
    }

    static StatusException badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    static StatusException expired(long wanted, long oldest) {
        return of(410, "Expired", "too old resource version: " + wanted + " (" + oldest + ")");
    }

    static StatusException invalid(String pod, ObjectNode details, String causes) {
        return new StatusException(422, "Invalid", "Pod \"" + pod + "\" is invalid: " + causes, details, null);
    }

    int code() {
        return code;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /// The `Status` object.
    ObjectNode status() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        ObjectNode shown = details == null ? Json.object() : details.deepCopy();
        if (retryAfter != null) {
            shown.put("retryAfterSeconds", retryAfter.toSeconds());
        }
        if (!shown.isEmpty()) {
            status.set("details", shown);
        }
        return status.put("code", code);
    }

    private static ObjectNode details(String pod) {
        return Json.object().put("name", pod).put("kind", "pods");
    }
}
