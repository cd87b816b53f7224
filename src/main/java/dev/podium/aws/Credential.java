package dev.podium.aws;

import dev.podium.http.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a SigV4 signature says about itself, in the `Authorization` header or in a presigned query. Not verified.
///
/// @param date          of the scope, `yyyyMMdd`
/// @param headerNames   of the signed headers, in lower case, with semicolons between
/// @param presigned     true when it came in the query
record Credential(
        String accessKeyId,
        String date,
        String region,
        String service,
        String headerNames,
        String signature,
        boolean presigned) {
    /// The credential of a request; null when it has none, or one that isn't SigV4.
    static @Nullable Credential of(Request request) {
        String authorization = request.headers().first("Authorization");
        if (authorization != null) {
            return authorization.startsWith("AWS4-HMAC-SHA256")
                    ? of(
                            part(authorization, "Credential="),
                            part(authorization, "SignedHeaders="),
                            part(authorization, "Signature="),
                            false)
                    : null;
        }
        String query = request.rawQuery();
        if (query == null || !query.contains("X-Amz-Credential=")) {
            return null;
        }
        return of(
                parameter(query, "X-Amz-Credential="),
                parameter(query, "X-Amz-SignedHeaders="),
                parameter(query, "X-Amz-Signature="),
                true);
    }

    private static @Nullable Credential of(
            String credential, String signedHeaders, String signature, boolean presigned) {
        // From the end: an access key id may itself hold slashes. Every request comes by here.
        int end = credential.lastIndexOf('/');
        int service = credential.lastIndexOf('/', end - 1);
        int region = credential.lastIndexOf('/', service - 1);
        int date = credential.lastIndexOf('/', region - 1);
        if (date < 0 || service < 0 || region < 0) {
            return null;
        }
        return new Credential(
                credential.substring(0, date),
                credential.substring(date + 1, region),
                credential.substring(region + 1, service),
                credential.substring(service + 1, end),
                signedHeaders,
                signature,
                presigned);
    }

    /// Names of the signed headers, as the client ordered them.
    List<String> signedHeaders() {
        return List.of(headerNames.split(";"));
    }

    /// The account that the access key id names, or the given one.
    String account(String otherwise) {
        if (accessKeyId.length() != 12) {
            return otherwise;
        }
        for (int i = 0; i < 12; i++) {
            char c = accessKeyId.charAt(i);
            if (c < '0' || c > '9') {
                return otherwise;
            }
        }
        return accessKeyId;
    }

    private static String part(String header, String name) {
        int start = header.indexOf(name);
        if (start < 0) {
            return "";
        }
        int end = header.indexOf(',', start);
        return header.substring(start + name.length(), end < 0 ? header.length() : end)
                .strip();
    }

    private static String parameter(String query, String name) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith(name)) {
                return URLDecoder.decode(parameter.substring(name.length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }
}
