package dev.podium;

import dev.podium.aws.AwsException;
import dev.podium.aws.HttpUpstream;
import dev.podium.aws.Scope;
import dev.podium.lambda.api.StoredCode;
import dev.podium.s3.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Functions' archives in Podium's own S3, or in the upstream's when the bucket isn't here.
///
/// @param own      opened when it is first needed; empty when the upstream has all buckets
/// @param upstream or null
record CodeInS3(
        Optional<Supplier<ObjectReader>> own, @Nullable HttpUpstream upstream) implements StoredCode {
    @Override
    public InputStream open(Scope caller, String bucket, String key, @Nullable String version)
            throws IOException, InterruptedException {
        ObjectReader here = own.map(Supplier::get).orElse(null);
        Optional<String> region = here == null ? Optional.empty() : here.region(bucket);
        HttpUpstream there = upstream;
        if (region.isEmpty() && there != null) {
            return upstream(there, caller, bucket, key, version);
        }
        if (here == null) {
            throw new IllegalStateException("PODIUM_S3=upstream without an upstream");
        }
        if (region.isPresent() && !region.get().equals(caller.region())) {
            throw new Refused(
                    "PermanentRedirect",
                    "The bucket is in this region: " + region.get() + ". Please use this region to retry the request");
        }
        try {
            return here.open(caller, bucket, key, version);
        } catch (AwsException e) {
            throw new Refused(e.error().code(), e.error().message());
        }
    }

    private static InputStream upstream(
            HttpUpstream there, Scope caller, String bucket, String key, @Nullable String version)
            throws IOException, InterruptedException {
        String path = "/" + bucket + "/" + encoded(key).replace("%2F", "/");
        try {
            return there.open("s3", caller.region(), path, version == null ? null : "versionId=" + encoded(version));
        } catch (HttpUpstream.Refused e) {
            throw new Refused(e.code().isEmpty() ? "InternalError" : e.code(), e.text());
        } catch (IOException e) {
            throw new Refused(
                    "ServiceUnavailable",
                    "The bucket " + bucket + " is not in Podium, and PODIUM_UPSTREAM_URL can't be reached");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
