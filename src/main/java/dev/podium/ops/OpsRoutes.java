package dev.podium.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.podium.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What operators and probes ask for: `/healthz`, `/readyz` and `/metrics`.
public final class OpsRoutes {
    /// Written out: a start is over with the first answer, and need not load what writes JSON.
    private static final byte[] HEALTHY = "{\"status\":\"ok\"}".getBytes(StandardCharsets.US_ASCII);

    private final List<Check> checks;
    private final Metrics metrics;

    /// @param checks what `/readyz` asks, in this order
    public OpsRoutes(List<Check> checks, Metrics metrics) {
        this.checks = List.copyOf(checks);
        this.metrics = metrics;
    }

    /// Answers 200 as long as the process can answer at all.
    public Response health() {
        return Response.json(200, HEALTHY);
    }

    /// Answers 200 when every check passes, else 503 with the names of those that fail and why.
    public Response readiness() throws IOException {
        Map<String, String> problems = new LinkedHashMap<>();
        for (Check check : checks) {
            String problem = problem(check);
            if (problem != null) {
                problems.put(check.name(), problem);
            }
        }
        return problems.isEmpty()
                ? Response.json(200, json("ready", problems))
                : Response.json(503, json("not ready", problems));
    }

    private static @Nullable String problem(Check check) {
        try {
            return check.problem().call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (Exception e) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
    }

    /// Answers all numbers in Prometheus' text form.
    public Response metrics() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(8192);
        metrics.writeTo(text);
        return Response.bytes(200, Exposition.CONTENT_TYPE, text.toByteArray());
    }

    private static byte[] json(String status, Map<String, String> failing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("status", status);
            if (!failing.isEmpty()) {
                out.writeObjectFieldStart("failing");
                for (Map.Entry<String, String> check : failing.entrySet()) {
                    out.writeStringField(check.getKey(), check.getValue());
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
