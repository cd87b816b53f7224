package dev.podium.config;

import java.util.List;
import java.util.function.UnaryOperator;

/// Another server's name for a variable.
///
/// @param name the name in the environment
/// @param note how its values differ from the main variable's, or an empty string
/// @param conversion from its form to the main variable's; an empty result says nothing about the main
///     variable
public record Alias(String name, String note, UnaryOperator<String> conversion) {
    static Alias same(String name) {
        return new Alias(name, "", UnaryOperator.identity());
    }

    static Alias converted(String name, String note, UnaryOperator<String> conversion) {
        return new Alias(name, note, conversion);
    }

    /// One whose other values ask for something that Podium does not do.
    static Alias demand(String name, String... allowed) {
        return new Alias(name, "only " + String.join(" or ", allowed), text -> {
            if (!List.of(allowed).contains(text)) {
                throw new IllegalArgumentException("Podium runs everything only as pods, so it must be "
                        + String.join(" or ", allowed) + " or unset");
            }
            return "";
        });
    }
}
