package dev.podium.kube;

import java.io.IOException;

/// The server answered, but with something that no retry will make usable.
final class UnusableAnswer extends IOException {
    /// Says what is wrong with it.
    UnusableAnswer(String message) {
        super(message);
    }
}
