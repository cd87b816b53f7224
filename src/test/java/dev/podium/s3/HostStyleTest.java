package dev.podium.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.Headers;
import dev.podium.http.Request;
import java.io.InputStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a host says about the bucket.
@NullMarked
final class HostStyleTest {
    @ParameterizedTest
    @CsvSource({
        "b.s3.localhost:4566, true, /b/k",
        "a.b.s3.eu-west-1.amazonaws.com, true, /a.b/k",
        "b.s3-eu-west-1.amazonaws.com, true, /b/k",
        "b.s3.dualstack.us-east-1.amazonaws.com, true, /b/k",
        "s3.us-east-1.amazonaws.com, true, /k",
        "s3.tools.svc.cluster.local:4566, true, /k",
        "b.s3.tools.svc.cluster.local, true, /b/k",
        "s3.s3.svc.cluster.local, true, /k",
        // Services in a namespace called s3.
        "podium.s3.svc.cluster.local:4566, false, /k",
        "podium.s3.svc, false, /k",
        "podium.s3, false, /k",
        "localhost:4566, false, /k",
        "127.0.0.1:4566, false, /k",
        "nots3.example.com, false, /k"
    })
    void hostNamesABucketOrNone(String host, boolean claimed, String path) {
        Request request = new Request(
                "GET",
                "/k",
                null,
                Headers.of("Host", host),
                InputStream.nullInputStream(),
                0,
                InetSocketAddress.createUnresolved("localhost", 0));
        assertThat(HostStyle.claims(request)).isEqualTo(claimed);
        assertThat(HostStyle.routed(request).rawPath()).isEqualTo(path);
    }
}
