package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.aws.Arn;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One queue. What fails becomes visible again in its time, and goes to the dead-letter queue by the
/// queue's own
/// policy; a first-in-first-out queue itself keeps the messages of a group together and in order.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">SQS as an event source</a>
final class SqsSource implements Source {
    private static final int AT_ONCE = 10;
    private static final int MAX_BYTES = 6 << 20;
    private static final int MOST_BATCHES = 1000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final EventSourceMapping mapping;
    private final Arn queue;
    private final QueueAccess access;
    private final Duration visibility;
    private final Filters filters;

    SqsSource(EventSourceMapping mapping, Arn queue, QueueAccess access, Duration visibility) {
        this.mapping = mapping;
        this.queue = queue;
        this.access = access;
        this.visibility = visibility;
        this.filters = Filters.of(mapping);
    }

    @Override
    public @Nullable Batch next(Duration patience) throws SourceException, InterruptedException {
        List<SourceRecord> records = receive(mapping.batchSize(), patience);
        if (records.isEmpty()) {
            return null;
        }
        long received = System.nanoTime();
        try {
            gather(records, received + mapping.window().toNanos());
        } catch (InterruptedException e) {
            // The mapping stops: what is here already is worked through.
            Thread.currentThread().interrupt();
        }
        return new Messages(records, received + visibility.toNanos());
    }

    private void gather(List<SourceRecord> records, long end) throws SourceException, InterruptedException {
        while (true) {
            long left = end - System.nanoTime();
            int room = mapping.batchSize() - records.size();
            if (left <= 0 || room <= 0 || bytes(records) >= MAX_BYTES) {
                return;
            }
            records.addAll(receive(room, Duration.ofMillis(Math.max(1, left / 1_000_000))));
        }
    }

    private static long bytes(List<SourceRecord> records) {
        return records.stream().mapToLong(SourceRecord::bytes).sum();
    }

    /// Receives until something comes that the filters let pass; all other messages are deleted.
    private List<SourceRecord> receive(int max, Duration wait) throws SourceException, InterruptedException {
        List<SourceRecord> records = new ArrayList<>();
        long end = System.nanoTime() + wait.toNanos();
        Duration left = wait;
        do {
            List<String> unwanted = new ArrayList<>();
            Duration shortened = left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left;
            List<QueueMessage> received = access.receive(queue, Math.min(max, AT_ONCE), shortened);
            for (QueueMessage message : received) {
                SourceRecord record = record(message);
                if (record.wanted()) {
                    records.add(record);
                } else {
                    unwanted.add(message.handle());
                }
            }
            if (!unwanted.isEmpty()) {
                access.delete(queue, unwanted);
            }
            if (received.isEmpty()) {
                break;
            }
            left = Duration.ofNanos(end - System.nanoTime());
        } while (records.isEmpty() && left.isPositive());
        return records;
    }

    private SourceRecord record(QueueMessage message) {
        ObjectNode json = Json.object();
        json.put("messageId", message.messageId());
        json.put("receiptHandle", message.handle());
        json.put("body", message.body());
        ObjectNode attributes = json.putObject("attributes");
        message.attributes().forEach(attributes::put);
        ObjectNode sent = json.putObject("messageAttributes");
        message.messageAttributes().forEach((name, value) -> {
            ObjectNode attribute = sent.putObject(name);
            if (value.string() != null) {
                attribute.put("stringValue", value.string());
            }
            if (value.binary() != null) {
                attribute.put("binaryValue", value.binary());
            }
            attribute.putArray("stringListValues");
            attribute.putArray("binaryListValues");
            attribute.put("dataType", value.dataType());
        });
        if (message.md5OfAttributes() != null) {
            json.put("md5OfMessageAttributes", message.md5OfAttributes());
        }
        json.put("md5OfBody", message.md5OfBody());
        json.put("eventSource", "aws:sqs");
        json.put("eventSourceARN", queue.toString());
        json.put("awsRegion", queue.region());
        boolean wanted = filters.pass(() -> json.deepCopy().set("body", Filters.parsed(message.body())));
        long millis = Long.parseLong(message.attributes().getOrDefault("SentTimestamp", "0"));
        return new SourceRecord(TextNode.valueOf(message.messageId()), "", json, wanted, length(message), millis);
    }

    /// About how long it is as JSON in UTF-8.
    private static int length(QueueMessage message) {
        int bytes = 800;
        for (int i = 0; i < message.body().length(); i++) {
            char c = message.body().charAt(i);
            bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
        }
        for (QueueMessage.Attribute attribute : message.messageAttributes().values()) {
            bytes += 100
                    + 3 * String.valueOf(attribute.string()).length()
                    + String.valueOf(attribute.binary()).length();
        }
        return bytes;
    }

    @Override
    public int parallelism() {
        return mapping.setting("ScalingConfig").path("MaximumConcurrency").asInt(MOST_BATCHES);
    }

    @Override
    public boolean ordered() {
        return false;
    }

    @Override
    public void close() {
        // Nothing is open between two receives.
    }

    /// Messages that were received.
    private final class Messages implements Batch {
        private final List<SourceRecord> records;
        private final long deadline;

        Messages(List<SourceRecord> records, long deadline) {
            this.records = records;
            this.deadline = deadline;
        }

        @Override
        public List<SourceRecord> records() {
            return records;
        }

        @Override
        public ObjectNode event(List<SourceRecord> some) {
            ObjectNode event = Json.object();
            some.forEach(record -> event.withArray("Records").add(record.json()));
            return event;
        }

        @Override
        public void done(List<SourceRecord> some) throws SourceException, InterruptedException {
            access.delete(queue, handles(some));
        }

        @Override
        public void release(List<SourceRecord> some) throws SourceException, InterruptedException {
            access.release(queue, handles(some));
        }

        private static List<String> handles(List<SourceRecord> some) {
            return some.stream()
                    .map(record -> record.json().path("receiptHandle").asText())
                    .toList();
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public void close() {
            // What is not deleted becomes visible again by itself.
        }
    }
}
