package dev.podium.http;

import java.io.IOException;
import java.io.OutputStream;

/// The body of a response.
public sealed interface Body {
    /// No body (`Content-Length: 0`, or none with a status that has no body).
    record Empty() implements Body {
        static final Empty INSTANCE = new Empty();
    }

    /// A body at hand.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and a copy would cost
    record Bytes(byte[] bytes) implements Body {}

    /// A body that is written while it is sent.
    ///
    /// @param length in bytes, or -1 for a chunked body
    record Stream(long length, StreamWriter writer) implements Body {}

    /// Writes a streamed body; what is flushed is sent at once. An exception cuts the connection, so that the
    /// client cannot take the part for the whole.
    @FunctionalInterface
    interface StreamWriter {
        /// Writes the whole body. Must not close the stream.
        void writeTo(OutputStream out) throws IOException, InterruptedException;

        /// Is told instead that the body will not be written: its client wants the head alone, or has gone away.
        /// Whoever holds something for the body lets go of it here.
        default void abandoned() {}
    }
}
