package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a service speaks on the wire. The tree in the middle has the model's member names, whatever the protocol.
sealed interface Protocol permits RestJson, AwsJson, Query, Ec2Query, RestXml {
    /// The protocol of a service.
    static Protocol of(ServiceModel model) {
        return switch (model.head().protocol()) {
            case "rest-json" -> new RestJson(model);
            case "json" -> new AwsJson(model);
            case "query" -> new Query(model);
            case "ec2" -> new Ec2Query(model);
            case "rest-xml" -> new RestXml(model);
            default ->
                throw new IllegalArgumentException(
                        "unknown protocol " + model.head().protocol());
        };
    }

    /// The name of the operation that a request asks for, in the protocols that don't route by path.
    ///
    /// @return null when the request does not say
    default @Nullable String operation(Inbound in, long maxBody) throws IOException {
        return null;
    }

    /// Reads a request.
    ///
    /// @param labels of the path, by member name
    /// @throws AwsException with a serialization fault
    ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException;

    /// Writes a successful response.
    Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId);

    /// Writes an error.
    Response error(AwsError error, String requestId);

    /// A response that a handler made, with the request id.
    default Response identified(Response response, String requestId) {
        return response.with(requestIdHeader(), requestId);
    }

    /// Name of the header that carries the request id.
    default String requestIdHeader() {
        return "x-amzn-RequestId";
    }
}
