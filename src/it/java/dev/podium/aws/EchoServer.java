package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Handler;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// Every operation of the models, answered as a client asks for: it says with `PUT /_echo/answer` what the
/// next call is to answer, and reads with `GET /_echo/request` what that call was understood to be.
/// Constraints are not checked, so that members may hold anything that the wire can carry.
@NullMarked
final class EchoServer implements Handler {
    private final Catalog catalog;
    private final SigV4 signatures = new SigV4(Map.of("111122223333", "secret"), Clock.systemUTC());
    private final Map<String, JsonNode> notes = new ConcurrentHashMap<>();

    EchoServer(List<String> services) {
        catalog = new Catalog(
                services.stream().map(name -> ServiceApi.of(name).build()).toList());
    }

    @Override
    public Response handle(Request request) throws IOException {
        if (request.rawPath().equals("/_echo/answer")) {
            notes.put("answer", Json.MAPPER.readTree(request.bytes(1 << 20)));
            return Response.of(204);
        }
        if (request.rawPath().equals("/_echo/request")) {
            return Response.json(200, Json.MAPPER.writeValueAsBytes(notes.get("request")));
        }
        Inbound in = new Inbound(request);
        Front front = catalog.find(in, Credential.of(request));
        if (front == null) {
            return Response.of(404);
        }
        try {
            signatures.verify(request, Credential.of(request), in.wire(1 << 20));
            return echo(front, in);
        } catch (AwsException e) {
            return front.protocol(in).error(e.error(), "echo-request");
        }
    }

    private Response echo(Front front, Inbound in) throws IOException {
        Front.Routed routed = front.route(in);
        ModelOperation operation = routed.operation();
        ObjectNode tree = operation.input() == null
                ? Json.object()
                : routed.protocol().read(operation, operation.input(), in, routed.labels(), 1 << 20);
        notes.put("request", Json.object().put("operation", operation.name()).set("input", tree));
        JsonNode answer = notes.get("answer");
        if (answer == null) {
            return Response.of(404);
        }
        JsonNode error = answer.get("error");
        if (error != null) {
            return routed.protocol().error(error(error), "echo-request");
        }
        return routed.protocol().write(operation, output(answer.get("output")), "echo-request");
    }

    private static @Nullable ObjectNode output(@Nullable JsonNode node) {
        return node instanceof ObjectNode object ? object : null;
    }

    private static AwsError error(JsonNode node) {
        return new AwsError() {
            @Override
            public String code() {
                return node.path("code").asText();
            }

            @Override
            public int status() {
                return node.path("status").asInt();
            }

            @Override
            public String message() {
                return node.path("message").asText();
            }
        };
    }
}
