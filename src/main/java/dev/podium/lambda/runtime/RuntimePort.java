package dev.podium.lambda.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;

/// The port that pods call.
@SuppressWarnings("DoNotCallSuggester")
public final class RuntimePort implements AutoCloseable {
    private RuntimePort() {}

    /// Opens the port. Do so before any pod is created: no runtime survives a refused connection.
    public static RuntimePort start(RuntimeSettings settings) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Makes a token of 128 random bits, 32 hexadecimal digits.
    public static String newToken() {
        throw new UnsupportedOperationException();
    }

    /// The address it listens on.
    public InetSocketAddress address() {
        throw new UnsupportedOperationException();
    }

    /// Opens the session of a pod: before the pod is created, and for adopted pods after a restart.
    ///
    /// @param token names the pod in its `AWS_LAMBDA_RUNTIME_API`, 32 hexadecimal digits
    /// @param codeToken gives access to its code, 32 hexadecimal digits
    /// @throws IllegalArgumentException if a token is malformed
    /// @throws IllegalStateException if there is such a session
    public RuntimeSession open(String token, String codeToken, SessionOwner owner) {
        throw new UnsupportedOperationException();
    }

    /// Opens the session of a pod that brings its own code (a function from an image).
    public RuntimeSession open(String token, SessionOwner owner) {
        return open(token, newToken(), owner);
    }

    /// Where a process on this host finds what a pod knows as `<token>.runtime.internal:9001`: a loopback port
    /// whose
    /// requests count as sent to that name. Any other name is given back as it is.
    public String resolve(String hostPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
