package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A span of time whose records are worked on with a common state.
///
/// @param start epoch milliseconds
/// @param state what the function gave last; null before that
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html">Tumbling windows</a>
record TumblingWindow(long start, long millis, @Nullable JsonNode state) {
    private static final int MAX_STATE = 1 << 20;

    /// The window of a record.
    static TumblingWindow of(SourceRecord record, long millis) {
        return new TumblingWindow(record.millis() - Math.floorMod(record.millis(), millis), millis, null);
    }

    long end() {
        return start + millis;
    }

    /// A record that came late belongs to the window that is open.
    boolean holds(SourceRecord record) {
        return record.millis() < end();
    }

    /// Whether the state is larger than AWS allows: the window ends early.
    boolean full() {
        return state != null && state.toString().length() > MAX_STATE;
    }

    TumblingWindow with(JsonNode newState) {
        return new TumblingWindow(start, millis, newState);
    }
}
