package dev.podium.s3;

import dev.podium.aws.Presigned;
import dev.podium.http.Request;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How requests name their bucket: in the path, or in the host name, as `bucket.s3.localhost`,
/// `bucket.s3.eu-west-1.localhost` or AWS's own `bucket.s3.eu-west-1.amazonaws.com`.
///
/// A host without `s3` in it never names a bucket: it may be anybody's. Nor does `podium.s3.svc.cluster.local`,
/// a Service in a namespace of that name.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html">Virtual hosting</a>
final class HostStyle {
    private static final Pattern HOST = Pattern.compile(
            "(?:(?<bucket>.+)\\.)?s3(?!\\.svc(?:[.:]|$))(?:[.-](?:dualstack\\.)?[a-z]{2}(?:-[a-z]+)+-\\d)?\\.[^:]+(?::\\d+)?");

    private HostStyle() {}

    /// Tells whether a request without a credential scope is S3's: by its host, or a presigned query of
    /// version 2.
    static boolean claims(Request request) {
        return Presigned.isVersion2(request) || host(request) != null;
    }

    /// The request with the bucket in its path, and copies marked in the query, as the routes have it.
    static Request routed(Request request) {
        Matcher host = host(request);
        String bucket = host == null ? null : host.group("bucket");
        boolean copy = request.headers().first("x-amz-copy-source") != null;
        if (bucket == null && !copy) {
            return request;
        }
        String query = request.rawQuery();
        String marked = copy ? (query == null ? "" : query + "&") + "x-amz-copy-source" : query;
        return new Request(
                request.method(),
                bucket == null ? request.rawPath() : "/" + bucket + request.rawPath(),
                marked,
                request.headers(),
                request.body(),
                request.contentLength(),
                request.remote());
    }

    private static @Nullable Matcher host(Request request) {
        Matcher host = HOST.matcher(request.headers().first("Host", "").toLowerCase(Locale.ROOT));
        return host.matches() ? host : null;
    }
}
