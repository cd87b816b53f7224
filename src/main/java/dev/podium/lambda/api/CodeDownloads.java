package dev.podium.lambda.api;

import dev.podium.aws.Call;
import dev.podium.http.Body;
import dev.podium.http.Handler;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.CodeBlobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signed links to function code, good for ten minutes as AWS's are.
///
/// `GET /_podium/code/<sha256>?expires=<epoch seconds>&signature=<hex>`; the signature is the whole permission.
public final class CodeDownloads implements Handler {
    /// Where the links point.
    public static final String PATH = "/_podium/code/";

    private static final int SECONDS = 600;

    private final CodeBlobs blobs;
    private final byte[] key;
    private final Clock clock;

    /// @param key secret of this server, at least 32 bytes
    public CodeDownloads(CodeBlobs blobs, byte[] key, Clock clock) {
        this.blobs = blobs;
        this.key = key.clone();
        this.clock = clock;
    }

    /// A link for the caller, on the host name that the caller used.
    ///
    /// @param sha of the archive
    String url(Call call, String sha) {
        long expires = clock.instant().getEpochSecond() + SECONDS;
        String host = call.request().headers().first("Host");
        return "http://" + (host == null ? "localhost:4566" : host) + PATH + sha + "?expires=" + expires + "&signature="
                + signature(sha, expires);
    }

    @Override
    public Response handle(Request request) throws IOException {
        String sha = request.rawPath().substring(PATH.length());
        String expires = request.query().first("expires");
        String signature = request.query().first("signature");
        if (!request.method().equals("GET") || !allowed(sha, expires, signature) || !blobs.exists(sha)) {
            return Response.bytes(
                    403,
                    "text/plain",
                    "The link is not valid, or no longer: get a new one by GetFunction or GetLayerVersion.\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
        Path file = blobs.path(sha);
        return new Response(
                200,
                Headers.of("Content-Type", "application/zip"),
                new Body.Stream(Files.size(file), out -> Files.copy(file, out)));
    }

    private boolean allowed(String sha, @Nullable String expires, @Nullable String signature) {
        if (expires == null || signature == null || !expires.matches("[0-9]{1,12}") || !sha.matches("[0-9a-f]{64}")) {
            return false;
        }
        long end = Long.parseLong(expires);
        return clock.instant().getEpochSecond() <= end
                && MessageDigest.isEqual(
                        signature(sha, end).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.US_ASCII));
    }

    private String signature(String sha, long expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((sha + "\n" + expires).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
