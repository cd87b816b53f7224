package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// REST JSON: members in path, query, headers and a JSON body, as Lambda speaks.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html">AWS REST JSON 1</a>
record RestJson(ServiceModel model) implements Protocol {
    private static final String TYPE = "application/json";

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        ObjectNode tree = RestBinding.readBody(shape, in, maxBody, JsonShapeReader::read);
        RestBinding.read(tree, shape, in.request(), labels);
        return tree;
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        Headers.Builder headers = Headers.builder().add(requestIdHeader(), requestId);
        return RestBinding.write(operation, output, headers, TYPE, JsonShapeWriter::write);
    }

    @Override
    public Response error(AwsError error, String requestId) {
        String code = code(error);
        Shape.Structure shape = model.exception(code);
        ObjectNode body = Json.object();
        if (shape != null && shape.members().containsKey("Type")) {
            body.put("Type", error.status() < 500 ? "User" : "Service");
        }
        JsonErrors.members(body, error, shape);
        Headers.Builder headers = Headers.builder()
                .add("Content-Type", TYPE)
                .add(requestIdHeader(), requestId)
                .add("x-amzn-ErrorType", code);
        if (shape != null) {
            RestBinding.headers(headers, Json.MAPPER.valueToTree(error.members()), shape);
        }
        return new Response(error.status(), headers.build(), new Body.Bytes(JsonErrors.bytes(body)));
    }

    private String code(AwsError error) {
        boolean internal = error instanceof Fault fault && fault.kind() == Fault.Kind.INTERNAL;
        return internal && model.exception("ServiceException") != null ? "ServiceException" : error.code();
    }
}
