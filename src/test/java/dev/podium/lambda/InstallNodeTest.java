package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.PackageServer;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Dependencies installed by the real npm, from a registry of the test's own.
@NullMarked
final class InstallNodeTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_LAMBDA_INSTALL_TIMEOUT", "100s"));

    private static final Map<String, String> TAGS = Map.of("podium:install-dependencies", "true");

    @BeforeAll
    static void requireNpm() {
        PackageServer.requireTool("npm");
    }

    private static final String HANDLER =
            "const greeting = require('@acme/greeting');\nexports.handler = async () => greeting.words();\n";

    private static String create(Map<String, String> variables, Map<String, String> tags, String dependency) {
        String needs = "{\"dependencies\": {\"" + dependency + "\": \"^1.0.0\"}}";
        return create(variables, tags, Map.of("package.json", needs, "index.js", HANDLER));
    }

    private static String create(Map<String, String> variables, Map<String, String> tags, Map<String, String> files) {
        String name = "n-" + UUID.randomUUID();
        byte[] code = Zips.of(files);
        Map<String, String> environment = new HashMap<>(variables);
        // Nothing is taken from what an earlier run has kept, or asked for again and again.
        environment.put("npm_config_prefer_online", "true");
        environment.put("npm_config_fetch_retries", "0");
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.NODEJS22_X)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .tags(tags)
                        .environment(e -> e.variables(environment))
                        .timeout(20)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(code))));
        return name;
    }

    /// Whatever isn't in the scope could not be had.
    private static Map<String, String> scoped(PackageServer registry, String scope) {
        return Map.of("NPM_REGISTRY", registry.url(), "NPM_SCOPE", scope, "npm_config_registry", "http://127.0.0.1:1/");
    }

    @Test
    void scopeComesFromItsRegistryOnceForAllFunctions() throws Exception {
        try (PackageServer registry = PackageServer.npm(InetAddress.getLoopbackAddress())) {
            registry.open().countDown();
            Map<String, String> from = scoped(registry, "@acme");
            String name = create(from, TAGS, "@acme/greeting");
            server.assertActive(name);
            assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo("\"installed\"");
            assertThat(registry.asked()).containsExactly("/@acme%2fgreeting", "/greeting.tgz");
            String second = create(from, TAGS, "@acme/greeting");
            server.assertActive(second);
            assertThat(server.invoke(second, "{}").payload().asUtf8String()).isEqualTo("\"installed\"");
            assertThat(registry.asked()).hasSize(2);
        }
    }

    /// It has no other packages than those of its scope.
    @Test
    void withoutAScopeAllComesFromTheRegistryAndItsRefusalIsTheFunctionsState() throws Exception {
        try (PackageServer registry = PackageServer.npm(InetAddress.getLoopbackAddress())) {
            registry.open().countDown();
            String name = create(Map.of("NPM_REGISTRY", registry.url()), TAGS, "nothing-like-it");
            FunctionConfiguration failed = server.settled(name);
            assertThat(failed.stateAsString()).isEqualTo("Failed");
            assertThat(failed.stateReasonCodeAsString()).isEqualTo("FunctionError");
            assertThat(failed.stateReason())
                    .startsWith("The function's dependencies could not be installed")
                    .contains("404", registry.url() + "nothing-like-it");
            assertThat(registry.asked()).containsExactly("/nothing-like-it");
            assertThatThrownBy(() -> server.invoke(name, "{}")).hasMessageContaining("nothing-like-it");
        }
    }

    /// One that was tagged later installs when it is first invoked.
    @Test
    void invocationWaitsForTheInstallation() throws Exception {
        try (PackageServer registry = PackageServer.npm(InetAddress.getLoopbackAddress())) {
            Map<String, String> from = scoped(registry, "acme");
            String pending = create(from, TAGS, "@acme/greeting");
            String later = create(from, Map.of(), "@acme/greeting");
            server.assertActive(later);
            server.lambda()
                    .tagResource(b -> b.resource(server.configuration(later).functionArn())
                            .tags(TAGS));
            List<FutureTask<String>> answers = Stream.of(pending, later)
                    .map(name -> new FutureTask<>(
                            () -> server.invoke(name, "{}").payload().asUtf8String()))
                    .toList();
            answers.forEach(answer -> Thread.ofVirtual().name("invoke").start(answer));
            Eventually.within(Duration.ofMinutes(1), () -> !registry.asked().isEmpty());
            assertThat(server.configuration(pending).stateAsString()).isEqualTo("Pending");
            registry.open().countDown();
            for (FutureTask<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("\"installed\"");
            }
            assertThat(registry.asked()).containsExactly("/@acme%2fgreeting", "/greeting.tgz");
        }
    }

    /// One in the code has dependencies too; the code's own settings of npm say where they are.
    @Test
    void packageByPathBringsWhatItNeeds() throws Exception {
        try (PackageServer registry = PackageServer.npm(InetAddress.getLoopbackAddress())) {
            registry.open().countDown();
            Map<String, String> files = Map.of(
                    "package.json", "{\"dependencies\": {\"near\": \"file:./lib/near\"}}",
                    "lib/near/package.json",
                            "{\"name\": \"near\", \"version\": \"1.0.0\", \"dependencies\": {\"@acme/greeting\": \"1\"}}",
                    "lib/near/index.js", "exports.words = () => 'by path ' + require('@acme/greeting').words();",
                    ".npmrc", "@acme:registry=" + registry.url(),
                    "index.js", HANDLER.replace("@acme/greeting", "near"));
            String name = create(Map.of("npm_config_registry", "http://127.0.0.1:1/"), TAGS, files);
            server.assertActive(name);
            assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo("\"by path installed\"");
        }
    }
}
