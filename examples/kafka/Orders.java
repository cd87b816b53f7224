import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Orders go through a Kafka topic to the function in `orders.py`. Needs a server, a broker, and nothing besides Podium's
/// own jar, which has Kafka's client in it:
///
/// ```sh
/// java -cp target/podium.jar examples/kafka/Orders.java http://127.0.0.1:4566 127.0.0.1:9092
/// ```
final class Orders {
    private static final int ORDERS = 20;
    private static final String NAME = "kafka-orders";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String endpoint;

    private Orders(String endpoint) {
        this.endpoint = endpoint;
    }

    /// @param args the server's endpoint and the broker's address
    public static void main(String[] args) throws Exception {
        String topic = "orders-" + System.currentTimeMillis();
        Map<String, Object> broker = Map.of("bootstrap.servers", args[1]);
        Orders orders = new Orders(args[0]);
        try (Admin admin = Admin.create(broker);
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            orders.deploy();
            String mapping = orders.map(topic, args[1]);
            for (int i = 0; i < ORDERS; i++) {
                producer.send(new ProducerRecord<>(topic, "customer-" + i % 3, "{\"id\":" + i + ",\"amount\":" + 10 * i + "}"));
            }
            producer.flush();
            System.out.println(ORDERS + " orders sent to " + topic);
            orders.await(admin, topic);
            System.out.println(ORDERS + " orders processed and committed");
            orders.send("DELETE", "/2015-03-31/event-source-mappings/" + mapping, "");
            orders.send("DELETE", "/2015-03-31/functions/" + NAME, "");
        }
    }

    private void deploy() throws Exception {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("orders.py"));
            out.write(Files.readAllBytes(Path.of("examples/kafka/orders.py")));
        }
        send("POST", "/2015-03-31/functions", """
                {"FunctionName": "%s", "Runtime": "python3.12", "Handler": "orders.handler",
                 "Role": "arn:aws:iam::000000000000:role/any", "Code": {"ZipFile": "%s"}}
                """.formatted(NAME, Base64.getEncoder().encodeToString(zip.toByteArray())));
    }

    private String map(String topic, String broker) throws Exception {
        String made = send("POST", "/2015-03-31/event-source-mappings", """
                {"FunctionName": "%s", "Topics": ["%s"], "StartingPosition": "TRIM_HORIZON", "BatchSize": 10,
                 "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "%s"},
                 "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["%s"]}}}
                """.formatted(NAME, topic, topic, broker));
        return made.replaceFirst("(?s).*\"UUID\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    /// Waits until the group, which is named after the topic, has committed all offsets.
    private void await(Admin admin, String topic) throws Exception {
        long done = 0;
        while (done < ORDERS) {
            Thread.sleep(100);
            done = admin.listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }

    private String send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + path))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
