package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// EC2's dialect of the query protocol: other names of parameters, lists without `member`, an envelope of its own.
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html">AWS EC2 query</a>
record Ec2Query(ServiceModel model) implements Protocol {
    @Override
    public @Nullable String operation(Inbound in, long maxBody) throws IOException {
        return in.form(maxBody).first("Action");
    }

    @Override
    public ObjectNode read(
            ModelOperation operation, Shape.Structure shape, Inbound in, Map<String, String> labels, long maxBody)
            throws IOException {
        return FormShapeReader.read(in.form(maxBody), shape, true);
    }

    @Override
    public Response write(ModelOperation operation, @Nullable ObjectNode output, String requestId) {
        XmlWriter out = new XmlWriter().start(operation.name() + "Response");
        String namespace = model.head().xmlNamespace();
        if (namespace != null) {
            out.attribute("xmlns", namespace);
        }
        out.element("requestId", requestId);
        Shape.Structure shape = operation.output();
        if (shape == null) {
            out.element("return", "true");
        } else if (output != null) {
            new XmlShapeWriter(out).members(output, shape);
        }
        out.end();
        return response(operation.status(), out, requestId);
    }

    @Override
    public Response error(AwsError error, String requestId) {
        AwsError own = error instanceof Fault fault ? fault.inEc2() : error;
        XmlWriter out = new XmlWriter()
                .start("Response")
                .start("Errors")
                .start("Error")
                .element("Code", own.code())
                .element("Message", own.message());
        own.members().forEach((name, value) -> out.element(name, String.valueOf(value)));
        out.end().end().element("RequestID", requestId).end();
        return response(own.status(), out, requestId);
    }

    private Response response(int status, XmlWriter out, String requestId) {
        return Response.bytes(status, "text/xml;charset=UTF-8", out.bytes()).with(requestIdHeader(), requestId);
    }
}
