package dev.podium.ops;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// A logger that hands its records to [Logs].
final class LineLogger implements System.Logger {
    private static final String OWN = "dev.podium.";

    private final String name;
    private final String component;
    private final boolean own;

    LineLogger(String name) {
        this.name = name;
        // Podium's packages name their loggers `lambda` or `pods`; everybody else's names have dots.
        this.own = name.startsWith(OWN) || name.indexOf('.') < 0;
        this.component = name.startsWith(OWN) ? component(name.substring(OWN.length())) : name;
    }

    /// Drops the class from `lambda.invoke.Environments`.
    private static String component(String relative) {
        int dot = relative.lastIndexOf('.');
        return dot < 0 ? (Character.isUpperCase(relative.charAt(0)) ? "podium" : relative) : relative.substring(0, dot);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return Logs.enabled(level, own);
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            Logs.write(LogRecord.of(level, component, message == null ? "" : message, new Object[0], thrown));
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        if (isLoggable(level)) {
            Logs.write(LogRecord.of(
                    level,
                    component,
                    format == null ? "" : format,
                    parameters == null ? new Object[0] : parameters,
                    null));
        }
    }
}
