package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.config.Config;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    private static final Duration SOON = Duration.ofMinutes(1);

    @Test
    void runningInvocationFinishesWhenTheServerStops(@TempDir Path folder) throws Exception {
        try (TestServer server = TestServer.start(Map.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.python(TestServer.HELD, b -> b.timeout(60));
            Future<InvokeResponse> running = threads.submit(() -> server.invoke(name, "\"" + folder + "\""));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("running")));
            Future<?> stop = threads.submit(() -> server.podium().close());
            Eventually.within(SOON, () -> refuses(server.endpoint()));
            assertThat(stop.isDone()).isFalse();
            Files.createFile(folder.resolve("end"));
            InvokeResponse answer = running.get();
            assertThat(answer.functionError()).isNull();
            assertThat(answer.payload().asUtf8String()).isEqualTo("1");
            stop.get();
        }
    }

    /// Whether nobody listens there any more.
    private static boolean refuses(URI endpoint) throws IOException {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
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
