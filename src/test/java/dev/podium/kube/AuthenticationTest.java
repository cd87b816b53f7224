package dev.podium.kube;

import static dev.podium.kube.TestApi.json;
import static dev.podium.kube.TestApi.list;
import static dev.podium.kube.TestApi.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podium.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
@Timeout(120)
final class AuthenticationTest {
    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String EMPTY = list("1", null);

    @TempDir
    Path folder = Path.of("unset");

    private static KubeClient client(URI server, Tls tls, Credentials credentials, Clock clock) {
        return KubeClient.connect(
                new KubeAccess(server, "ns", tls, credentials, null, "the test"),
                TestApi.settings().withClock(clock).withRetryFor(Duration.ofMillis(500)));
    }

    private static KubeClient client(TestApi api, Credentials credentials) {
        return client(api.uri(), Tls.defaults(), credentials, Clock.systemUTC());
    }

    private static List<String> presented(TestApi api) {
        return api.seen.stream().map(s -> String.valueOf(s.authorization())).toList();
    }

    private Credentials.Exec plugin(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("plugin"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new Credentials.Exec(
                V1,
                List.of(file.toString(), "login"),
                Map.of("COUNT", folder.resolve("count").toString()),
                "{\"server\":\"https://k\"}",
                null,
                "the user \"u\" in a test");
    }

    /// A script that gives the tokens t1, t2, ... .
    private static String counting(String more) {
        return """
                echo x >> "$COUNT"
                n=$(grep -c x "$COUNT")
                echo '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"t'$n'"%s}}'
                """.formatted(V1, more);
    }

    @Test
    void aRotatedTokenIsReadAfterAWhile() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "one\n");
        TestClock clock = new TestClock();
        try (TestApi api = TestApi.start();
                KubeClient client = client(api.uri(), Tls.defaults(), new Credentials.TokenFile(token), clock)) {
            api.then(json(200, EMPTY));
            client.pods("");
            Files.writeString(token, "two\n");
            client.pods("");
            clock.advance(Duration.ofMinutes(1));
            client.pods("");
            assertThat(presented(api)).containsExactly("Bearer one", "Bearer one", "Bearer two");
        }
    }

    @Test
    void aTokenFileThatVanishesForAMomentDoesNotMatter() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "one");
        TestClock clock = new TestClock();
        try (TestApi api = TestApi.start();
                KubeClient client = client(api.uri(), Tls.defaults(), new Credentials.TokenFile(token), clock)) {
            api.then(json(200, EMPTY));
            client.pods("");
            Files.delete(token);
            clock.advance(Duration.ofMinutes(1));
            client.pods("");
            assertThat(presented(api)).containsExactly("Bearer one", "Bearer one");
        }
    }

    @Test
    void unusableTokensAreNotQuoted() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, new Credentials.Token("sec\nret"))) {
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e).hasMessage("the token of the test holds characters that no token has");
        }
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, new Credentials.TokenFile(folder.resolve("none")))) {
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e).hasMessage("cannot read " + folder.resolve("none") + ": no such file");
        }
    }

    @Test
    void aRefusedTokenIsReadAnewAtOnce() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "one");
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, new Credentials.TokenFile(token))) {
            api.then(json(200, EMPTY), status(401, "Unauthorized", "Unauthorized"), json(200, EMPTY));
            client.pods("");
            Files.writeString(token, "two");
            client.pods("");
            assertThat(presented(api)).containsExactly("Bearer one", "Bearer one", "Bearer two");
        }
    }

    @Test
    void refusedCredentialsAreReportedWithTheirOrigin() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, new Credentials.Basic("me", "pass"))) {
            api.then(status(401, "Unauthorized", "Unauthorized"));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.status()).isEqualTo(401);
            assertThat(e.getMessage()).contains("does not accept the credentials of the test");
            assertThat(presented(api)).containsExactly("Basic bWU6cGFzcw==");
        }
    }

    @Test
    void aPluginRunsOnceAndAgainAfterItsTokenExpired() throws Exception {
        TestClock clock = new TestClock();
        String expiry = ",\"expirationTimestamp\":\"" + clock.instant().plusSeconds(600) + "\"";
        try (TestApi api = TestApi.start();
                KubeClient client = client(api.uri(), Tls.defaults(), plugin(counting(expiry)), clock)) {
            api.then(json(200, EMPTY));
            client.pods("");
            client.pods("");
            clock.advance(Duration.ofMinutes(10));
            client.pods("");
            assertThat(presented(api)).containsExactly("Bearer t1", "Bearer t1", "Bearer t2");
        }
    }

    @Test
    void aPluginRunsAgainWhenItsTokenIsRefused() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, plugin(counting("")))) {
            api.then(json(200, EMPTY), status(401, "Unauthorized", "Unauthorized"), json(200, EMPTY));
            client.pods("");
            client.pods("");
            client.pods("");
            assertThat(presented(api)).containsExactly("Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2");
        }
    }

    @Test
    void aPluginIsToldWhatItIsFor() throws Exception {
        Path info = folder.resolve("info");
        try (TestApi api = TestApi.start();
                KubeClient client =
                        client(api, plugin("echo \"$1 $KUBERNETES_EXEC_INFO\" > " + info + "\n" + counting("")))) {
            api.then(json(200, EMPTY));
            client.pods("");
        }
        String told = Files.readString(info);
        assertThat(told).startsWith("login ");
        assertThat(Json.MAPPER.readTree(told.substring(6)))
                .isEqualTo(Json.MAPPER.readTree("{\"apiVersion\":\"" + V1 + "\",\"kind\":\"ExecCredential\","
                        + "\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://k\"}}}"));
    }

    @Test
    void aPluginThatFailsIsReportedWithoutWhatItPrinted() throws Exception {
        assertPluginFails("echo secret; echo 'log in first' >&2; exit 3", "ended with status 3: log in first");
        assertPluginFails("echo '{\"token\":\"secret\"'", "printed no JSON");
        assertPluginFails("echo '{}'", "printed no ExecCredential");
        assertPluginFails(
                "echo '{\"apiVersion\":\"v2\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"secret\"}}'",
                "printed apiVersion \"v2\"");
        assertPluginFails(
                "echo '{\"apiVersion\":\"" + V1 + "\",\"kind\":\"ExecCredential\",\"status\":{}}'", "neither a token");
    }

    private void assertPluginFails(String script, String words) throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, plugin(script))) {
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.reason()).isEqualTo(KubeException.CONFIGURATION);
            assertThat(e.transientFault()).isFalse();
            assertThat(e.getMessage()).contains("user \"u\"", words).doesNotContain("secret");
            assertThat(api.seen).isEmpty();
        }
    }

    @Test
    void aMissingPluginIsReportedWithItsInstallHint() throws Exception {
        Credentials.Exec exec = new Credentials.Exec(
                V1, List.of(folder.resolve("nope").toString()), Map.of(), null, "Install nope.", "a test");
        try (TestApi api = TestApi.start();
                KubeClient client = client(api, exec)) {
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.getMessage()).contains("nope", "is it installed? Install nope.");
        }
    }

    @Test
    void onlyTheClustersOwnAuthorityIsTrusted() throws Exception {
        TestCertificate server = TestCertificate.of("server", "127.0.0.1");
        Tls right = new Tls(new PemSource.Text(server.certificatePem()), false, null, null, null);
        Tls wrong = new Tls(
                new PemSource.Text(TestCertificate.of("other", "127.0.0.1").certificatePem()), false, null, null, null);
        Tls any = new Tls(null, true, null, null, null);
        try (TestApi api = TestApi.startTls(server.server(null), false)) {
            api.then(json(200, EMPTY));
            assertThat(pods(api, right)).isNull();
            assertThat(pods(api, any)).isNull();
            KubeException e = pods(api, wrong);
            assertThat(e).isNotNull().hasMessageContaining("TLS failed");
            assertThat(e == null || e.transientFault()).isFalse();
            assertThat(pods(api, Tls.defaults())).isNotNull();
        }
    }

    @Test
    void theServersNameIsChecked() throws Exception {
        TestCertificate server = TestCertificate.of("server", "kubernetes.default", "*.example.org");
        PemSource authority = new PemSource.Text(server.certificatePem());
        try (TestApi api = TestApi.startTls(server.server(null), false)) {
            api.then(json(200, EMPTY));
            assertThat(pods(api, new Tls(authority, false, null, null, null)))
                    .isNotNull()
                    .hasMessageContaining("127.0.0.1");
            assertThat(pods(api, new Tls(authority, false, "kubernetes.default", null, null)))
                    .isNull();
            assertThat(pods(api, new Tls(authority, false, "api.example.org", null, null)))
                    .isNull();
            assertThat(pods(api, new Tls(authority, false, "a.b.example.org", null, null)))
                    .isNotNull()
                    .hasMessageContaining("not for a.b.example.org");
            URI byName = URI.create("https://localhost:" + api.port());
            try (KubeClient client = client(
                    byName,
                    new Tls(authority, false, "kubernetes.default", null, null),
                    new Credentials.None(),
                    Clock.systemUTC())) {
                assertThat(client.pods("").pods()).isEmpty();
            }
        }
    }

    @Test
    void aClientCertificateIsPresented() throws Exception {
        TestCertificate server = TestCertificate.of("server", "127.0.0.1");
        TestCertificate me = TestCertificate.of("me");
        PemSource authority = new PemSource.Text(server.certificatePem());
        try (TestApi api = TestApi.startTls(server.server(me), true)) {
            api.then(json(200, EMPTY));
            assertThat(pods(
                            api,
                            new Tls(
                                    authority,
                                    false,
                                    null,
                                    new PemSource.Text(me.certificatePem()),
                                    new PemSource.Text(me.keyPem()))))
                    .isNull();
            assertThat(pods(api, new Tls(authority, false, null, null, null))).isNotNull();
        }
    }

    @Test
    void aPluginMayGiveACertificate() throws Exception {
        TestCertificate server = TestCertificate.of("server", "127.0.0.1");
        TestCertificate me = TestCertificate.of("me");
        String credential = Json.object()
                .put("apiVersion", V1)
                .put("kind", "ExecCredential")
                .set(
                        "status",
                        Json.object()
                                .put("clientCertificateData", me.certificatePem())
                                .put("clientKeyData", me.keyPem()))
                .toString();
        Path file = Files.writeString(folder.resolve("credential"), credential);
        try (TestApi api = TestApi.startTls(server.server(me), true);
                KubeClient client = client(
                        api.uri(),
                        new Tls(new PemSource.Text(server.certificatePem()), false, null, null, null),
                        plugin("cat " + file),
                        Clock.systemUTC())) {
            api.then(json(200, EMPTY));
            assertThat(client.pods("").pods()).isEmpty();
        }
    }

    @Test
    void aReplacedAuthorityIsReadAnew() throws Exception {
        TestCertificate server = TestCertificate.of("server", "127.0.0.1");
        TestCertificate old = TestCertificate.of("old", "127.0.0.1");
        Path authority = Files.writeString(folder.resolve("ca.crt"), old.certificatePem());
        Files.setLastModifiedTime(authority, java.nio.file.attribute.FileTime.fromMillis(1000));
        try (TestApi api = TestApi.startTls(server.server(null), false);
                KubeClient client = client(
                        api.uri(),
                        new Tls(new PemSource.File(authority), false, null, null, null),
                        new Credentials.None(),
                        Clock.systemUTC())) {
            api.then(json(200, EMPTY));
            assertThat(catchThrowableOfType(KubeException.class, () -> client.pods("")))
                    .isNotNull();
            Files.writeString(authority, server.certificatePem());
            assertThat(client.pods("").pods()).isEmpty();
        }
    }

    private static @Nullable KubeException pods(TestApi api, Tls tls) throws InterruptedException {
        try (KubeClient client = client(api.uri(), tls, new Credentials.None(), Clock.systemUTC())) {
            client.pods("");
            return null;
        } catch (KubeException e) {
            return e;
        }
    }

    /// A clock that the test moves.
    private static final class TestClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

        void advance(Duration by) {
            now.updateAndGet(t -> t.plus(by));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
