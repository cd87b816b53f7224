package dev.podium.http;

import java.io.IOException;

/// A request's body is larger than the limit.
public final class BodyTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    private final long limit;

    /// @param limit largest accepted size in bytes
    public BodyTooLarge(long limit) {
        super("request body larger than " + limit + " bytes");
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }
}
