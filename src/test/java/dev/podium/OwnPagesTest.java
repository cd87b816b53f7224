package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/// Who may read and do what below `/_podium/` where the APIs ask for signatures.
@NullMarked
final class OwnPagesTest {
    @RegisterExtension
    static final TestServer SERVER =
            TestServer.with(Map.of("PODIUM_ACCESS_KEYS", "AKID:secret", "PODIUM_ALLOW_RESET", "true"));

    private static final String RUNS =
            "/_podium/schedules/arn:aws:scheduler:us-east-1:000000000000:schedule/default/absent";

    @Test
    void runsAreShownToSignersOnly() throws Exception {
        assertThat(SERVER.page(RUNS)).startsWith("403 {").contains("Missing Authentication Token");
        assertThat(signed(SdkHttpMethod.GET, RUNS, "wrong")).isEqualTo(403);
        assertThat(signed(SdkHttpMethod.GET, RUNS, "secret")).isEqualTo(404);
    }

    @Test
    void stateIsEmptiedForSignersOnly() throws Exception {
        assertThat(SERVER.page("/_podium/reset")).startsWith("403");
        assertThat(signed(SdkHttpMethod.POST, "/_podium/reset", "wrong")).isEqualTo(403);
        assertThat(signed(SdkHttpMethod.POST, "/_podium/reset", "secret")).isEqualTo(204);
    }

    /// Functions, tasks and instances have some too.
    @Test
    void temporaryCredentialsDontOpenThem() throws Exception {
        Credentials session;
        try (StsClient sts = TestServer.aimed(StsClient.builder(), SERVER.endpoint(), Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")))
                .build()) {
            session = sts.getSessionToken().credentials();
        }
        AwsCredentials given =
                AwsSessionCredentials.create(session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
        assertThat(signed(SdkHttpMethod.POST, "/_podium/reset", given)).isEqualTo(403);
        assertThat(signed(SdkHttpMethod.GET, RUNS, given)).isEqualTo(403);
    }

    private static int signed(SdkHttpMethod method, String path, String secret) throws Exception {
        return signed(method, path, AwsBasicCredentials.create("AKID", secret));
    }

    private static int signed(SdkHttpMethod method, String path, AwsCredentials credentials) throws Exception {
        URI uri = SERVER.endpoint().resolve(path);
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(credentials)
                        .request(
                                SdkHttpRequest.builder().uri(uri).method(method).build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "scheduler")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                .request();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(method.name(), HttpRequest.BodyPublishers.noBody());
        signed.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }
}
