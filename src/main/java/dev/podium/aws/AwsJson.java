package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// AWS JSON 1.0 and 1.1: the operation in `X-Amz-Target`, everything else in the body.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html">AWS JSON 1.1</a>
record AwsJson(ServiceModel model) implements Protocol {
    @Override
    public @Nullable String operation(Inbound in, long maxBody) {
        String target = in.request().headers().first("X-Amz-Target");
        return target == null ? null : target.substring(target.indexOf('.') + 1);
    }

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        return JsonShapeReader.read(in.content(maxBody), shape);
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        Shape.Structure shape = operation.output();
        byte[] body = shape == null ? new byte[] {'{', '}'} : JsonShapeWriter.write(output, shape);
        return response(operation.status(), requestId, body);
    }

    @Override
    public Response error(AwsError error, String requestId) {
        if (model.head().queryCompatible()) {
            return errorInBoth(error, requestId);
        }
        ObjectNode body = Json.object();
        body.put("__type", error.code());
        JsonErrors.members(body, error, model.exception(error.code()));
        // Where REST services answer 403 or 404, these answer 400.
        int status = error instanceof Fault && error.status() < 405 ? 400 : error.status();
        return response(status, requestId, JsonErrors.bytes(body));
    }

    /// An error of a service that used to speak the query protocol: a header has the code that it had there.
    ///
    /// @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">awsQueryCompatible</a>
    private Response errorInBoth(AwsError error, String requestId) {
        Shape.Structure shape = model.exception(error.code());
        AwsError inQuery = error instanceof Fault fault ? fault.inQuery() : error;
        String queryCode = shape == null || shape.errorCode() == null ? inQuery.code() : shape.errorCode();
        String name = error.code();
        ObjectNode body = Json.object();
        body.put(
                "__type",
                shape != null
                        ? "com.amazonaws." + model.head().service() + "#" + name
                        : "com.amazon.coral.service#" + name + (name.endsWith("Exception") ? "" : "Exception"));
        JsonErrors.members(body, error, shape);
        boolean sender = error.status() < 500;
        return response(sender ? 400 : error.status(), requestId, JsonErrors.bytes(body))
                .with("x-amzn-query-error", queryCode + (sender ? ";Sender" : ";Receiver"));
    }

    private Response response(int status, String requestId, byte[] body) {
        return new Response(
                status,
                Headers.of(
                        "Content-Type",
                        "application/x-amz-json-" + model.head().jsonVersion(),
                        requestIdHeader(),
                        requestId),
                new Body.Bytes(body));
    }
}
