package dev.podium.lambda.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.sources.kafka.TestBroker.Door;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.SourceAccessConfiguration;
import software.amazon.awssdk.services.lambda.model.SourceAccessType;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What goes wrong around a topic, and what a mapping says and does then: with a real broker.
@NullMarked
final class KafkaFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @RegisterExtension
    static final TestBroker broker = new TestBroker();

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path out;

    private String function(String... more) {
        return server.python(
                KafkaMappingTest.NOTE,
                b -> b.timeout(60).environment(e -> e.variables(KafkaMappingTest.variables(out, more))));
    }

    private static CreateEventSourceMappingRequest.Builder request(String function, String topic) {
        return KafkaMappingTest.request(function, topic, broker.address(Door.CLEAR));
    }

    private static String map(CreateEventSourceMappingRequest.Builder request) {
        return server.lambda().createEventSourceMapping(request.build()).uuid();
    }

    private static String result(String uuid) {
        return String.valueOf(
                server.lambda().getEventSourceMapping(b -> b.uuid(uuid)).lastProcessingResult());
    }

    private static void delete(String uuid) {
        server.lambda().deleteEventSourceMapping(b -> b.uuid(uuid));
    }

    private List<String> values() throws IOException {
        return KafkaMappingTest.values(out);
    }

    private long times(String value) throws IOException {
        return values().stream().filter(value::equals).count();
    }

    private static long committed(String function, String topic, int partition) throws Exception {
        var offset = broker.committed(function + "-app.handler").get(new TopicPartition(topic, partition));
        return offset == null ? -1 : offset.offset();
    }

    @Test
    void onlyThePartitionThatFailedComesAgainAndOthersGoOn() throws Exception {
        String topic = broker.topic(2);
        String name = function("PARTIAL");
        broker.send(topic, 0, "poison");
        broker.send(topic, 0, "behind");
        broker.send(topic, 1, "fine");
        String uuid = map(request(name, topic)
                .maximumBatchingWindowInSeconds(2)
                .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        Eventually.within(SOON, () -> times("poison") >= 2);
        assertThat(KafkaMappingTest.events(out).getFirst().path("records")).hasSize(2);
        Eventually.within(SOON, () -> committed(name, topic, 1) == 1);
        broker.send(topic, 1, "later");
        Eventually.within(SOON, () -> committed(name, topic, 1) == 2);
        assertThat(committed(name, topic, 0)).isZero();
        assertThat(times("fine")).isEqualTo(1);
        assertThat(times("later")).isEqualTo(1);
        delete(uuid);
        // It would go on with the poison, in a folder that is being deleted.
        Eventually.within(
                SOON,
                () -> server.lambda().listEventSourceMappings().eventSourceMappings().stream()
                        .noneMatch(mapping -> mapping.uuid().equals(uuid)));
    }

    @Test
    void recordThatNoFunctionTakesGoesToTheDestinationOrStays() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        broker.sendAll(topic, 1, List.of("before", "x".repeat(7 << 20), "after"));
        String uuid = map(request(name, topic));
        Eventually.within(SOON, () -> result(uuid).contains("byte payload is too large"));
        assertThat(values()).containsExactly("before");
        Eventually.within(SOON, () -> committed(name, topic, 0) == 1);
        try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            String url = sqs.createQueue(b -> b.queueName("too-large")).queueUrl();
            server.lambda()
                    .updateEventSourceMapping(b -> b.uuid(uuid)
                            .destinationConfig(d ->
                                    d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:too-large"))));
            Eventually.within(SOON, () -> committed(name, topic, 0) == 3);
            assertThat(values()).containsExactly("before", "after");
            var messages =
                    sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(10)).messages();
            assertThat(messages).hasSize(1);
            JsonNode told = Json.MAPPER.readTree(messages.getFirst().body());
            assertThat(told.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
            assertThat(told.at("/KafkaBatchInfo/recordsInfo/" + topic + "-0/firstRecordOffset")
                            .asText())
                    .isEqualTo("1");
        }
        delete(uuid);
    }

    @Test
    void consumerGroupStaysWhatItWas() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        String uuid = map(request(name, topic).enabled(false));
        assertThatThrownBy(() -> server.lambda()
                        .updateEventSourceMapping(
                                b -> b.uuid(uuid).selfManagedKafkaEventSourceConfig(c -> c.consumerGroupId("another"))))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("ConsumerGroupId");
        server.lambda().updateEventSourceMapping(b -> b.uuid(uuid).selfManagedKafkaEventSourceConfig(c -> {}));
        server.lambda()
                .updateEventSourceMapping(b ->
                        b.uuid(uuid).selfManagedKafkaEventSourceConfig(c -> c.consumerGroupId(name + "-app.handler")));
        assertThat(server.lambda()
                        .getEventSourceMapping(b -> b.uuid(uuid))
                        .selfManagedKafkaEventSourceConfig()
                        .consumerGroupId())
                .isEqualTo(name + "-app.handler");
        delete(uuid);
    }

    @Test
    void deletedTopicIsSaidAndReadWhenItIsBack() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        String uuid = map(request(name, topic));
        broker.send(topic, 0, "first");
        Eventually.within(SOON, () -> committed(name, topic, 0) == 1);
        broker.delete(topic);
        Eventually.within(SOON, () -> result(uuid).equals("PROBLEM: The topic " + topic + " does not exist."));
        broker.topic(topic, 1);
        broker.send(topic, 0, "second");
        Eventually.within(SOON, () -> times("second") == 1 && result(uuid).equals("OK"));
        assertThat(times("first")).isEqualTo(1);
        delete(uuid);
    }

    @Test
    void brokerThatIsRestartedIsWaitedFor() throws Exception {
        String topic = broker.topic(2);
        String name = function();
        String uuid = map(request(name, topic));
        broker.sendAll(topic, 2, List.of("a", "b"));
        Eventually.within(SOON, () -> committed(name, topic, 0) == 1 && committed(name, topic, 1) == 1);
        broker.down();
        try {
            Eventually.within(SOON, () -> result(uuid).equals("PROBLEM: " + KafkaTrouble.CONNECTION));
        } finally {
            broker.up();
        }
        broker.sendAll(topic, 2, List.of("c", "d"));
        Eventually.within(SOON, () -> committed(name, topic, 0) == 2 && committed(name, topic, 1) == 2);
        assertThat(values()).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(result(uuid)).isEqualTo("OK");
        delete(uuid);
    }

    @Test
    void batchIsFullOfWhatFiltersLetPass() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        broker.sendAll(
                topic,
                1,
                IntStream.range(0, 9)
                        .mapToObj(i -> "{\"even\": " + (i % 2 == 0) + ", \"n\": " + i + "}")
                        .toList());
        String uuid = map(request(name, topic)
                .batchSize(2)
                .maximumBatchingWindowInSeconds(1)
                .filterCriteria(f -> f.filters(Filter.builder()
                        .pattern("{\"value\": {\"even\": [false]}}")
                        .build())));
        Eventually.within(SOON, () -> committed(name, topic, 0) == 9);
        assertThat(values()).hasSize(4).allMatch(value -> value.contains("false"));
        assertThat(KafkaMappingTest.events(out)).hasSize(2);
        delete(uuid);
    }

    @Test
    void mappingBeginsWhereItSays() throws Exception {
        String topic = broker.topic(1);
        for (int i = 1; i <= 3; i++) {
            broker.send(new ProducerRecord<>(topic, 0, i * 1000L, null, ("n" + i).getBytes(StandardCharsets.UTF_8)));
        }
        String at = function();
        String timed = map(request(at, topic)
                .startingPosition(EventSourcePosition.AT_TIMESTAMP)
                .startingPositionTimestamp(Instant.ofEpochMilli(1500)));
        Eventually.within(SOON, () -> committed(at, topic, 0) == 3);
        assertThat(values()).containsExactly("n2", "n3");
        delete(timed);
        String latest = function();
        String late = map(request(latest, topic).startingPosition(EventSourcePosition.LATEST));
        Eventually.within(SOON, () -> committed(latest, topic, 0) == 3);
        broker.send(topic, 0, "n4");
        Eventually.within(SOON, () -> committed(latest, topic, 0) == 4);
        assertThat(values()).containsExactly("n2", "n3", "n4");
        delete(late);
    }

    @Test
    void secretsComeFromTheUpstreamsSecretsManager() throws Exception {
        String user = Json.object()
                .put("username", TestBroker.USER)
                .put("password", TestBroker.password("SASL_SCRAM_256_AUTH"))
                .toString();
        try (Listener secrets = Listener.start(ListenerSettings.defaults(), request -> secret(request, user));
                TestServer own = TestServer.start(Map.of(
                        "PODIUM_UPSTREAM_URL",
                        "http://127.0.0.1:" + secrets.address().getPort()))) {
            String topic = broker.topic(1);
            broker.send(topic, 0, "x");
            String name = own.python(
                    KafkaMappingTest.NOTE, b -> b.environment(e -> e.variables(KafkaMappingTest.variables(out))));
            String arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";
            own.lambda()
                    .createEventSourceMapping(KafkaMappingTest.request(name, topic, broker.address(Door.SASL_TLS))
                            .sourceAccessConfigurations(
                                    access(SourceAccessType.SASL_SCRAM_256_AUTH, arn + "user-AbCdEf"),
                                    access(SourceAccessType.SERVER_ROOT_CA_CERTIFICATE, arn + "authority-AbCdEf"))
                            .build());
            Eventually.within(SOON, () -> values().equals(List.of("x")));
        }
    }

    private static SourceAccessConfiguration access(SourceAccessType type, String uri) {
        return SourceAccessConfiguration.builder().type(type).uri(uri).build();
    }

    /// Answers GetSecretValue as Secrets Manager does.
    private static Response secret(Request request, String user) throws IOException {
        String asked =
                Json.MAPPER.readTree(request.bytes(1 << 16)).path("SecretId").asText();
        boolean meant = request.headers().first("X-Amz-Target", "").equals("secretsmanager.GetSecretValue")
                && request.headers().first("Authorization", "").contains("/us-east-1/secretsmanager/aws4_request");
        if (!meant || !asked.endsWith("-AbCdEf")) {
            return Response.json(400, "{\"__type\": \"ResourceNotFoundException\"}".getBytes(StandardCharsets.UTF_8));
        }
        String value = asked.contains(":user-") ? user : broker.serverCertificate();
        return Response.json(
                200,
                Json.object()
                        .put("ARN", asked)
                        .put("SecretString", value)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }
}
