package dev.podium.lambda.urls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a function answers to a request to its URL, in payload format 2.0.
///
/// @param headers as the function gave them
/// @param cookies each one a `Set-Cookie` header
/// @param body empty when it is streamed
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record UrlAnswer(int status, List<Map.Entry<String, String>> headers, List<String> cookies, byte[] body) {
    private static final String JSON = "application/json";
    private static final String CONTENT_TYPE = "Content-Type";
    /// The server's own matter: AWS passes the function's under another name.
    private static final Set<String> REMAPPED = Set.of(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "server",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "www-authenticate");

    /// Reads the answer of a function that doesn't stream; empty if its `statusCode` or another member can't
    /// be used.
    ///
    /// A JSON object with a `statusCode` is a response; anything else is the body of one.
    static Optional<UrlAnswer> of(byte[] payload) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(payload);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (!(json instanceof ObjectNode object) || !object.has("statusCode")) {
            return Optional.of(new UrlAnswer(200, List.of(), List.of(), payload));
        }
        byte[] body = body(object);
        return body == null ? Optional.empty() : head(object, body);
    }

    /// Reads the prelude of a streamed answer.
    static Optional<UrlAnswer> ofPrelude(byte[] prelude) {
        try {
            return Json.MAPPER.readTree(prelude) instanceof ObjectNode object
                    ? head(object, new byte[0])
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte @Nullable [] body(ObjectNode answer) {
        JsonNode body = answer.path("body");
        if (body.isMissingNode() || body.isNull()) {
            return new byte[0];
        }
        String text = body.isTextual() ? body.asText() : body.toString();
        if (!answer.path("isBase64Encoded").asBoolean()) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Optional<UrlAnswer> head(ObjectNode answer, byte[] body) {
        int status = answer.path("statusCode").asInt(answer.has("statusCode") ? 0 : 200);
        if (status < 200 || status > 599) {
            return Optional.empty();
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        List<String> cookies = new ArrayList<>();
        for (String member : List.of("headers", "multiValueHeaders")) {
            for (Map.Entry<String, JsonNode> field : answer.path(member).properties()) {
                texts(field.getValue()).forEach(value -> headers.add(Map.entry(field.getKey(), value)));
            }
        }
        texts(answer.path("cookies")).forEach(cookies::add);
        return Optional.of(new UrlAnswer(status, headers, cookies, body));
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>(1);
        if (value.isArray()) {
            value.forEach(each -> texts.addAll(texts(each)));
        } else if (value.isValueNode() && !value.isNull()) {
            texts.add(value.asText());
        }
        return texts;
    }

    /// Adds the headers to a response.
    ///
    /// @param otherwise content type of an answer that names none; null leaves it without
    /// @throws IllegalArgumentException if one of them can't stand in a response
    void addTo(Headers.Builder response, @Nullable Cors cors, @Nullable String otherwise) {
        boolean typed = false;
        for (Map.Entry<String, String> header : headers) {
            if (CorsHeaders.overrides(cors, header.getKey())) {
                continue;
            }
            typed |= header.getKey().equalsIgnoreCase(CONTENT_TYPE);
            boolean own = REMAPPED.contains(header.getKey().toLowerCase(Locale.ROOT));
            response.add(own ? "x-amzn-Remapped-" + header.getKey() : header.getKey(), header.getValue());
        }
        if (!typed && otherwise != null) {
            response.add(CONTENT_TYPE, otherwise);
        }
        cookies.forEach(cookie -> response.add("Set-Cookie", cookie));
    }

    /// The same without a content type of its own gets JSON's.
    void addTo(Headers.Builder response, @Nullable Cors cors) {
        addTo(response, cors, JSON);
    }
}
