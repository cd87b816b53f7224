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

    private static final String NUMBER = "\u001fmark\u001f";

    /// Where in a line a mark begins that the start script wrote: at 0, or behind what the function wrote without a
    /// line feed; -1 where there is none.
    public static int mark(String line) {
        return line.indexOf(NUMBER);
    }

    /// The number of a line's mark; 0 if it has none.
    public static long markNumber(String line) {
        int at = mark(line);
        String number = at < 0 ? "" : line.substring(at + NUMBER.length());
        // What a function writes in a mark's place is none.
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }

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
