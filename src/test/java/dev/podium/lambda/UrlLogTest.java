package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// The log of requests to function URLs.
@NullMarked
final class UrlLogTest {
    @Test
    void eachRequestIsALineWithoutSecrets() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of("PODIUM_LAMBDA_URL_LOG", "true"));
                HttpClient client = HttpClient.newHttpClient()) {
            byte[] code = Zips.of(Map.of("index.py", "def handler(e, c): return {'statusCode': 203}"));
            server.lambda()
                    .createFunction(b -> b.functionName("seen")
                            .runtime(Runtime.PYTHON3_12)
                            .handler("index.handler")
                            .role(TestServer.ROLE)
                            .timeout(20)
                            .code(c -> c.zipFile(SdkBytes.fromByteArray(code))));
            String url = server.lambda()
                    .createFunctionUrlConfig(b -> b.functionName("seen").authType(FunctionUrlAuthType.NONE))
                    .functionUrl();
            URI at = URI.create(server.endpoint() + "/_podium/url/"
                    + URI.create(url).getHost().substring(0, 32) + "/orders/1?X-Amz-Signature=hidden");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(at)
                            .header("Authorization", "Bearer secret")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(203);
            Eventually.within(Duration.ofMinutes(1), () -> {
                assertThat(server.log())
                        .containsPattern(
                                "url requested function=seen method=GET path=/orders/1 status=203 took=\\d+ ms");
                return true;
            });
            assertThat(server.log()).doesNotContain("hidden", "Bearer");
        }
    }
}
