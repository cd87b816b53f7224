package dev.podium;

/// The server can't start: the message says why and what to do, and is all that a user sees.
public final class StartException extends Exception {
    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
