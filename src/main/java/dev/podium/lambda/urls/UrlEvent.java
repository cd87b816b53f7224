package dev.podium.lambda.urls;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Signer;
import dev.podium.codec.Json;
import dev.podium.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the event of a request to a function URL: payload format 2.0.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads">Payloads</a>
final class UrlEvent {
    private static final String DEFAULT = "$default";
    /// They belong to the connection, or prove who calls.
    private static final Set<String> LEFT_OUT = Set.of(
            "connection", "transfer-encoding", "keep-alive", "expect", "te", "trailer", "upgrade", "authorization");
    private static final Set<String> TEXTS = Set.of(
            "application/json",
            "application/javascript",
            "application/xml",
            "application/ecmascript",
            "application/graphql");

    private UrlEvent() {}

    /// The event as JSON.
    ///
    /// @param signer who has signed the request; null when it needed no signature
    static byte[] of(FunctionUrl url, UrlHost at, Request request, byte[] body, Call call, @Nullable Signer signer) {
        ObjectNode event = Json.object();
        event.put("version", "2.0");
        event.put("routeKey", DEFAULT);
        event.put("rawPath", at.rawPath());
        event.put("rawQueryString", request.rawQuery() == null ? "" : request.rawQuery());
        cookies(event, request);
        headers(event, request, call, signer != null);
        query(event, request);
        context(event, url, at, request, call, signer);
        boolean text = isText(request);
        if (body.length > 0) {
            event.put(
                    "body",
                    text
                            ? new String(body, StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(body));
        }
        event.put("isBase64Encoded", body.length > 0 && !text);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What a call has besides its request.
    record Call(String requestId, String traceId, Instant time) {}

    private static void cookies(ObjectNode event, Request request) {
        ArrayNode cookies = Json.MAPPER.createArrayNode();
        for (String header : request.headers().all("Cookie")) {
            for (String cookie : header.split(";", -1)) {
                if (!cookie.isBlank()) {
                    cookies.add(cookie.strip());
                }
            }
        }
        if (!cookies.isEmpty()) {
            event.set("cookies", cookies);
        }
    }

    private static void headers(ObjectNode event, Request request, Call call, boolean signed) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!LEFT_OUT.contains(lower) || (lower.equals("authorization") && !signed)) {
                headers.merge(lower, value, (all, next) -> all + (lower.equals("cookie") ? "; " : ",") + next);
            }
        });
        headers.put("x-forwarded-for", request.remote().getAddress().getHostAddress());
        headers.put("x-forwarded-proto", "http");
        headers.put("x-forwarded-port", port(headers.getOrDefault("host", "")));
        headers.put("x-amzn-trace-id", call.traceId());
        ObjectNode fields = event.putObject("headers");
        headers.forEach(fields::put);
    }

    private static String port(String host) {
        String port = host.substring(host.lastIndexOf(':') + 1);
        return !port.isEmpty() && port.chars().allMatch(c -> c >= '0' && c <= '9') ? port : "80";
    }

    private static void query(ObjectNode event, Request request) {
        ObjectNode parameters = Json.object();
        request.query().entries().forEach((name, values) -> parameters.put(name, String.join(",", values)));
        if (!parameters.isEmpty()) {
            event.set("queryStringParameters", parameters);
        }
    }

    private static void context(
            ObjectNode event, FunctionUrl url, UrlHost at, Request request, Call call, @Nullable Signer signer) {
        ObjectNode context = event.putObject("requestContext");
        context.put("accountId", signer == null ? "anonymous" : url.scope().account());
        context.put("apiId", url.id());
        if (signer != null) {
            ObjectNode iam = context.putObject("authorizer").putObject("iam");
            iam.put("accessKey", signer.accessKeyId());
            iam.put("accountId", signer.account());
            iam.put("callerId", signer.userId());
            iam.putNull("cognitoIdentity");
            iam.putNull("principalOrgId");
            iam.put("userArn", signer.arn());
            iam.put("userId", signer.userId());
        }
        context.put("domainName", url.host());
        context.put("domainPrefix", url.id());
        ObjectNode http = context.putObject("http");
        http.put("method", request.method());
        http.put("path", at.rawPath());
        http.put("protocol", "HTTP/1.1");
        http.put("sourceIp", request.remote().getAddress().getHostAddress());
        http.put("userAgent", request.headers().first("User-Agent", ""));
        context.put("requestId", call.requestId());
        context.put("routeKey", DEFAULT);
        context.put("stage", DEFAULT);
        context.put(
                "time",
                DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                        .format(call.time().atOffset(ZoneOffset.UTC)));
        context.put("timeEpoch", call.time().toEpochMilli());
    }

    /// Tells by its type whether a body goes into the event as text.
    private static boolean isText(Request request) {
        if (request.headers().first("Content-Encoding") != null) {
            return false;
        }
        String type = request.headers().first("Content-Type", "").toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        type = (end < 0 ? type : type.substring(0, end)).strip();
        return type.startsWith("text/") || TEXTS.contains(type) || type.endsWith("+json") || type.endsWith("+xml");
    }
}
