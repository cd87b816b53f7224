package dev.podium.ops;

import java.lang.System.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/// A logger of a library, quieter than it means to be: what a library says of each attempt to reach a broker
/// that is
/// away, the server itself says once and in words for its user. Only errors that come with an exception are
/// warnings.
final class Slf4jLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient Logger target;

    Slf4jLogger(String name) {
        this.name = name;
        this.target = System.getLogger(name);
    }

    private static Logger.Level level(Level theirs) {
        return switch (theirs) {
            case ERROR -> Logger.Level.WARNING;
            case WARN, INFO -> Logger.Level.DEBUG;
            case DEBUG, TRACE -> Logger.Level.TRACE;
        };
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        if (thrown == null) {
            target.log(Logger.Level.DEBUG, message);
        } else {
            target.log(level(level), message, thrown);
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return enabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return enabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return enabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return enabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return enabled(Level.ERROR);
    }

    private boolean enabled(Level level) {
        return target.isLoggable(level(level));
    }
}
