package dev.podium.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.PackageServer;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Dependencies installed at deployment by the real pip, from an index of the test's own or from the code.
@NullMarked
final class InstallTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_LAMBDA_INSTALL_TIMEOUT", "100s"));

    private static final String HANDLER = """
            import greeting
            def handler(event, context):
                return greeting.words() + ' ' + greeting.__file__
            """;

    private static byte[] code(String requirements, String handler) {
        return Zips.ofBytes(Map.of(
                "wheels/greeting-1.0-py3-none-any.whl", PackageServer.wheel(),
                "requirements.txt", requirements.getBytes(UTF_8),
                "index.py", handler.getBytes(UTF_8)));
    }

    private static String create(byte[] code) {
        String name = "d-" + UUID.randomUUID();
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.PYTHON3_12)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .tags(Map.of("podium:install-dependencies", "true"))
                        .timeout(20)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(code))));
        return name;
    }

    private static String invoke(String name) {
        return server.lambda().invoke(b -> b.functionName(name)).payload().asUtf8String();
    }

    @Test
    void whatRequirementsNameIsInstalledOnceForAllPods() throws Exception {
        try (PackageServer registry = PackageServer.python(InetAddress.getLoopbackAddress())) {
            String requirements = "--index-url " + registry.url() + "\ngreeting==1.0\n";
            String name = create(code(requirements, HANDLER));
            assertThat(server.configuration(name).stateAsString()).isEqualTo("Pending");
            registry.open().countDown();
            server.assertActive(name);
            assertThat(invoke(name)).startsWith("\"installed ").contains("/volumes/task/greeting.py");
            List<String> asked = List.copyOf(registry.asked());
            assertThat(asked).containsExactly("/greeting/", "/greeting-1.0-py3-none-any.whl");
            String second = create(code(requirements, HANDLER + "# changed\n"));
            server.assertActive(second);
            assertThat(invoke(second)).startsWith("\"installed ");
            server.restart();
            assertThat(invoke(second)).startsWith("\"installed ");
            assertThat(registry.asked()).isEqualTo(asked);
        }
    }

    @Test
    void wheelThatComesWithTheCodeIsInstalled() throws Exception {
        String name = create(code("--no-index\n--find-links wheels\ngreeting==1.0\n", HANDLER));
        server.assertActive(name);
        assertThat(invoke(name)).startsWith("\"installed ");
    }

    @Test
    void failureReachesTheStateAndTheCaller() throws Exception {
        String name = create(code("--no-index\nnothing-like-it==9\n", HANDLER));
        FunctionConfiguration failed = server.settled(name);
        assertThat(failed.stateAsString()).isEqualTo("Failed");
        assertThat(failed.stateReasonCodeAsString()).isEqualTo("FunctionError");
        assertThat(failed.stateReason())
                .startsWith("The function's dependencies could not be installed")
                .contains("No matching distribution found for nothing-like-it==9");
        assertThatThrownBy(() -> invoke(name)).hasMessageContaining("No matching distribution found");
        server.lambda()
                .updateFunctionCode(b -> b.functionName(name)
                        .zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("index.py", "def handler(e, c): return 1")))));
        Eventually.within(
                Duration.ofMinutes(1),
                () -> server.configuration(name).lastUpdateStatusAsString().equals("Successful"));
        assertThat(invoke(name)).isEqualTo("1");
    }
}
