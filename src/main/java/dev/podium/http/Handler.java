package dev.podium.http;

/// Answers a request, on the request's own virtual thread; may block.
@FunctionalInterface
public interface Handler {
    /// Answers one request. What it throws becomes a bare 500: an expected failure should be a response.
    Response handle(Request request) throws Exception;
}
