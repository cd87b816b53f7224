package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Verifies SigV4 signatures, in the header and presigned.
///
/// @see <a
/// href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">SigV4</a>
final class SigV4 {
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration LONGEST_PRESIGNED = Duration.ofDays(7);
    static final String MISMATCH = "The request signature we calculated does not match the signature you provided."
            + " Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private final Map<String, String> secrets;
    private final Clock clock;
    private final @Nullable TemporaryCredentials temporary;

    SigV4(DispatcherSettings settings) {
        this.secrets = settings.accessKeys();
        this.clock = settings.clock();
        this.temporary = settings.temporary();
    }

    SigV4(Map<String, String> secrets, Clock clock) {
        this(new DispatcherSettings("000000000000", "us-east-1", secrets, clock));
    }

    /// Tells whether signatures are asked for at all.
    boolean required() {
        return !secrets.isEmpty();
    }

    /// Verifies a request.
    ///
    /// @param credential of the request, or null when it has none
    /// @param body       as it was sent; null when it flows, and whoever reads it compares it with its hash
    /// @return what checks the signatures of the body's chunks; null when they have none
    /// @throws AwsException with the fault that AWS answers
    @Nullable
    ChunkSignatures verify(Request request, @Nullable Credential credential, byte @Nullable [] body) {
        if (credential == null) {
            boolean other = request.headers().first("Authorization") != null;
            throw other
                    ? Fault.of(
                            Fault.Kind.INCOMPLETE_SIGNATURE,
                            "Authorization header must be of the form 'AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…,"
                                    + " Signature=…'")
                    : Fault.of(Fault.Kind.NOT_SIGNED, "Missing Authentication Token");
        }
        if (credential.signature().isEmpty()) {
            throw Fault.of(Fault.Kind.INCOMPLETE_SIGNATURE, "Authorization header requires 'Signature' parameter.");
        }
        String secret = secret(request, credential.accessKeyId());
        if (secret == null) {
            throw Fault.of(Fault.Kind.UNKNOWN_KEY, "The security token included in the request is invalid.");
        }
        Form query = Form.parse(request.rawQuery());
        String date = date(request, query, credential);
        checkAge(date, query, credential);
        byte[] expected =
                signature(secret, date, request, query, credential, body).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, credential.signature().getBytes(StandardCharsets.UTF_8))) {
            throw Fault.of(Fault.Kind.WRONG_SIGNATURE, MISMATCH);
        }
        boolean chunks = request.headers().first("x-amz-content-sha256", "").startsWith("STREAMING-AWS4-HMAC-SHA256-");
        return chunks
                ? new ChunkSignatures(
                        key(secret, credential), date + "\n" + scope(credential) + "\n", credential.signature())
                : null;
    }

    private @Nullable String secret(Request request, String accessKeyId) {
        // An account's number may be somebody's access key id, and that of what runs under its roles as well.
        if (temporary != null && temporary.find(request, accessKeyId).isPresent()) {
            return temporary.secretOf(accessKeyId);
        }
        return secrets.get(accessKeyId);
    }

    /// Calculates the signature of a request.
    ///
    /// @param date the time in basic ISO 8601 form, `yyyyMMdd'T'HHmmss'Z'`
    /// @param credential scope and names of the signed headers
    static String signature(
            String secret, String date, Request request, Form query, Credential credential, byte @Nullable [] body) {
        String toSign = "AWS4-HMAC-SHA256\n" + date + "\n" + scope(credential) + "\n"
                + canonicalHash(request, query, credential, body);
        return HexFormat.of().formatHex(hmac(key(secret, credential), toSign));
    }

    private static String scope(Credential credential) {
        return credential.date() + "/" + credential.region() + "/" + credential.service() + "/aws4_request";
    }

    static byte[] key(String secret, Credential credential) {
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), credential.date());
        return hmac(hmac(hmac(key, credential.region()), credential.service()), "aws4_request");
    }

    private static String date(Request request, Form query, Credential credential) {
        String date = credential.presigned()
                ? query.first("X-Amz-Date")
                : request.headers().first("X-Amz-Date");
        if (date == null || !date.startsWith(credential.date())) {
            throw Fault.of(
                    Fault.Kind.INCOMPLETE_SIGNATURE,
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }
        return date;
    }

    private void checkAge(String date, Form query, Credential credential) {
        Instant signed;
        Duration life = SKEW;
        try {
            signed = time(date);
            String expires = query.first("X-Amz-Expires");
            if (credential.presigned() && expires != null) {
                life = Duration.ofSeconds(Long.parseLong(expires));
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw Fault.of(
                    Fault.Kind.INCOMPLETE_SIGNATURE, "Date must be in ISO-8601 'basic format'. Got '" + date + "'.");
        }
        if (life.isNegative() || life.compareTo(LONGEST_PRESIGNED) > 0) {
            throw Fault.of(Fault.Kind.INCOMPLETE_SIGNATURE, "X-Amz-Expires must be between 0 and 604800 seconds");
        }
        Instant now = clock.instant();
        if (now.isAfter(signed.plus(life))) {
            throw Fault.of(
                    Fault.Kind.EXPIRED_SIGNATURE,
                    "Signature expired: %s is now earlier than %s (%s - %s.)"
                            .formatted(date, text(now.minus(life)), text(now), age(life)));
        }
        if (signed.isAfter(now.plus(SKEW))) {
            throw Fault.of(
                    Fault.Kind.EXPIRED_SIGNATURE,
                    "Signature not yet current: %s is still later than %s (%s + 5 min.)"
                            .formatted(date, text(now.plus(SKEW)), text(now)));
        }
    }

    private static String age(Duration life) {
        return life.toSecondsPart() == 0 ? life.toMinutes() + " min" : life.toSeconds() + " s";
    }

    /// The time of a signature's date.
    ///
    /// @throws DateTimeException when it is none
    static Instant time(String date) {
        return LocalDateTime.parse(date, stamp()).toInstant(ZoneOffset.UTC);
    }

    static String text(Instant time) {
        return stamp().format(time.atOffset(ZoneOffset.UTC));
    }

    private static DateTimeFormatter stamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    }

    private static String canonicalHash(Request request, Form query, Credential credential, byte @Nullable [] body) {
        StringBuilder canonical = new StringBuilder(512);
        canonical.append(request.method()).append('\n');
        // S3 signs the path as it is sent, all others encode it once more.
        boolean s3 = credential.service().equals("s3");
        canonical
                .append(s3 ? request.rawPath() : encode(request.rawPath(), true))
                .append('\n');
        canonical.append(canonicalQuery(query)).append('\n');
        for (String name : credential.signedHeaders()) {
            List<String> values = request.headers().all(name).stream()
                    .map(value -> value.strip().replaceAll(" +", " "))
                    .toList();
            canonical.append(name).append(':').append(String.join(",", values)).append('\n');
        }
        canonical.append('\n').append(credential.headerNames()).append('\n');
        canonical.append(payloadHash(request, credential, body, s3));
        return sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String payloadHash(Request request, Credential credential, byte @Nullable [] body, boolean s3) {
        String announced = request.headers().first("x-amz-content-sha256");
        if (announced == null && body == null && !credential.presigned()) {
            throw Fault.of(Fault.Kind.VALIDATION, "Missing required header for this request: x-amz-content-sha256");
        }
        if (announced == null) {
            return credential.presigned() && s3 ? "UNSIGNED-PAYLOAD" : sha256(body == null ? new byte[0] : body);
        }
        boolean marker = announced.equals("UNSIGNED-PAYLOAD") || announced.startsWith("STREAMING-");
        if (!marker && body != null && !announced.equalsIgnoreCase(sha256(body))) {
            throw Fault.of(
                    Fault.Kind.WRONG_CONTENT,
                    "The provided 'x-amz-content-sha256' header does not match what was" + " computed.");
        }
        return announced;
    }

    private static String canonicalQuery(Form query) {
        List<String> parameters = new ArrayList<>();
        query.entries().forEach((name, values) -> {
            if (!name.equals("X-Amz-Signature")) {
                values.forEach(value -> parameters.add(encode(name, false) + "=" + encode(value, false)));
            }
        });
        parameters.sort(null);
        return String.join("&", parameters);
    }

    private static String encode(String text, boolean path) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (plain || c == '-' || c == '.' || c == '_' || c == '~' || (path && c == '/')) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
