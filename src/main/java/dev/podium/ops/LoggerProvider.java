package dev.podium.ops;

import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes [Logs] the backend of every [System.Logger], without `java.util.logging` and the time that takes to
/// start.
///
/// Named in `META-INF/services`, so the JDK finds it.
public final class LoggerProvider extends System.LoggerFinder {
    private final ConcurrentHashMap<String, System.Logger> loggers = new ConcurrentHashMap<>();

    /// For the JDK's service loader.
    public LoggerProvider() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return loggers.computeIfAbsent(name, LineLogger::new);
    }

    /// Loggers with translated messages are the same: Podium logs in one language.
    @Override
    public System.Logger getLocalizedLogger(String name, @Nullable ResourceBundle bundle, Module module) {
        return getLogger(name, module);
    }
}
