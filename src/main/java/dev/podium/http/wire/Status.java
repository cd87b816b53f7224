package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/// Status lines.
final class Status {
    private static final byte[] OK = make(200);
    private static final byte[] ACCEPTED = make(202);

    private Status() {}

    /// The status line with its end.
    static byte[] line(int status) {
        return switch (status) {
            case 200 -> OK;
            case 202 -> ACCEPTED;
            default -> make(status);
        };
    }

    /// A status line with a reason of its own.
    ///
    /// @param reason null for the usual one
    static byte[] line(int status, @Nullable String reason) {
        return reason == null || reason.equals(reason(status)) ? line(status) : make(status, reason);
    }

    private static byte[] make(int status) {
        return make(status, reason(status));
    }

    private static byte[] make(int status, String reason) {
        return ("HTTP/1.1 " + status + " " + reason + "\r\n").getBytes(ISO_8859_1);
    }

    static String reason(int status) {
        return switch (status) {
            case 100 -> "Continue";
            case 101 -> "Switching Protocols";
            case 103 -> "Early Hints";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Status";
        };
    }
}
