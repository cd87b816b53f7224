package dev.podium.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;

/// One JSON object per line: `time`, `level`, `component`, `message`, the fields, and `stack` with a whole stack
/// trace.
final class JsonForm implements Logs.Form {
    private static final Set<String> TAKEN = Set.of("time", "level", "component", "message", "stack");

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] line(LogRecord entry) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("time", entry.time());
            out.writeStringField("level", entry.levelName());
            out.writeStringField("component", entry.component());
            out.writeStringField("message", entry.message());
            for (Map.Entry<String, String> field : entry.fields().entrySet()) {
                String key = field.getKey();
                out.writeStringField(TAKEN.contains(key) ? key + "_" : key, field.getValue());
            }
            Throwable thrown = entry.thrown();
            if (thrown != null) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace));
                out.writeStringField("stack", trace.toString());
            }
            out.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }
}
