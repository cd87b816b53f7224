package dev.podium.lambda.runtime;

/// A line of a pod's log without the mark that the start script puts before what an extension writes.
///
/// Function and extensions share the container's output, but telemetry tells them apart: an extension that is
/// sent its own lines as the function's would go on for ever.
///
/// @param source who wrote it
/// @param text the line itself
public record PodLine(Source source, String text) {
    /// Before each line of an extension: a unit separator (U+001F), the word, and another.
    static final String MARK = "\u001fextension\u001f";

    /// Who writes into a pod's log.
    public enum Source {
        /// The function, or its runtime.
        FUNCTION,
        /// One of its external extensions.
        EXTENSION
    }

    /// Reads a line as it stands in the pod's log.
    public static PodLine of(String line) {
        return line.startsWith(MARK)
                ? new PodLine(Source.EXTENSION, line.substring(MARK.length()))
                : new PodLine(Source.FUNCTION, line);
    }
}
