package dev.podium.config;

import java.util.List;

/// The configuration is wrong; the message names everything that is.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(
                (problems.size() == 1 ? "1 problem" : problems.size() + " problems") + " in the configuration:\n  "
                        + String.join("\n  ", problems),
                null,
                false,
                false);
        this.problems = List.copyOf(problems);
    }

    /// One line each: the variable, its value unless it is secret, and what would be right.
    public List<String> problems() {
        return problems;
    }
}
