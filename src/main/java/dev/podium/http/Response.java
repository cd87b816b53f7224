package dev.podium.http;

/// What a [Handler] answers.
public record Response(int status, Headers headers, Body body) {
    /// A response without headers and body.
    public static Response of(int status) {
        return new Response(status, Headers.empty(), Body.Empty.INSTANCE);
    }

    /// A JSON response.
    public static Response json(int status, byte[] json) {
        return bytes(status, "application/json", json);
    }

    /// A response with a body at hand.
    public static Response bytes(int status, String contentType, byte[] bytes) {
        return new Response(status, Headers.of("Content-Type", contentType), new Body.Bytes(bytes));
    }

    /// A response whose body is written while it is sent.
    ///
    /// @param length in bytes, or -1 for a chunked body
    public static Response stream(int status, String contentType, long length, Body.StreamWriter writer) {
        return new Response(status, Headers.of("Content-Type", contentType), new Body.Stream(length, writer));
    }

    /// This response with one more header.
    public Response with(String name, String value) {
        return new Response(status, headers.with(name, value), body);
    }
}
