package dev.podium.aws;

import dev.podium.http.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a SigV4 signature says about itself, in the `Authorization` header or in a presigned query. Not verified.
///
/// @param date          of the scope, `yyyyMMdd`
/// @param signedHeaders names in lower case, as the client ordered them
/// @param presigned     true when it came in the query
record Credential(
        String accessKeyId,
        String date,
        String region,
        String service,
        List<String> signedHeaders,
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
        String[] scope = credential.split("/", -1);
        int n = scope.length;
        if (n < 5) {
            return null;
        }
        // An access key id may itself hold slashes.
        String accessKeyId = String.join("/", List.of(scope).subList(0, n - 4));
        return new Credential(
                accessKeyId,
                scope[n - 4],
                scope[n - 3],
                scope[n - 2],
                List.of(signedHeaders.split(";")),
                signature,
                presigned);
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
