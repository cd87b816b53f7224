package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Links that carry their signature in the query: how long they hold, and the older kind of signature
/// (version 2), which boto3 still makes for S3.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html">Signature version 2</a>
public final class Presigned {
    /// Parameters that belong to the signed resource.
    private static final Set<String> RESOURCE = Set.of(
            "acl",
            "delete",
            "lifecycle",
            "location",
            "partNumber",
            "policy",
            "response-cache-control",
            "response-content-disposition",
            "response-content-encoding",
            "response-content-language",
            "response-content-type",
            "response-expires",
            "tagging",
            "uploadId",
            "uploads",
            "versionId",
            "versioning",
            "versions");

    private Presigned() {}

    /// Tells whether a request carries a signature of version 2 in its query.
    public static boolean isVersion2(Request request) {
        String query = request.rawQuery();
        return query != null
                && query.contains("AWSAccessKeyId=")
                && query.contains("Signature=")
                && query.contains("Expires=");
    }

    /// The account that the access key id of a signature of version 2 names, or the given one.
    static String account(Request request, String otherwise) {
        String key = isVersion2(request) ? Form.parse(request.rawQuery()).first("AWSAccessKeyId") : null;
        return key != null && key.matches("\\d{12}") ? key : otherwise;
    }

    /// Refuses a link whose time is over.
    ///
    /// @throws AwsException AccessDenied
    static void requireFresh(Request request, @Nullable Credential credential, Instant now) {
        Form query = Form.parse(request.rawQuery());
        Instant end = null;
        try {
            if (credential != null && credential.presigned()) {
                String expires = query.first("X-Amz-Expires");
                String date = query.first("X-Amz-Date");
                end = expires == null || date == null ? null : SigV4.time(date).plusSeconds(Long.parseLong(expires));
            } else if (credential == null && isVersion2(request)) {
                end = Instant.ofEpochSecond(Long.parseLong(String.valueOf(query.first("Expires"))));
            }
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            throw denied("Invalid date (should be seconds since epoch): " + query.first("Expires"));
        }
        if (end != null && now.isAfter(end)) {
            throw denied("Request has expired");
        }
    }

    /// Verifies a signature of version 2.
    ///
    /// @param path of the resource, with the bucket
    /// @throws AwsException with the fault that AWS answers
    static void verify(Request request, String path, Map<String, String> secrets) {
        Form query = Form.parse(request.rawQuery());
        String secret = secrets.get(String.valueOf(query.first("AWSAccessKeyId")));
        if (secret == null) {
            throw Fault.of(Fault.Kind.UNKNOWN_KEY, "");
        }
        byte[] expected = hmac(secret, toSign(request, path, query)).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(
                expected, String.valueOf(query.first("Signature")).getBytes(StandardCharsets.UTF_8))) {
            throw Fault.of(Fault.Kind.WRONG_SIGNATURE, SigV4.MISMATCH);
        }
    }

    private static String toSign(Request request, String path, Form query) {
        TreeMap<String, String> amz = new TreeMap<>();
        request.headers().forEach((name, value) -> {
            if (name.regionMatches(true, 0, "x-amz-", 0, 6)) {
                amz.merge(name.toLowerCase(java.util.Locale.ROOT), value.strip(), (a, b) -> a + "," + b);
            }
        });
        query.entries().forEach((name, values) -> {
            if (name.startsWith("x-amz-")) {
                amz.put(name, values.getFirst());
            }
        });
        StringBuilder text = new StringBuilder(request.method())
                .append('\n')
                .append(request.headers().first("Content-MD5", ""))
                .append('\n')
                .append(request.headers().first("Content-Type", ""))
                .append('\n')
                .append(query.first("Expires"))
                .append('\n');
        amz.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        text.append(path);
        char separator = '?';
        for (String name : new TreeSet<>(query.entries().keySet())) {
            if (RESOURCE.contains(name)) {
                String value = String.valueOf(query.first(name));
                text.append(separator).append(name).append(value.isEmpty() ? "" : "=" + value);
                separator = '&';
            }
        }
        return text.toString();
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    private static AwsException denied(String message) {
        return Fault.of(Fault.Kind.LINK_EXPIRED, message);
    }
}
