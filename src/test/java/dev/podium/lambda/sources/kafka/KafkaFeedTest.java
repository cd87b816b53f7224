package dev.podium.lambda.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.codec.Json;
import dev.podium.lambda.sources.Batch;
import dev.podium.lambda.sources.Filters;
import dev.podium.lambda.sources.SourceException;
import dev.podium.lambda.sources.SourceRecord;
import dev.podium.lambda.sources.kafka.KafkaSettings.Position;
import dev.podium.lambda.sources.kafka.KafkaSettings.Start;
import dev.podium.lambda.sources.kafka.TestBroker.Door;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is read, from where, what is committed, and how one signs in: against a real broker, without functions.
@NullMarked
final class KafkaFeedTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration WINDOW = Duration.ofMillis(100);
    private static final Start OLDEST = new Start(Position.TRIM_HORIZON, null);

    @RegisterExtension
    static final TestBroker broker = new TestBroker();

    /// A reader and the values that it got, all of which are processed unless a test does otherwise.
    private static final class Reader implements AutoCloseable {
        final List<String> values = new ArrayList<>();
        final KafkaSource source;

        Reader(KafkaSettings settings, BrokerSecrets secrets) {
            source = new KafkaSource(settings, secrets);
        }

        @Nullable
        Batch take() throws SourceException, InterruptedException {
            Batch batch = source.next(Duration.ofMillis(200));
            if (batch != null) {
                batch.records().forEach(one -> values.add(text(one)));
            }
            return batch;
        }

        boolean drain() throws SourceException, InterruptedException {
            try (Batch batch = take()) {
                if (batch == null) {
                    return false;
                }
                batch.done(batch.records());
                return true;
            }
        }

        /// What the source says is wrong, empty when nothing is.
        String trouble() throws InterruptedException {
            try {
                drain();
                return "";
            } catch (SourceException e) {
                return String.valueOf(e.getMessage());
            }
        }

        @Override
        public void close() {
            source.close();
        }
    }

    private static String text(SourceRecord of) {
        return new String(Base64.getDecoder().decode(of.json().path("value").asText()), StandardCharsets.UTF_8);
    }

    private static KafkaSettings settings(
            String topic, String group, Start start, Door door, KafkaAccess.Entry... access) {
        return new KafkaSettings(
                UUID.randomUUID().toString(),
                List.of(broker.address(door)),
                topic,
                group,
                start,
                new KafkaSettings.Gathering(100, WINDOW, 16, new Filters(List.of())),
                List.of(access));
    }

    private static Reader reader(String topic, String group, Start start) {
        return new Reader(settings(topic, group, start, Door.CLEAR), _ -> "");
    }

    private static long committed(String group, String topic) throws Exception {
        var offset = broker.committed(group).get(new TopicPartition(topic, 0));
        return offset == null ? -1 : offset.offset();
    }

    @Test
    void readsAllInOrderAndCommitsWhatIsDone() throws Exception {
        String topic = broker.topic(1);
        broker.sendAll(
                topic, 1, IntStream.range(0, 250).mapToObj(String::valueOf).toList());
        try (Reader reader = reader(topic, topic, OLDEST)) {
            Eventually.within(SOON, () -> {
                reader.drain();
                return reader.values.size() == 250;
            });
            assertThat(reader.values)
                    .isEqualTo(IntStream.range(0, 250).mapToObj(String::valueOf).toList());
            Eventually.within(SOON, () -> committed(topic, topic) == 250);
        }
    }

    @Test
    void whatFailedComesAgainBeforeAllOthersAndIsNotCommitted() throws Exception {
        String topic = broker.topic(1);
        broker.sendAll(topic, 1, List.of("a", "b", "c"));
        try (Reader reader = reader(topic, topic, OLDEST)) {
            Eventually.within(SOON, () -> {
                try (Batch batch = reader.take()) {
                    if (batch != null) {
                        batch.done(batch.records().subList(0, 1));
                    }
                    return batch != null;
                }
            });
            Eventually.within(SOON, () -> committed(topic, topic) == 1);
            broker.send(topic, 0, "d");
            Eventually.within(SOON, () -> {
                reader.drain();
                return reader.values.size() >= 6;
            });
            assertThat(reader.values).containsExactly("a", "b", "c", "b", "c", "d");
        }
    }

    @Test
    void latestIsWhatComesAfterTheStartEvenIfNobodyReadsThen() throws Exception {
        String topic = broker.topic(1);
        broker.send(topic, 0, "before");
        try (Reader reader = reader(topic, topic, new Start(Position.LATEST, null))) {
            Eventually.within(SOON, () -> !reader.drain() && committed(topic, topic) == 1);
            assertThat(reader.values).isEmpty();
        }
        broker.send(topic, 0, "between");
        try (Reader reader = reader(topic, topic, new Start(Position.LATEST, null))) {
            broker.send(topic, 0, "after");
            Eventually.within(SOON, () -> {
                reader.drain();
                return reader.values.size() == 2;
            });
            assertThat(reader.values).containsExactly("between", "after");
        }
    }

    @Test
    void timestampsAreFoundInEachPartition() throws Exception {
        String topic = broker.topic(2);
        for (int second = 0; second < 4; second++) {
            byte[] value = ("v" + second).getBytes(StandardCharsets.UTF_8);
            broker.send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L + 1000L * second, null, value));
        }
        broker.send(new ProducerRecord<>(topic, 1, 1_600_000_000_000L, null, new byte[] {'x'}));
        Start start = new Start(Position.AT_TIMESTAMP, Instant.ofEpochSecond(1_700_000_002));
        try (Reader reader = reader(topic, topic, start)) {
            Eventually.within(SOON, () -> {
                reader.drain();
                return reader.values.size() == 2;
            });
            assertThat(reader.values).containsExactly("v2", "v3");
            assertThat(reader.drain()).isFalse();
        }
    }

    @Test
    void readersOfOneGroupShareAndProcessEachRecordOnce() throws Exception {
        String topic = broker.topic(4);
        List<String> values = new ArrayList<>();
        try (Reader one = reader(topic, topic, OLDEST)) {
            broker.sendAll(topic, 4, values(values, 400));
            Eventually.within(SOON, () -> one.drain() || !one.values.isEmpty());
            try (Reader two = reader(topic, topic, OLDEST)) {
                Eventually.within(SOON, () -> {
                    one.drain();
                    two.drain();
                    return broker.shares(topic).equals(List.of(2, 2))
                            && one.source.parallelism() == 2
                            && two.source.parallelism() == 2;
                });
                broker.sendAll(topic, 4, values(values, 400));
                Eventually.within(SOON, () -> {
                    one.drain();
                    two.drain();
                    return one.values.size() + two.values.size() >= 800;
                });
                assertThat(two.values).hasSizeGreaterThanOrEqualTo(200);
                List<String> all = new ArrayList<>(one.values);
                all.addAll(two.values);
                assertThat(all).hasSize(800);
                assertThat(new TreeSet<>(all)).isEqualTo(new TreeSet<>(values));
            }
            // The other has left: its partitions come back, and nothing twice.
            broker.sendAll(topic, 4, values(values, 100));
            int before = one.values.size();
            Eventually.within(SOON, () -> {
                one.drain();
                return one.values.size() >= before + 100;
            });
            assertThat(one.values).hasSize(before + 100).doesNotHaveDuplicates();
        }
    }

    private static List<String> values(List<String> all, int more) {
        List<String> values =
                IntStream.range(0, more).mapToObj(i -> "n" + (all.size() + i)).toList();
        all.addAll(values);
        return values;
    }

    @Test
    void brokerThatIsAwayIsWaitedFor() throws Exception {
        String topic = broker.topic(1);
        broker.reachable(false);
        try (Reader reader = new Reader(settings(topic, topic, OLDEST, Door.RELAYED), _ -> "")) {
            Eventually.within(SOON, () -> reader.trouble().equals(KafkaTrouble.CONNECTION));
            broker.reachable(true);
            broker.send(topic, 0, "first");
            Eventually.within(SOON, () -> drained(reader, 1));
            // Or it comes again when the broker has given up this reader meanwhile.
            Eventually.within(SOON, () -> committed(topic, topic) == 1);
            broker.reachable(false);
            broker.send(topic, 0, "second");
            Eventually.within(SOON, () -> !reader.trouble().isEmpty());
            assertThat(reader.values).containsExactly("first");
            broker.reachable(true);
            Eventually.within(SOON, () -> drained(reader, 2));
            assertThat(reader.values).containsExactly("first", "second");
        } finally {
            broker.reachable(true);
        }
    }

    private static boolean drained(Reader reader, int size) throws InterruptedException {
        reader.trouble(); // or what was wrong a moment ago
        return reader.values.size() >= size;
    }

    @Test
    void topicThatDoesNotExistIsNamedAndWaitedFor() throws Exception {
        String topic = "later-" + UUID.randomUUID();
        try (Reader reader = reader(topic, topic, OLDEST)) {
            Eventually.within(SOON, () -> reader.trouble().equals("The topic " + topic + " does not exist."));
            broker.topic(topic, 1);
            broker.send(topic, 0, "x");
            Eventually.within(SOON, () -> drained(reader, 1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BASIC_AUTH, SASL", "SASL_SCRAM_256_AUTH, SASL", "SASL_SCRAM_512_AUTH, SASL",
        "BASIC_AUTH, SASL_TLS", "SASL_SCRAM_256_AUTH, SASL_TLS", "SASL_SCRAM_512_AUTH, SASL_TLS",
        "CLIENT_CERTIFICATE_TLS_AUTH, MUTUAL"
    })
    void signsIn(String type, Door door) throws Exception {
        String topic = broker.topic(1);
        broker.send(topic, 0, "x");
        KafkaSettings settings = settings(topic, topic, OLDEST, door, access(type, door));
        try (Reader reader = new Reader(settings, uri -> secret(uri, door, TestBroker.password(uri)))) {
            Eventually.within(SOON, () -> {
                reader.drain();
                return reader.values.size() == 1;
            });
        }
    }

    private static KafkaAccess.Entry[] access(String type, Door door) {
        KafkaAccess.Entry own = new KafkaAccess.Entry(type, type);
        return door == Door.SASL
                ? new KafkaAccess.Entry[] {own, new KafkaAccess.Entry("VPC_SUBNET", "subnet:subnet-1")}
                : new KafkaAccess.Entry[] {own, new KafkaAccess.Entry("SERVER_ROOT_CA_CERTIFICATE", "ca")};
    }

    private static String secret(String uri, Door door, String password) throws IOException {
        var secret = Json.object();
        switch (uri) {
            case "ca" -> secret.put("certificate", broker.serverCertificate());
            case "CLIENT_CERTIFICATE_TLS_AUTH" ->
                secret.put("certificate", broker.clientCertificate()).put("privateKey", broker.clientKey());
            default -> secret.put("username", TestBroker.USER).put("password", password);
        }
        if (door == Door.SASL) {
            secret.put("securityProtocol", "SASL_PLAINTEXT");
        }
        return Json.MAPPER.writeValueAsString(secret);
    }

    @ParameterizedTest
    @CsvSource({
        "BASIC_AUTH, SASL_TLS, SASL authentication failed.",
        "SASL_SCRAM_512_AUTH, SASL, SASL authentication failed.",
        "VPC_SUBNET, MUTUAL, Server failed to authenticate Lambda."
    })
    void refusalIsSaidWithoutTheSecret(String type, Door door, String expected) throws Exception {
        String topic = broker.topic(1);
        KafkaSettings settings = settings(topic, topic, OLDEST, door, access(type, door));
        try (Reader reader = new Reader(settings, uri -> secret(uri, door, "wr0ng-one"))) {
            Eventually.within(SOON, () -> reader.trouble().equals(expected));
        }
    }

    @Test
    void brokerThatNobodyVouchesForIsRefused() throws Exception {
        String topic = broker.topic(1);
        KafkaSettings settings =
                settings(topic, topic, OLDEST, Door.SASL_TLS, new KafkaAccess.Entry("BASIC_AUTH", "BASIC_AUTH"));
        try (Reader reader = new Reader(settings, uri -> secret(uri, Door.SASL_TLS, TestBroker.PASSWORD))) {
            Eventually.within(SOON, () -> reader.trouble().equals("Lambda failed to authenticate server."));
        }
    }
}
