package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.BadMessage;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Hands requests to Lambda functions, as events, and makes answers of what they return.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html">Lambda
///     functions as targets</a>
final class FunctionForwarder {
    private static final int LARGEST = 1 << 20;
    private static final List<String> TEXTS = List.of("application/json", "application/javascript", "application/xml");

    private final FunctionTargets functions;

    FunctionForwarder(FunctionTargets functions) {
        this.functions = functions;
    }

    /// Invokes the group's function with a request.
    Answer answer(Incoming request, RequestTarget target, HttpRoutes routes, LiveGroup group, Forwarder.Cookies cookies)
            throws IOException, InterruptedException {
        LiveTarget function = group.choose(List.of());
        if (function == null) {
            return Answers.error(503);
        }
        // Others, such as the offer of HTTP/2 that the JDK's client makes, may be passed over.
        if ("websocket".equalsIgnoreCase(request.headers().first("Upgrade"))) {
            return Answers.error(400);
        }
        if (request.bodyLength() > LARGEST) {
            return Answers.error(413);
        }
        byte[] body;
        try {
            body = request.body().readNBytes(LARGEST + 1);
        } catch (SocketTimeoutException e) {
            return Answers.error(408);
        } catch (BadMessage e) {
            return Answers.error(e.status());
        }
        if (body.length > LARGEST) {
            return Answers.error(413);
        }
        boolean multi = group.settings().attributes().multiValueHeaders();
        WireHeaders headers = RequestFields.forTarget(request, target, routes, null);
        ObjectNode event = event(group.settings().arn(), request.method(), target.path(), multi);
        query(event, target.query(), multi);
        headers(event, headers, multi);
        boolean text = isText(headers);
        event.put("body", text ? new String(body, UTF_8) : Base64.getEncoder().encodeToString(body));
        event.put("isBase64Encoded", !text);
        function.begin();
        try {
            byte[] returned = functions.invoke(function.target().id(), Json.MAPPER.writeValueAsBytes(event));
            return answer(Json.MAPPER.readTree(returned), returned.length, routes, multi, cookies);
        } catch (IOException e) {
            return Answers.error(502); // the function failed, or returned no JSON
        } finally {
            function.end();
        }
    }

    private static ObjectNode event(String groupArn, String method, String path, boolean multi) {
        ObjectNode event = Json.object();
        event.putObject("requestContext").putObject("elb").put("targetGroupArn", groupArn);
        event.put("httpMethod", method).put("path", path);
        event.putObject(multi ? "multiValueQueryStringParameters" : "queryStringParameters");
        event.putObject(multi ? "multiValueHeaders" : "headers");
        return event;
    }

    private static void query(ObjectNode event, @Nullable String query, boolean multi) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            add(
                    event,
                    multi ? "multiValueQueryStringParameters" : "queryStringParameters",
                    key,
                    equals < 0 ? "" : part.substring(equals + 1),
                    multi);
        }
    }

    private static void headers(ObjectNode event, WireHeaders headers, boolean multi) {
        for (int i = 0; i < headers.size(); i++) {
            add(
                    event,
                    multi ? "multiValueHeaders" : "headers",
                    headers.name(i).toLowerCase(Locale.ROOT),
                    headers.value(i),
                    multi);
        }
    }

    private static void add(ObjectNode event, String member, String key, String value, boolean multi) {
        ObjectNode all = event.withObjectProperty(member);
        if (multi) {
            all.withArrayProperty(key).add(value);
        } else {
            all.put(key, value); // the last one counts
        }
    }

    private static boolean isText(WireHeaders headers) {
        String type = Objects.requireNonNullElse(headers.first("Content-Type"), "text/plain")
                .toLowerCase(Locale.ROOT);
        return headers.first("Content-Encoding") == null
                && (type.startsWith("text/") || TEXTS.stream().anyMatch(type::startsWith));
    }

    private static Answer answer(
            JsonNode returned, int size, HttpRoutes routes, boolean multi, Forwarder.Cookies cookies) {
        int status = returned.path("statusCode").asInt();
        if (!returned.isObject() || status < 200 || status > 599 || size > LARGEST) {
            return Answers.error(502);
        }
        WireHeaders.Builder said = WireHeaders.builder();
        byte[] body;
        try {
            returned.path(multi ? "multiValueHeaders" : "headers").properties().forEach(header -> {
                for (JsonNode value : header.getValue().isArray() ? header.getValue() : List.of(header.getValue())) {
                    said.add(header.getKey(), value.asText());
                }
            });
            String text = returned.path("body").asText("");
            body = returned.path("isBase64Encoded").asBoolean()
                    ? Base64.getDecoder().decode(text)
                    : text.getBytes(UTF_8);
        } catch (IllegalArgumentException e) {
            return Answers.error(502); // a header that can't be sent, or broken base64
        }
        WireHeaders from = said.build();
        WireHeaders.Builder out = RequestFields.forClient(from, routes.listener(), false);
        if (from.first("Content-Type") == null && body.length > 0) {
            out.add("Content-Type", "application/octet-stream");
        }
        cookies.set(out, null, from);
        String description = returned.path("statusDescription").asText("");
        int space = description.indexOf(' ');
        return new Answer.Local(
                status, space < 0 ? null : printable(description.substring(space + 1)), out.build(), body);
    }

    private static @Nullable String printable(String reason) {
        return reason.chars().allMatch(c -> c >= ' ' && c < 127) ? reason : null;
    }

    /// Checks a function with an event as AWS sends it.
    Probe.Result check(TargetGroup group, TargetGroup.Target target) {
        boolean multi = group.attributes().multiValueHeaders();
        ObjectNode event = event(group.arn(), "GET", group.healthCheck().path(), multi);
        add(event, multi ? "multiValueHeaders" : "headers", "user-agent", "ELB-HealthChecker/2.0", multi);
        event.put("body", "").put("isBase64Encoded", false);
        try {
            JsonNode returned =
                    Json.MAPPER.readTree(functions.invoke(target.id(), Json.MAPPER.writeValueAsBytes(event)));
            int status = returned.path("statusCode").asInt();
            return Probe.matches(group.healthCheck().matcher(), status)
                    ? new Probe.Result.Good()
                    : new Probe.Result.Mismatch(status);
        } catch (IOException e) {
            return new Probe.Result.Failed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probe.Result.Failed();
        }
    }
}
