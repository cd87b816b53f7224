package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.config.Config;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// How the whole server starts, refuses to start and stops, and whose resources it keeps apart.
@NullMarked
final class StartAndStopTest {
    @Test
    void runningInvocationFinishesWhenTheServerStops() throws Exception {
        try (TestServer server = TestServer.start(Map.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.python(
                    "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'done'\n",
                    b -> b.timeout(20));
            server.invoke(name, "0");
            Future<InvokeResponse> running = threads.submit(() -> server.invoke(name, "2"));
            Thread.sleep(500);
            server.podium().close();
            InvokeResponse answer = running.get(10, TimeUnit.SECONDS);
            assertThat(answer.functionError()).isNull();
            assertThat(answer.payload().asUtf8String()).isEqualTo("\"done\"");
        }
    }

    @Test
    void accessKeyOfTwelveDigitsNamesTheAccount() throws Exception {
        try (TestServer server = TestServer.start(Map.of());
                LambdaClient other = LambdaClient.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.EU_CENTRAL_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("111122223333", "any")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build()) {
            String name = server.python("def handler(event, context):\n    return 1\n");
            assertThat(other.listFunctions().functions()).isEmpty();
            other.createFunction(b -> b.functionName(name)
                    .runtime("python3.12")
                    .handler("app.handler")
                    .role(TestServer.ROLE)
                    .code(c -> c.zipFile(
                            SdkBytes.fromByteArray(Zips.python("def handler(event, context):\n    return 2\n")))));
            other.waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
            assertThat(other.listFunctions().functions())
                    .extracting(FunctionConfiguration::functionArn)
                    .containsExactly("arn:aws:lambda:eu-central-1:111122223333:function:" + name);
            assertThat(other.invoke(b -> b.functionName(name)).payload().asUtf8String())
                    .isEqualTo("2");
            assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo("1");
        }
    }

    @Test
    void loopbackAddressWithARealClusterStopsTheStart(@TempDir Path state) throws Exception {
        try (SharedCluster cluster = SharedCluster.start()) {
            Map<String, String> env = new HashMap<>(cluster.settings());
            env.put("PODIUM_LISTEN", "127.0.0.1:0");
            env.put("PODIUM_STATE_DIR", state.toString());
            env.put("PODIUM_RUNTIME_LISTEN", "127.0.0.1:0");
            env.remove("PODIUM_SELF_URL");
            Config config = Config.from(env, new Config.Surroundings(state, false));
            assertThatThrownBy(() -> Podium.start(config, env).close())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("PODIUM_RUNTIME_LISTEN is 127.0.0.1")
                    .hasMessageContaining("PODIUM_SELF_URL");
        }
    }
}
