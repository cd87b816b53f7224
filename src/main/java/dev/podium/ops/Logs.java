package dev.podium.ops;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/// Where log records go: one line each on standard error, as text or as JSON.
///
/// [LoggerProvider] gives every [System.Logger] of the process to this, those of the JDK included. Until
/// [#configure] is called, records are text and INFO is the least severe level.
public final class Logs {
    private static volatile Logs current =
            new Logs(new FileOutputStream(FileDescriptor.err), new TextForm(), Level.INFO);

    private final OutputStream out;
    private final Form form;
    private final Level level;

    private Logs(OutputStream out, Form form, Level level) {
        this.out = out;
        this.form = form;
        this.level = level;
    }

    /// The look of a line.
    public enum Format {
        TEXT,
        JSON
    }

    /// Turns a record into bytes that end with a newline.
    sealed interface Form permits TextForm, JsonForm {
        byte[] line(LogRecord entry) throws IOException;
    }

    /// Sets the form and the least severe level for the whole process, from now on.
    public static void configure(Format format, Level level) {
        configure(format, level, new FileOutputStream(FileDescriptor.err));
    }

    /// Does so with another target, for tests.
    static void configure(Format format, Level level, OutputStream out) {
        current = new Logs(
                out,
                switch (format) {
                    case TEXT -> new TextForm();
                    case JSON -> new JsonForm();
                },
                level);
    }

    /// Whether a record would be written. Libraries and the JDK are heard only from WARNING on, or at TRACE.
    static boolean enabled(Level level, boolean own) {
        Level least = current.level;
        if (!own && least != Level.TRACE && least.compareTo(Level.WARNING) < 0) {
            least = Level.WARNING;
        }
        return level != Level.OFF && level.compareTo(least) >= 0;
    }

    /// Writes one record with a single call, so that lines of several threads do not mix.
    static void write(LogRecord entry) {
        Logs target = current;
        byte[] line;
        try {
            line = target.form.line(entry);
        } catch (IOException | RuntimeException e) {
            line = ("a log record could not be written: " + e + "\n").getBytes(StandardCharsets.UTF_8);
        }
        try {
            target.out.write(line);
        } catch (IOException e) {
            // there is nowhere left to say so
        }
    }
}
