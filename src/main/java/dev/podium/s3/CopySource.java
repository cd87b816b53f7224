package dev.podium.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What an `x-amz-copy-source` header names: `bucket/key?versionId=id`, percent-encoded, perhaps with a slash
/// before.
record CopySource(String bucket, String key, @Nullable String versionId) {
    private static final String VERSION = "?versionId=";

    static CopySource parse(String header) {
        int version = header.indexOf(VERSION);
        String path = version < 0 ? header : header.substring(0, version);
        String decoded;
        try {
            decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(header);
        }
        String bare = decoded.startsWith("/") ? decoded.substring(1) : decoded;
        int slash = bare.indexOf('/');
        if (slash < 1 || slash == bare.length() - 1) {
            throw invalid(header);
        }
        return new CopySource(
                bare.substring(0, slash),
                bare.substring(slash + 1),
                version < 0 ? null : header.substring(version + VERSION.length()));
    }

    /// The version that it names.
    ObjectVersion require(Objects objects, Bucket from) {
        ObjectVersion found = objects.require(from, key, versionId);
        if (found.isMarker()) {
            throw S3Error.request(
                    "The source of a copy request may not specifically refer to a delete marker by version" + " id.");
        }
        return found;
    }

    private static dev.podium.aws.AwsException invalid(String header) {
        return S3Error.argument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                "x-amz-copy-source",
                header);
    }
}
