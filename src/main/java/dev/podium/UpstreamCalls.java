package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls of services at the upstream, by the names of the API: those that speak JSON, and SNS.
///
/// @param upstream or null
record UpstreamCalls(@Nullable HttpUpstream upstream) {
    /// Version of the protocol and prefix of the target, by service.
    private static final Map<String, String> JSON = Map.of(
            "sqs", "1.0 AmazonSQS",
            "events", "1.1 AWSEvents",
            "states", "1.0 AWSStepFunctions",
            "kinesis", "1.1 Kinesis_20131202",
            "firehose", "1.1 Firehose_20150804",
            "dynamodb", "1.0 DynamoDB_20120810",
            "ssm", "1.1 AmazonSSM",
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
    /// @throws HttpUpstream.Refused when the answer is an error
    JsonNode call(String service, String operation, String region, ObjectNode input)
            throws IOException, InterruptedException {
        HttpUpstream there = upstream;
        if (there == null) {
            throw new IOException("PODIUM_UPSTREAM_URL names no endpoint that has " + service);
        }
        String json = JSON.get(service);
        if (json == null) {
            String type = "application/x-www-form-urlencoded; charset=utf-8";
            there.call(service, region, type, form(operation, input).getBytes(StandardCharsets.UTF_8));
            return Json.object();
        }
        return Json.MAPPER.readTree(there.call(
                service,
                region,
                "application/x-amz-json-" + json.substring(0, 3),
                Json.MAPPER.writeValueAsBytes(input),
                "X-Amz-Target",
                json.substring(4) + "." + operation));
    }

    /// SNS has members that are text only, but for attributes, which nobody here sends.
    private static String form(String operation, ObjectNode input) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", operation);
        form.put("Version", "2010-03-31");
        input.properties()
                .forEach(field -> form.put(field.getKey(), field.getValue().asText()));
        StringBuilder text = new StringBuilder();
        form.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
