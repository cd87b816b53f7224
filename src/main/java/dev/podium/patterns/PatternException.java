package dev.podium.patterns;

/// A text that is no event pattern; the message is AWS's reason, with the place in the text.
public final class PatternException extends Exception {
    private static final long serialVersionUID = 1;

    PatternException(String reason) {
        super(reason);
    }
}
