package dev.podium.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Reads the compact service models from the class path, line by line as `scripts/models.py` writes them: the
/// head, one line per operation, one line per shape.
final class ModelReader {
    private ModelReader() {}

    /// Reads only what comes before the operations.
    ///
    /// @throws IllegalArgumentException if there is no such model
    static ServiceModel.Head head(String service) {
        try (BufferedReader in = open(service)) {
            return head(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a whole model; its shapes are built when they are needed.
    ///
    /// @throws IllegalArgumentException if there is no such model
    static ServiceModel read(String service) {
        try (BufferedReader in = open(service)) {
            ServiceModel.Head head = head(in);
            SequencedMap<String, String> operations = section(in, "operations");
            Shapes shapes = new Shapes(section(in, "shapes"));
            SequencedMap<String, ModelOperation> read = new LinkedHashMap<>();
            operations.forEach((name, line) -> read.put(name, operation(name, ModelLine.parse(line), shapes)));
            return new ServiceModel(head, read, shapes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedReader open(String service) {
        InputStream in = ModelReader.class.getResourceAsStream("models/" + service + ".json");
        if (in == null) {
            throw new IllegalArgumentException("no model of service " + service);
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    private static ServiceModel.Head head(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null || !line.endsWith(",")) {
            throw new IOException("model without a head");
        }
        ModelLine head = ModelLine.parse(line.substring(0, line.length() - 1) + "}");
        return new ServiceModel.Head(
                head.text("service", ""),
                head.text("serviceId", ""),
                head.text("apiVersion", ""),
                head.text("protocol", ""),
                head.text("signingName", ""),
                head.text("jsonVersion"),
                head.text("targetPrefix"),
                head.text("xmlNamespace"),
                head.flag("queryCompatible"));
    }

    /// The lines of a section, `"name":{…},`, by their names; without the comma.
    private static SequencedMap<String, String> section(BufferedReader in, String name) throws IOException {
        String start = in.readLine();
        if (!("\"" + name + "\":{").equals(start)) {
            throw new IOException("model without " + name);
        }
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        for (String line = in.readLine(); line != null && !line.startsWith("}"); line = in.readLine()) {
            int quote = line.indexOf('"', 1);
            int end = line.endsWith(",") ? line.length() - 1 : line.length();
            lines.put(line.substring(1, quote), line.substring(quote + 2, end));
        }
        return lines;
    }

    private static ModelOperation operation(String name, ModelLine line, Shapes shapes) {
        ModelLine http = line.line("http");
        Number status = http.number("responseCode");
        return new ModelOperation(
                name,
                http.text("method", "POST"),
                http.text("requestUri", "/"),
                status == null ? 200 : status.intValue(),
                line.line("input").text("shape"),
                line.line("output").text("shape"),
                line.line("output").text("resultWrapper"),
                line.texts("errors"),
                shapes);
    }
}
