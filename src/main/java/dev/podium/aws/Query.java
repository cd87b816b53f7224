package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query protocol: a form with `Action` and `Version`, answered in XML, as Elastic Load Balancing, IAM and STS
/// speak.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">AWS query</a>
record Query(ServiceModel model) implements Protocol {
    @Override
    public @Nullable String operation(Inbound in, long maxBody) throws IOException {
        return in.form(maxBody).first("Action");
    }

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        return FormShapeReader.read(in.form(maxBody), shape, false);
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        XmlWriter out = new XmlWriter().start(operation.name() + "Response");
        namespace(out);
        Shape.Structure shape = operation.output();
        if (shape != null) {
            String wrapper = operation.resultWrapper();
            out.start(wrapper == null ? operation.name() + "Result" : wrapper);
            if (output != null) {
                new XmlShapeWriter(out).members(output, shape);
            }
            out.end();
        }
        out.start("ResponseMetadata").element("RequestId", requestId).end().end();
        return response(operation.status(), out, requestId);
    }

    @Override
    public Response error(AwsError error, String requestId) {
        AwsError own = error instanceof Fault fault ? fault.inQuery() : error;
        Shape.Structure shape = model.exception(own.code());
        String code = shape == null || shape.errorCode() == null ? own.code() : shape.errorCode();
        XmlWriter out = new XmlWriter().start("ErrorResponse");
        namespace(out);
        out.start("Error")
                .element("Type", own.status() < 500 ? "Sender" : "Receiver")
                .element("Code", code)
                .element("Message", own.message());
        own.members().forEach((name, value) -> out.element(name, String.valueOf(value)));
        out.end().element("RequestId", requestId).end();
        return response(own.status(), out, requestId);
    }

    private void namespace(XmlWriter out) {
        String namespace = model.head().xmlNamespace();
        if (namespace != null) {
            out.attribute("xmlns", namespace);
        }
    }

    private Response response(int status, XmlWriter out, String requestId) {
        return Response.bytes(status, "text/xml", out.bytes()).with(requestIdHeader(), requestId);
    }
}
