package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// AWS's DynamoDB Local, as a process with the class path that `src/it/up` has fetched for it.
final class DynamoLocal implements AutoCloseable {
    private final Process process;
    private final HttpUpstream client;

    private DynamoLocal(Process process, URI url) {
        this.process = process;
        this.client = new HttpUpstream(url, "test", "test", Clock.systemUTC());
    }

    /// Starts it, empty, and waits until it answers.
    static DynamoLocal start() throws Exception {
        String folder = System.getenv("PODIUM_IT_DYNAMODB");
        if (folder == null) {
            throw new IllegalStateException("PODIUM_IT_DYNAMODB is not set: run the tests with src/it/run");
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path log = Files.createDirectories(Path.of("target", "it")).resolve("dynamodb.log");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.library.path=" + folder,
                        "-Xmx256m",
                        "-cp",
                        folder + "/*",
                        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                        "-inMemory",
                        "-port",
                        String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        DynamoLocal dynamo = new DynamoLocal(process, URI.create("http://127.0.0.1:" + port));
        Eventually.within(Duration.ofSeconds(60), dynamo::answers);
        return dynamo;
    }

    private boolean answers() throws InterruptedException {
        try {
            call("ListTables", Json.object());
            return true;
        } catch (IOException e) {
            if (!process.isAlive()) {
                throw new AssertionError("DynamoDB Local has ended, see target/it/dynamodb.log", e);
            }
            return false;
        }
    }

    private JsonNode call(String operation, ObjectNode request) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(client.call(
                "dynamodb",
                "us-east-1",
                "application/x-amz-json-1.0",
                Json.MAPPER.writeValueAsBytes(request),
                "X-Amz-Target",
                "DynamoDB_20120810." + operation));
    }

    String url() {
        return client.base().toString();
    }

    /// Makes a table with the key `id` and a stream of old and new images.
    ///
    /// @return the stream's ARN
    String table(String name) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("TableName", name).put("BillingMode", "PAY_PER_REQUEST");
        request.putArray("AttributeDefinitions").addObject().put("AttributeName", "id").put("AttributeType", "S");
        request.putArray("KeySchema").addObject().put("AttributeName", "id").put("KeyType", "HASH");
        request.putObject("StreamSpecification")
                .put("StreamEnabled", true)
                .put("StreamViewType", "NEW_AND_OLD_IMAGES");
        return call("CreateTable", request).at("/TableDescription/LatestStreamArn").asText();
    }

    /// Puts an item with a number.
    void put(String table, String id, int number) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("TableName", table);
        ObjectNode item = request.putObject("Item");
        item.putObject("id").put("S", id);
        item.putObject("n").put("N", String.valueOf(number));
        call("PutItem", request);
    }

    /// Deletes an item.
    void delete(String table, String id) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("TableName", table);
        request.putObject("Key").putObject("id").put("S", id);
        call("DeleteItem", request);
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        process.onExit().join();
    }
}
