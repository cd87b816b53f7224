package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls of services at the upstream, by the names of the API: those that speak JSON, and SNS.
///
/// @param upstream or null
record UpstreamCalls(@Nullable HttpUpstream upstream) {
    private static final String ATTRIBUTES = "MessageAttributes";
    /// Version of the protocol and prefix of the target, by service.
    private static final Map<String, String> JSON = Map.of(
            "sqs", "1.0 AmazonSQS",
            "events", "1.1 AWSEvents",
            "states", "1.0 AWSStepFunctions",
            "kinesis", "1.1 Kinesis_20131202",
            "firehose", "1.1 Firehose_20150804",
            "dynamodb", "1.0 DynamoDB_20120810",
            "ssm", "1.1 AmazonSSM",
            "secretsmanager", "1.1 secretsmanager",
            "codebuild", "1.1 CodeBuild_20161006",
            "logs", "1.1 Logs_20140328");

    /// Tells whether a service's operation can be called.
    boolean has(String service, String operation) {
        return upstream != null
                && (JSON.containsKey(service) || (service.equals("sns") && operation.equals("Publish")));
    }

    /// Where queues are, without a slash at the end.
    String base() {
        return upstream == null ? "" : upstream.base().toString();
    }

    /// Calls an operation.
    ///
    /// @param more further headers, names and values by turns
    /// @throws HttpUpstream.Refused when the answer is an error
    JsonNode call(String service, String operation, String region, ObjectNode input, String... more)
            throws IOException, InterruptedException {
        HttpUpstream there = upstream;
        if (there == null) {
            throw new IOException("PODIUM_UPSTREAM_URL names no endpoint that has " + service);
        }
        String json = JSON.get(service);
        if (json == null) {
            String type = "application/x-www-form-urlencoded; charset=utf-8";
            there.call(service, region, type, form(operation, input).getBytes(StandardCharsets.UTF_8), more);
            return Json.object();
        }
        String[] headers = Arrays.copyOf(more, more.length + 2);
        headers[more.length] = "X-Amz-Target";
        headers[more.length + 1] = json.substring(4) + "." + operation;
        String type = "application/x-amz-json-" + json.substring(0, 3);
        String answer = there.call(service, region, type, Json.MAPPER.writeValueAsBytes(input), headers);
        return Json.MAPPER.readTree(answer.isEmpty() ? "{}" : answer);
    }

    /// SNS has members that are text only, but for a message's attributes.
    private static String form(String operation, ObjectNode input) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", operation);
        form.put("Version", "2010-03-31");
        input.properties().forEach(field -> {
            if (field.getKey().equals(ATTRIBUTES)) {
                attributes(form, field.getValue());
            } else {
                form.put(field.getKey(), field.getValue().asText());
            }
        });
        StringBuilder text = new StringBuilder();
        form.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static void attributes(Map<String, String> form, JsonNode attributes) {
        int number = 0;
        for (Map.Entry<String, JsonNode> attribute : attributes.properties()) {
            String prefix = ATTRIBUTES + ".entry." + ++number + ".";
            form.put(prefix + "Name", attribute.getKey());
            attribute
                    .getValue()
                    .properties()
                    .forEach(part -> form.put(
                            prefix + "Value." + part.getKey(), part.getValue().asText()));
        }
    }
}
