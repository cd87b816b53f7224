package dev.podium.http.wire;

import java.io.IOException;

/// A message that breaks HTTP's rules or our limits.
public final class BadMessage extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    BadMessage(int status, String message) {
        super(message);
        this.status = status;
    }

    /// The status that a server answers it with: 400, 408, 413, 414, 431, 501 or 505.
    public int status() {
        return status;
    }
}
