package dev.podium.store;

/// The store cannot be opened, read or written; the message says which folder and why.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Makes one with a message for the operator of the server.
    StoreException(String message) {
        super(message);
    }

    /// Makes one with a message for the operator of the server, and what led to it.
    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
