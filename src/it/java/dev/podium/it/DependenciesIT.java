package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.PackageServer;
import dev.podium.Zips;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;

/// Dependencies that pods install with their images' pip, npm and bundler, from registries of the test's own.
final class DependenciesIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static PodiumProcess server;
    private static LambdaCalls lambda;

    @BeforeAll
    static void start() throws Exception {
        server = PodiumProcess.start(CLUSTER, Map.of());
        lambda = new LambdaCalls(server.endpoint());
    }

    @AfterAll
    static void stop() throws Exception {
        lambda.close();
        server.close();
    }

    private static void create(String name, String runtime, Map<String, String> files, Map<String, String> variables) {
        SdkBytes code = SdkBytes.fromByteArray(Zips.of(files));
        lambda.create(name, b -> b.runtime(runtime)
                .handler("index.handler")
                .environment(e -> e.variables(variables))
                .code(c -> c.zipFile(code))
                .tags(Map.of("podium:install-dependencies", "true")));
    }

    /// Two functions with the same dependencies, of which the first one's pod installs them for both.
    private static void installs(
            PackageServer registry, String runtime, Map<String, String> files, Map<String, String> variables, String... asked) {
        registry.open().countDown();
        String name = runtime.replace(".", "-");
        create(name, runtime, files, variables);
        List<String> before = List.copyOf(registry.asked());
        assertThat(before).containsExactly(asked);
        Map<String, String> others = new TreeMap<>(files);
        others.put("other.txt", "other");
        create(name + "-other", runtime, others, variables);
        for (String function : List.of(name, name + "-other")) {
            LambdaCalls.Answer answer = lambda.invoke(function, "{}");
            assertThat(answer.payload().asText()).as(answer.payload().toString()).isEqualTo("installed");
        }
        assertThat(registry.asked()).isEqualTo(before);
    }

    @Test
    void podInstallsWhatRequirementsName() throws Exception {
        String handler = "import greeting\ndef handler(e, c): return greeting.words()";
        try (PackageServer registry = PackageServer.python(CLUSTER.hostAddress())) {
            installs(
                    registry,
                    "python3.11",
                    Map.of("requirements.txt", "greeting==1.0\n", "index.py", handler),
                    Map.of(
                            "PIP_INDEX_URL", registry.url(),
                            "PIP_TRUSTED_HOST", CLUSTER.hostAddress().getHostAddress()),
                    "/greeting/",
                    "/greeting-1.0-py3-none-any.whl");
        }
    }

    @Test
    void podInstallsWhatAPackageNames() throws Exception {
        String handler = "exports.handler = async () => require('@acme/greeting').words();";
        try (PackageServer registry = PackageServer.npm(CLUSTER.hostAddress())) {
            installs(
                    registry,
                    "nodejs22.x",
                    Map.of("package.json", "{\"dependencies\": {\"@acme/greeting\": \"^1.0.0\"}}", "index.js", handler),
                    Map.of("NPM_REGISTRY", registry.url(), "NPM_SCOPE", "@acme"),
                    "/@acme%2fgreeting",
                    "/greeting.tgz");
        }
    }

    @Test
    void podInstallsWhatAGemfileNames() throws Exception {
        // Ruby is particular about where it makes temporary files.
        String handler = """
                require 'acme/greeting'
                require 'tempfile'
                def handler(event:, context:) = Tempfile.create('') { |file| Acme.words }
                """;
        try (PackageServer registry = PackageServer.gems(CLUSTER.hostAddress())) {
            installs(
                    registry,
                    "ruby3.3",
                    Map.of("Gemfile", "source '" + registry.url() + "'\ngem 'acme-greeting'\n", "index.rb", handler),
                    Map.of(),
                    "/versions",
                    "/info/acme-greeting",
                    "/gems/acme-greeting-1.0.0.gem");
        }
    }

    @Test
    void failedInstallationIsTheFunctionsState() {
        assertThatThrownBy(() -> create(
                        "lacks",
                        "python3.11",
                        Map.of("requirements.txt", "--no-index\nnothing-like-it\n", "index.py", ""),
                        Map.of()))
                .hasMessageContaining("No matching distribution found for nothing-like-it");
    }
}
