package dev.podium;

import dev.podium.kube.embedded.ContainerTail;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.lambda.invoke.LogFeed;
import dev.podium.lambda.invoke.PodLogs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// The logs of the embedded cluster's pods, read from their files: what was written before an invocation's end is
/// there at once, so nothing needs to be waited for.
record EmbeddedLogs(EmbeddedCluster cluster) implements PodLogs {
    private static final String CONTAINER = "function";

    @Override
    public Optional<LogFeed> open(String podName, Instant since) {
        return cluster.tail(podName, CONTAINER).map(Feed::new);
    }

    private static final class Feed implements LogFeed {
        private static final int PART = 64 << 10;
        private static final int SMALL = 1 << 10;
        private static final int MAX_LINE = 256 << 10;

        private final ContainerTail tail;
        private ByteArrayOutputStream line = new ByteArrayOutputStream(0);
        private long offset;

        Feed(ContainerTail tail) {
            this.tail = tail;
        }

        @Override
        public long end() {
            return tail.length();
        }

        @Override
        public Reading read(Stretch stretch, Sink sink) {
            long until = stretch.until();
            long end = Math.min(until, tail.length());
            while (offset < end) {
                ContainerTail.Part part = tail.read(offset, (int) Math.min(PART, end - offset));
                if (part.bytes().length == 0) {
                    break;
                }
                offset = part.offset() + part.bytes().length;
                lines(part.bytes(), sink);
            }
            if (until != Long.MAX_VALUE || tail.ended()) {
                flush(sink);
            }
            return Reading.COMPLETE;
        }

        private void lines(byte[] bytes, Sink sink) {
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    line.write(bytes, from, i - from);
                    give(sink);
                    from = i + 1;
                }
            }
            line.write(bytes, from, bytes.length - from);
            if (line.size() > MAX_LINE) {
                flush(sink);
            }
        }

        /// A line that has no end yet, because the function doesn't write one.
        private void flush(Sink sink) {
            if (line.size() > 0) {
                give(sink);
            }
        }

        private void give(Sink sink) {
            sink.line(System.currentTimeMillis(), line.toString(StandardCharsets.UTF_8));
            if (line.size() > SMALL) {
                // An idle environment should not hold what its longest line took.
                line = new ByteArrayOutputStream(0);
            } else {
                line.reset();
            }
        }

        @Override
        public long peakMemoryBytes() {
            return tail.peakMemoryBytes();
        }

        @Override
        public boolean ended() {
            return tail.ended();
        }

        @Override
        public void rest() {}

        @Override
        public void wake() {}

        @Override
        public void close() {
            tail.close();
        }
    }
}
