package dev.podium.http;

import java.io.IOException;

/// The client went away, or was too slow, before it had sent the whole body.
public final class BodyCutOff extends IOException {
    private static final long serialVersionUID = 1;

    /// @param cause what reading the body met
    public BodyCutOff(IOException cause) {
        super("request body ended early", cause);
    }
}
