package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The whole server over the embedded cluster, on free ports and with a state folder of its own, and a client for
/// it. As an extension of a test class ([#with]) it runs for all the tests of that class.
@NullMarked
public final class TestServer implements AutoCloseable, BeforeAllCallback, AfterAllCallback {
    /// Any role that passes AWS's check.
    public static final String ROLE = "arn:aws:iam::000000000000:role/test";

    /// A function that says that it runs, in the folder that is its event, and runs until it may end.
    public static final String HELD = """
            import os, time
            def handler(event, context):
                open(event + '/running', 'w').close()
                while not os.path.exists(event + '/end'):
                    time.sleep(0.01)
                return 1
            """;

    private final Map<String, String> settings;
    private final Clock clock;

    @SuppressWarnings("NullAway.Init")
    private Path state;

    @SuppressWarnings("NullAway.Init")
    private Podium podium;

    @SuppressWarnings("NullAway.Init")
    private LambdaClient lambda;

    private TestServer(Map<String, String> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// A server that a test class registers as its extension.
    ///
    /// @param settings variables on top of the tests' own
    public static TestServer with(Map<String, String> settings) {
        return new TestServer(settings, Clock.systemUTC());
    }

    /// Starts a server.
    ///
    /// @param settings variables on top of the tests' own
    public static TestServer start(Map<String, String> settings) throws Exception {
        return start(settings, Clock.systemUTC());
    }

    /// Starts a server with another clock.
    public static TestServer start(Map<String, String> settings, Clock clock) throws Exception {
        TestServer server = new TestServer(settings, clock);
        server.beforeAll();
        return server;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        beforeAll();
    }

    private void beforeAll() throws Exception {
        state = Files.createTempDirectory("podium-test");
        startAgain();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    /// A client of the Lambda API with retries switched off.
    public static LambdaClient client(URI endpoint) {
        return aimed(LambdaClient.builder(), endpoint, Region.US_EAST_1).build();
    }

    /// A client of the SQS API.
    public static SqsClient sqs(URI endpoint, Region region) {
        return aimed(SqsClient.builder(), endpoint, region).build();
    }

    /// The builder of any client, aimed at a server, with retries switched off.
    public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B aimed(
            B builder, URI endpoint, Region region) {
        return builder.endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofMinutes(2))
                        .build())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)));
    }

    public LambdaClient lambda() {
        return lambda;
    }

    public URI endpoint() {
        return podium.endpoint();
    }

    public Podium podium() {
        return podium;
    }

    /// Stops the server and starts it again on the same state.
    public void restart() throws Exception {
        stop();
        startAgain();
    }

    /// Stops the server; its state stays.
    public void stop() {
        lambda.close();
        podium.close();
    }

    /// Starts the stopped server again on the same state.
    public void startAgain() throws Exception {
        Map<String, String> env = new HashMap<>(Map.of(
                "PODIUM_CLUSTER", "embedded",
                "PODIUM_LISTEN", "127.0.0.1:0",
                "PODIUM_RUNTIME_LISTEN", "127.0.0.1:0",
                "PODIUM_STATE_DIR", state.toString(),
                "PATH", System.getenv("PATH")));
        env.putAll(settings);
        podium = Podium.start(Config.from(env, new Config.Surroundings(state, false)), env, clock);
        lambda = client(podium.endpoint());
    }

    /// A new Python function from the source of its module, ready to be invoked.
    ///
    /// @return its name
    public String python(String source) {
        return python(source, UnaryChange.NONE);
    }

    /// A change of the standard request.
    @FunctionalInterface
    public interface UnaryChange {
        /// Leaves it.
        UnaryChange NONE = builder -> {};

        /// Changes the builder.
        void apply(CreateFunctionRequest.Builder builder);
    }

    /// A new Python function with other settings.
    public String python(String source, UnaryChange change) {
        String name = "f-" + UUID.randomUUID();
        lambda.createFunction(b -> {
            b.functionName(name)
                    .runtime(Runtime.PYTHON3_12)
                    .handler("app.handler")
                    .role(ROLE)
                    .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(source))));
            change.apply(b);
        });
        lambda.waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        return name;
    }

    /// Invokes a function with a JSON payload.
    public InvokeResponse invoke(String name, String payload) {
        return lambda.invoke(b ->
                b.functionName(name).payload(SdkBytes.fromUtf8String(payload)).logType(LogType.NONE));
    }

    /// Sends a function an asynchronous event.
    ///
    /// @return its request id
    public String event(String name, String payload) {
        return lambda.invoke(b -> b.functionName(name)
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String(payload)))
                .responseMetadata()
                .requestId();
    }

    /// A function's configuration.
    public FunctionConfiguration configuration(String name) {
        return lambda.getFunction(b -> b.functionName(name)).configuration();
    }

    /// The configuration of a function once it is no longer Pending, however that went.
    public FunctionConfiguration settled(String name) throws InterruptedException {
        Eventually.within(
                Duration.ofSeconds(100),
                () -> !configuration(name).stateAsString().equals("Pending"));
        return configuration(name);
    }

    /// Waits until a function is no longer Pending, and fails with its reason when it isn't Active then.
    public void assertActive(String name) throws InterruptedException {
        FunctionConfiguration settled = settled(name);
        assertThat(settled.stateAsString()).as(settled.stateReason()).isEqualTo("Active");
    }

    @Override
    public void close() throws IOException {
        lambda.close();
        podium.close();
        delete(state);
    }

    /// Deletes a folder with all that is in it, also while what is about to end still writes there.
    public static void delete(Path folder) {
        try {
            Eventually.within(Duration.ofSeconds(30), () -> {
                try (var files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                } catch (NoSuchFileException e) {
                    return Files.notExists(folder);
                }
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The folder of functions, code and events.
    public Path state() {
        return state;
    }

    /// Status and body of an operations page such as `/readyz`.
    public String page(String path) throws Exception {
        return page(endpoint(), path);
    }

    /// The same of any server.
    static String page(URI endpoint, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var response = http.send(
                    HttpRequest.newBuilder(endpoint.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }
}
