package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.PackageServer;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Dependencies installed by the real bundler, from a gem server of the test's own.
@NullMarked
final class InstallRubyTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_LAMBDA_INSTALL_TIMEOUT", "100s"));

    private static final String HANDLER = """
            require 'acme/greeting'
            def handler(event:, context:) = Acme.words + ' ' + $LOADED_FEATURES.grep(/acme/).first
            """;

    @SuppressWarnings("NullAway.Init")
    private static PackageServer gems;

    @BeforeAll
    static void start() throws Exception {
        PackageServer.requireTool("bundle");
        gems = PackageServer.gems(InetAddress.getLoopbackAddress());
        gems.open().countDown();
    }

    @AfterAll
    static void stop() {
        gems.close();
    }

    @BeforeEach
    void nothingAskedYet() {
        gems.asked().clear();
    }

    private static String gemfile(String line) {
        return "source '" + gems.url() + "'\n" + line + "\n";
    }

    private static String create(Map<String, String> code) {
        String name = "r-" + UUID.randomUUID();
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.RUBY3_3)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .tags(Map.of("podium:install-dependencies", "true"))
                        .timeout(20)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(code)))));
        return name;
    }

    private static String invoke(String name) {
        return server.invoke(name, "{}").payload().asUtf8String();
    }

    @Test
    void gemsAreInstalledOnceForAllFunctions() throws Exception {
        Map<String, String> code = Map.of("Gemfile", gemfile("gem 'acme-greeting', '~> 1.0'"), "index.rb", HANDLER);
        String name = create(code);
        server.assertActive(name);
        assertThat(invoke(name))
                .startsWith("\"installed ")
                .contains("/task/vendor/bundle/ruby/")
                .endsWith("/gems/acme-greeting-1.0.0/lib/acme/greeting.rb\"");
        assertThat(gems.asked()).containsExactly("/versions", "/info/acme-greeting", "/gems/acme-greeting-1.0.0.gem");
        Map<String, String> other = new HashMap<>(code);
        other.put("index.rb", HANDLER + "# changed\n");
        String second = create(other);
        server.assertActive(second);
        assertThat(invoke(second)).startsWith("\"installed ");
        assertThat(gems.asked()).hasSize(3);
        server.lambda().deleteFunction(b -> b.functionName(name));
        Map<String, String> more = new HashMap<>(code);
        more.put("Gemfile", gemfile("gem 'acme-greeting', '1.0.0'"));
        server.assertActive(create(more));
        assertThat(gems.asked()).hasSize(6);
    }

    @Test
    void gemThatIsNotThereIsTheFunctionsState() throws Exception {
        String name = create(Map.of("Gemfile", gemfile("gem 'nothing-like-it'"), "index.rb", HANDLER));
        FunctionConfiguration failed = server.settled(name);
        assertThat(failed.stateAsString()).isEqualTo("Failed");
        assertThat(failed.stateReasonCodeAsString()).isEqualTo("FunctionError");
        assertThat(failed.stateReason())
                .startsWith("The function's dependencies could not be installed")
                .contains("Could not find gem 'nothing-like-it' in rubygems repository " + gems.url());
        assertThatThrownBy(() -> invoke(name)).hasMessageContaining("nothing-like-it");
    }

    /// Bundler itself finds gems in the code, and knows what was left out and what was chosen.
    @Test
    void gemsByPathAndGroupsAreBundlersOwn() throws Exception {
        String gemfile = gemfile("""
                gem 'acme-greeting'
                gem 'near', path: 'near'
                group(:development) { gem 'acme-tools' }
                """);
        String near = "Gem::Specification.new { |s| s.name = 'near'; s.version = '1.0'; s.summary = 'Near';"
                + " s.authors = ['acme']; s.files = ['lib/near.rb'] }";
        Map<String, String> code = new HashMap<>(Map.of(
                "Gemfile",
                gemfile,
                "near/near.gemspec",
                near,
                "near/lib/near.rb",
                "NEAR = 'by path'",
                "index.rb",
                "require 'bundler/setup'\nrequire 'near'\n"
                        + HANDLER.replace("Acme.words", "NEAR + ' ' + Acme.words")));
        String name = create(code);
        server.assertActive(name);
        assertThat(invoke(name)).startsWith("\"by path installed ");
        // What is named by path is another with each change of the code.
        code.put("near/near.gemspec", near.replace("s.files", "s.add_dependency 'nothing-like-it'; s.files"));
        assertThat(server.settled(create(code)).stateReason()).contains("nothing-like-it");
    }
}
