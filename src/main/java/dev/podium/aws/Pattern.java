package dev.podium.aws;

import org.jspecify.annotations.Nullable;

/// A regular expression of a model, compiled when it is first needed.
final class Pattern {
    private final String text;
    private volatile java.util.regex.@Nullable Pattern compiled;

    Pattern(String text) {
        this.text = text;
    }

    /// Tells whether the whole value matches.
    boolean matches(String value) {
        java.util.regex.Pattern pattern = compiled;
        if (pattern == null) {
            pattern = java.util.regex.Pattern.compile(text);
            compiled = pattern;
        }
        try {
            return pattern.matcher(value).matches();
        } catch (StackOverflowError e) {
            // The engine recurses on alternatives: so long a value is none that the pattern means.
            return false;
        }
    }

    /// The expression as the model has it.
    @Override
    public String toString() {
        return text;
    }
}
