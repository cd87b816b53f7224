package dev.podium.lambda.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.codec.Json;
import dev.podium.lambda.sources.kafka.TestBroker.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EndPointType;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.SourceAccessConfiguration;
import software.amazon.awssdk.services.lambda.model.SourceAccessType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Functions get what is in topics: the whole server, with the AWS SDK and a real broker.
@NullMarked
final class KafkaMappingTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    /// Writes each event to a file, as a line; fails while a file `fail` is there, and always with a value
    /// `poison`.
    static final String NOTE = """
            import base64, json, os, time
            def handler(event, context):
                out = '/' + os.environ['OUT']
                with open(out + '/events', 'a') as file:
                    file.write(json.dumps(event) + chr(10))
                while os.path.exists(out + '/hold'):
                    time.sleep(0.01)
                failed = []
                for records in event['records'].values():
                    for one in records:
                        value = base64.b64decode(one.get('value', '')).decode('utf-8', 'replace')
                        if os.path.exists(out + '/fail') or value == 'poison':
                            failed.append({'itemIdentifier': {
                                'partition': one['topic'] + '-' + str(one['partition']), 'offset': one['offset']}})
                if failed and 'PARTIAL' not in os.environ:
                    raise ValueError('failed on purpose')
                return {'batchItemFailures': failed[:1]}
            """;

    private static final String SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:broker-AbCdEf";

    private static final Path SECRETS = folder();

    @RegisterExtension
    static final TestBroker broker = new TestBroker();

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_SECRETS", SECRETS.toString()));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path out;

    private static Path folder() {
        try {
            return Files.createTempDirectory("podium-secrets");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void dropSecrets() throws IOException {
        Files.delete(SECRETS.resolve("broker.json"));
        Files.delete(SECRETS.resolve("ca"));
        Files.delete(SECRETS);
    }

    @BeforeAll
    static void putSecrets() throws IOException {
        Files.writeString(
                SECRETS.resolve("broker.json"),
                Json.object()
                        .put("username", TestBroker.USER)
                        .put("password", TestBroker.password("SASL_SCRAM_512_AUTH"))
                        .toString());
        Files.writeString(SECRETS.resolve("ca"), broker.serverCertificate());
    }

    private String function(String... more) {
        return server.python(NOTE, b -> b.timeout(60).environment(e -> e.variables(variables(out, more))));
    }

    static Map<String, String> variables(Path out, String... more) {
        // Without the slash: paths below /tmp would be those of the pod.
        String relative = out.toString().substring(1);
        return more.length == 0 ? Map.of("OUT", relative) : Map.of("OUT", relative, more[0], "1");
    }

    /// The standard request.
    static CreateEventSourceMappingRequest.Builder request(String function, String topic, String address) {
        return CreateEventSourceMappingRequest.builder()
                .functionName(function)
                .topics(topic)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .maximumBatchingWindowInSeconds(0)
                .selfManagedEventSource(
                        s -> s.endpoints(Map.of(EndPointType.KAFKA_BOOTSTRAP_SERVERS, List.of(address))));
    }

    private static CreateEventSourceMappingResponse map(CreateEventSourceMappingRequest.Builder request) {
        return server.lambda().createEventSourceMapping(request.build());
    }

    private static CreateEventSourceMappingRequest.Builder request(String function, String topic) {
        return request(function, topic, broker.address(Door.CLEAR));
    }

    /// Events that a function got.
    static List<JsonNode> events(Path out) throws IOException {
        Path file = out.resolve("events");
        List<JsonNode> events = new ArrayList<>();
        if (Files.exists(file)) {
            String written = Files.readString(file);
            // The last line may be on its way.
            for (String line :
                    written.substring(0, written.lastIndexOf('\n') + 1).lines().toList()) {
                events.add(Json.MAPPER.readTree(line));
            }
        }
        return events;
    }

    /// Values of all records that a function got, in order.
    static List<String> values(Path out) throws IOException {
        List<String> values = new ArrayList<>();
        for (JsonNode event : events(out)) {
            for (JsonNode records : event.path("records")) {
                records.forEach(one -> values.add(
                        new String(Base64.getDecoder().decode(one.path("value").asText()), StandardCharsets.UTF_8)));
            }
        }
        return values;
    }

    private static SourceAccessConfiguration access(SourceAccessType type, String uri) {
        return SourceAccessConfiguration.builder().type(type).uri(uri).build();
    }

    private static long committed(String group, String topic) throws Exception {
        var offset = broker.committed(group).get(new TopicPartition(topic, 0));
        return offset == null ? -1 : offset.offset();
    }

    private static void delete(CreateEventSourceMappingResponse mapping) {
        server.lambda().deleteEventSourceMapping(b -> b.uuid(mapping.uuid()));
    }

    @Test
    void eventIsThatOfAws() throws Exception {
        String topic = broker.topic(1);
        broker.send(new ProducerRecord<>(
                topic,
                0,
                1_545_084_650_987L,
                "k".getBytes(StandardCharsets.UTF_8),
                "Hello, this is a test.".getBytes(StandardCharsets.UTF_8),
                List.of(new RecordHeader("headerKey", new byte[] {104, -61, -68}))));
        broker.send(new ProducerRecord<>(topic, 0, 1_545_084_650_988L, null, new byte[] {1}));
        var mapping = map(request(function(), topic).maximumBatchingWindowInSeconds(1));
        Eventually.within(SOON, () -> events(out).size() == 1);
        assertThat(events(out).getFirst())
                .isEqualTo(Json.MAPPER.readTree("""
                        {"eventSource": "SelfManagedKafka", "bootstrapServers": "%s", "records": {"%s-0": [
                          {"topic": "%s", "partition": 0, "offset": 0, "timestamp": 1545084650987,
                           "timestampType": "CREATE_TIME", "key": "aw==", "value": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
                           "headers": [{"headerKey": [104, -61, -68]}]},
                          {"topic": "%s", "partition": 0, "offset": 1, "timestamp": 1545084650988,
                           "timestampType": "CREATE_TIME", "value": "AQ==", "headers": []}]}}
                        """.formatted(broker.address(Door.CLEAR), topic, topic, topic)));
        Eventually.within(
                SOON,
                () -> "OK"
                        .equals(server.lambda()
                                .getEventSourceMapping(b -> b.uuid(mapping.uuid()))
                                .lastProcessingResult()));
        delete(mapping);
    }

    @Test
    void groupIsNamedAfterFunctionAndHandlerUnlessItIsGiven() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        var mapping = map(request(name, topic));
        assertThat(mapping.batchSize()).isEqualTo(100);
        assertThat(mapping.selfManagedKafkaEventSourceConfig().consumerGroupId())
                .isEqualTo(name + "-app.handler");
        broker.send(topic, 0, "x");
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 1);
        delete(mapping);
        var other = map(
                request(function(), topic).selfManagedKafkaEventSourceConfig(c -> c.consumerGroupId("mine-" + name)));
        assertThat(other.selfManagedKafkaEventSourceConfig().consumerGroupId()).isEqualTo("mine-" + name);
        Eventually.within(SOON, () -> committed("mine-" + name, topic) == 1);
        delete(other);
    }

    @Test
    void filtersSeeTheValueAsJson() throws Exception {
        String topic = broker.topic(1);
        broker.sendAll(topic, 1, List.of("{\"id\":\"A1\"}", "{\"id\":\"B2\"}", "no JSON", "{\"id\":\"A3\"}"));
        String name = function();
        var mapping = map(request(name, topic)
                .filterCriteria(f -> f.filters(Filter.builder()
                        .pattern("{\"value\":{\"id\":[{\"prefix\":\"A\"}]}}")
                        .build())));
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 4);
        assertThat(values(out)).containsExactly("{\"id\":\"A1\"}", "{\"id\":\"A3\"}");
        delete(mapping);
    }

    @Test
    void failedBatchIsTriedAgainInOrderAndCommittedOnlyThen() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        Files.createFile(out.resolve("fail"));
        var mapping = map(request(name, topic).batchSize(2));
        broker.sendAll(topic, 1, List.of("a", "b", "c"));
        Eventually.within(SOON, () -> events(out).size() >= 2);
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 0);
        assertThat(values(out)).doesNotContain("c");
        Files.delete(out.resolve("fail"));
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 3);
        assertThat(values(out)).endsWith("c");
        delete(mapping);
    }

    @Test
    void poisonIsDiscardedAndTheDestinationHearsOfIt() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            String url = sqs.createQueue(b -> b.queueName("q-" + name)).queueUrl();
            String arn = sqs.getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                    .attributes()
                    .get(QueueAttributeName.QUEUE_ARN);
            broker.sendAll(topic, 1, List.of("a", "b", "poison", "d", "e"));
            var mapping = map(request(name, topic)
                    .bisectBatchOnFunctionError(true)
                    .maximumRetryAttempts(1)
                    .destinationConfig(d -> d.onFailure(f -> f.destination(arn))));
            Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 5);
            assertThat(values(out)).contains("a", "b", "d", "e");
            var messages =
                    sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(10)).messages();
            assertThat(messages).hasSize(1);
            JsonNode said = Json.MAPPER.readTree(messages.getFirst().body());
            assertThat(said.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
            JsonNode info = said.path("KafkaBatchInfo");
            assertThat(info.path("batchSize").asInt()).isEqualTo(1);
            assertThat(info.path("bootstrapServers").asText()).isEqualTo(broker.address(Door.CLEAR));
            JsonNode records = info.path("recordsInfo").path(topic + "-0");
            assertThat(records.path("firstRecordOffset").asText()).isEqualTo("2");
            assertThat(records.path("lastRecordOffset").asText()).isEqualTo("2");
            delete(mapping);
        }
    }

    @Test
    void partialFailureComesAgainFromTheRecordThatFailed() throws Exception {
        String topic = broker.topic(1);
        String name = function("PARTIAL");
        broker.sendAll(topic, 1, List.of("a", "poison", "c"));
        var mapping = map(request(name, topic)
                .maximumRetryAttempts(1)
                .bisectBatchOnFunctionError(false)
                .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 3);
        assertThat(values(out).stream().filter("a"::equals)).hasSize(1);
        assertThat(values(out).stream().filter("poison"::equals)).hasSizeGreaterThan(1);
        delete(mapping);
    }

    @Test
    void largeRecordsAreSplitByWhatAFunctionTakes() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        broker.sendAll(
                topic,
                1,
                IntStream.range(0, 4).mapToObj(i -> i + "x".repeat(1_500_000)).toList());
        var mapping = map(request(name, topic).maximumBatchingWindowInSeconds(1));
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 4);
        assertThat(events(out))
                .hasSizeGreaterThan(1)
                .allSatisfy(event -> assertThat(event.toString()).hasSizeLessThanOrEqualTo(6 << 20));
        delete(mapping);
    }

    @Test
    void functionThatIsDeletedAndComesBackMissesNothing() throws Exception {
        String topic = broker.topic(1);
        String name = function();
        var mapping = map(request(name, topic));
        broker.send(topic, 0, "before");
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 1);
        server.lambda().deleteFunction(b -> b.functionName(name));
        broker.send(topic, 0, "between");
        Eventually.within(
                SOON,
                () -> String.valueOf(server.lambda()
                                .getEventSourceMapping(b -> b.uuid(mapping.uuid()))
                                .lastProcessingResult())
                        .contains("Function not found"));
        assertThat(committed(name + "-app.handler", topic)).isEqualTo(1);
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.PYTHON3_12)
                        .handler("app.handler")
                        .role(TestServer.ROLE)
                        .timeout(60)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(NOTE))))
                        .environment(e -> e.variables(variables(out))));
        Eventually.within(SOON, () -> committed(name + "-app.handler", topic) == 2);
        assertThat(values(out)).containsExactly("before", "between");
        delete(mapping);
    }

    @Test
    void brokerThatIsAwayIsSaidAndWaitedFor() throws Exception {
        String topic = broker.topic(1);
        broker.reachable(false);
        try {
            var mapping = map(request(function(), topic, broker.address(Door.RELAYED)));
            Eventually.within(
                    SOON,
                    () -> ("PROBLEM: " + KafkaTrouble.CONNECTION)
                            .equals(server.lambda()
                                    .getEventSourceMapping(b -> b.uuid(mapping.uuid()))
                                    .lastProcessingResult()));
            broker.reachable(true);
            broker.send(topic, 0, "x");
            Eventually.within(SOON, () -> values(out).contains("x"));
            delete(mapping);
        } finally {
            broker.reachable(true);
        }
    }

    @Test
    void secretsComeFromTheOperatorsFilesAndAreNotShown() throws Exception {
        String topic = broker.topic(1);
        broker.send(topic, 0, "x");
        var mapping = map(request(function(), topic, broker.address(Door.SASL_TLS))
                .sourceAccessConfigurations(
                        access(SourceAccessType.SASL_SCRAM_512_AUTH, SECRET),
                        access(SourceAccessType.SERVER_ROOT_CA_CERTIFICATE, SECRET.replace("broker-AbCdEf", "ca")),
                        access(SourceAccessType.VPC_SUBNET, "subnet:subnet-01234567")));
        assertThat(mapping.sourceAccessConfigurations()).hasSize(3);
        Eventually.within(SOON, () -> values(out).contains("x"));
        assertThat(server.lambda()
                        .getEventSourceMapping(b -> b.uuid(mapping.uuid()))
                        .toString())
                .doesNotContain(TestBroker.PASSWORD);
        delete(mapping);
        var missing = map(request(function(), broker.topic(1), broker.address(Door.SASL_TLS))
                .sourceAccessConfigurations(access(SourceAccessType.BASIC_AUTH, SECRET.replace("broker", "nobody"))));
        Eventually.within(
                SOON,
                () -> String.valueOf(server.lambda()
                                .getEventSourceMapping(b -> b.uuid(missing.uuid()))
                                .lastProcessingResult())
                        .contains("PODIUM_SECRETS"));
        delete(missing);
    }

    @Test
    void exampleRuns() throws Exception {
        Process example = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "examples/kafka/Orders.java",
                        server.endpoint().toString(),
                        broker.address(Door.CLEAR))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(example.waitFor()).as(said).isZero();
        assertThat(said).contains("20 orders processed and committed");
    }

    @Test
    void whatCanNotWorkIsRefusedByName() throws Exception {
        String name = function();
        refused(request(name, "topic").startingPosition((EventSourcePosition) null), "startingPosition");
        refused(request(name, "topic").topics((List<String>) null), "Topics");
        refused(
                request(name, "topic")
                        .selfManagedKafkaEventSourceConfig(
                                c -> c.schemaRegistryConfig(r -> r.schemaRegistryURI("http://registry:8081"))),
                "SchemaRegistryConfig");
        refused(
                request(name, "topic").sourceAccessConfigurations(access(SourceAccessType.VIRTUAL_HOST, "/")),
                "VIRTUAL_HOST");
        refused(
                request(name, "topic").sourceAccessConfigurations(access(SourceAccessType.BASIC_AUTH, "somewhere")),
                "BASIC_AUTH");
        refused(
                request(name, "topic")
                        .sourceAccessConfigurations(
                                access(SourceAccessType.BASIC_AUTH, SECRET),
                                access(SourceAccessType.SASL_SCRAM_256_AUTH, SECRET)),
                "SASL_SCRAM_256_AUTH");
        refused(
                request(name, "topic")
                        .destinationConfig(d -> d.onFailure(f -> f.destination("kafka://failed-records"))),
                "kafka://");
    }

    private static void refused(CreateEventSourceMappingRequest.Builder request, String named) {
        assertThatThrownBy(() -> map(request))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(named);
    }
}
