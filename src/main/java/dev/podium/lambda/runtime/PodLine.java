package dev.podium.lambda.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private static final String FENCE = "\u001ffence\u001f";
    private static final Pattern FENCED = Pattern.compile("(.*)" + FENCE + "([0-9]{1,18})", Pattern.DOTALL);

    /// What the start script writes where it was asked to ([StartScript#fence]).
    ///
    /// @param before what the function had written without a line feed
    public record Fence(String before, long number) {
        /// Reads a line as it stands in the pod's log; null when the start script didn't write it.
        public static @Nullable Fence of(String line) {
            Matcher matcher = line.indexOf(FENCE) < 0 ? null : FENCED.matcher(line);
            return matcher != null && matcher.matches()
                    ? new Fence(matcher.group(1), Long.parseLong(matcher.group(2)))
                    : null;
        }
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
