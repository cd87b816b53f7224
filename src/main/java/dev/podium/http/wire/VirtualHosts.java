package dev.podium.http.wire;

/// Host names below one port of this server, each with a handler of its own.
///
/// A pod reaches its handler as `<token>` plus [#DOMAIN]: the token is its secret.
public interface VirtualHosts {
    /// What follows a token in a host name.
    String DOMAIN = ".runtime.internal";

    /// Has a handler answer all requests to the token's host name, instead of the one before.
    ///
    /// @param token 32 hexadecimal digits
    /// @throws IllegalArgumentException if the token is malformed
    void serve(String token, WireHandler handler);

    /// Answers that host name no more; connections under way end with their next request.
    void forget(String token);
}
