package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// REST XML, with S3's own error body.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html">AWS REST XML</a>
record RestXml(ServiceModel model) implements Protocol {
    private static final String TYPE = "application/xml";

    @Override
    public String requestIdHeader() {
        return "x-amz-request-id";
    }

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        ObjectNode tree = RestBinding.readBody(shape, in, maxBody, XmlShapeReader::read);
        RestBinding.read(tree, shape, in.request(), labels);
        return tree;
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        Headers.Builder headers = Headers.builder().add(requestIdHeader(), requestId);
        return RestBinding.write(operation, output, headers, TYPE, this::body);
    }

    private byte[] body(@Nullable JsonNode node, Shape.Structure shape) {
        XmlWriter out = new XmlWriter().start(shape.locationName() == null ? shape.name() : shape.locationName());
        String namespace = model.head().xmlNamespace();
        if (namespace != null) {
            out.attribute("xmlns", namespace);
        }
        new XmlShapeWriter(out).members(node == null ? Json.object() : node, shape);
        return out.end().bytes();
    }

    @Override
    public Response error(AwsError error, String requestId) {
        AwsError own = error instanceof Fault fault ? fault.inS3() : error;
        XmlWriter out =
                new XmlWriter().start("Error").element("Code", own.code()).element("Message", own.message());
        own.members().forEach((name, value) -> out.element(name, String.valueOf(value)));
        out.element("RequestId", requestId).end();
        return new Response(
                own.status(),
                Headers.of("Content-Type", TYPE, requestIdHeader(), requestId),
                new Body.Bytes(out.bytes()));
    }
}
