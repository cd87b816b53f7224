package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.util.List;

/// AWS's DynamoDB Local, as a process with the class path that `src/it/up` has fetched for it.
record DynamoLocal(UpstreamServer server) implements AutoCloseable {
    /// Starts it, empty, and waits until it answers.
    static DynamoLocal start() throws Exception {
        String folder = UpstreamServer.folder("PODIUM_IT_DYNAMODB");
        return new DynamoLocal(UpstreamServer.start(
                new UpstreamServer.Api("dynamodb", "1.0", "DynamoDB_20120810"),
                port -> List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.library.path=" + folder,
                        "-Xmx256m",
                        "-cp",
                        folder + "/*",
                        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                        "-inMemory",
                        "-disableTelemetry",
                        "-port",
                        String.valueOf(port)),
                "ListTables"));
    }

    private JsonNode call(String operation, ObjectNode request) throws IOException, InterruptedException {
        return server.call(operation, request);
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
        server.close();
    }
}
