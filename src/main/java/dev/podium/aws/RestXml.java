package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// REST XML, with S3's own error body.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html">AWS REST XML</a>
record RestXml(ServiceModel model) implements Protocol {
    private static final String TYPE = "application/xml";
    private static final String HOST_ID = "x-amz-id-2";

    @Override
    public String requestIdHeader() {
        return "x-amz-request-id";
    }

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        verifyBody(in, maxBody);
        ObjectNode tree = RestBinding.readBody(shape, in, maxBody, XmlShapeReader::read);
        RestBinding.read(tree, shape, in.request(), labels);
        return tree;
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        Headers.Builder headers =
                Headers.builder().add(requestIdHeader(), requestId).add(HOST_ID, hostId(requestId));
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
        out.element("RequestId", requestId).element("HostId", hostId(requestId)).end();
        Headers.Builder headers =
                Headers.builder().add(requestIdHeader(), requestId).add(HOST_ID, hostId(requestId));
        own.headers().forEach(headers::add);
        if (own.status() == 304) {
            return new Response(304, headers.build(), Response.of(304).body());
        }
        return new Response(own.status(), headers.add("Content-Type", TYPE).build(), new Body.Bytes(out.bytes()));
    }

    @Override
    public Response identified(Response response, String requestId) {
        return response.with(requestIdHeader(), requestId).with(HOST_ID, hostId(requestId));
    }

    /// Some text of the usual form: there is one host.
    private static String hostId(String requestId) {
        return Base64.getEncoder().encodeToString(requestId.getBytes(StandardCharsets.UTF_8));
    }

    /// Holds a body at hand against the checksums that came with it.
    private static void verifyBody(Inbound in, long maxBody) throws IOException {
        Headers headers = in.request().headers();
        if (in.request().contentLength() == 0) {
            return;
        }
        String md5 = headers.first("Content-MD5");
        if (md5 != null && !md5.equals(ChecksumAlgorithm.MD5.of(in.content(maxBody)))) {
            throw Fault.of(Fault.Kind.WRONG_CHECKSUM, "The Content-MD5 you specified did not match what we received.");
        }
        // Without this header it is the checksum of an object, which a completed upload becomes.
        boolean ofBody = headers.first("x-amz-sdk-checksum-algorithm") != null;
        for (ChecksumAlgorithm algorithm : ofBody ? ChecksumAlgorithm.values() : new ChecksumAlgorithm[0]) {
            String sent = headers.first(algorithm.header());
            if (sent != null && !sent.equals(algorithm.of(in.content(maxBody)))) {
                throw Fault.of(
                        Fault.Kind.WRONG_CHECKSUM,
                        "The " + algorithm + " you specified did not match what we received.");
            }
        }
    }
}
