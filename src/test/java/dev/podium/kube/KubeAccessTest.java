package dev.podium.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class KubeAccessTest {
    @TempDir
    Path folder = Path.of("unset");

    private Path config(String name, String cluster, String user) throws IOException {
        return Files.writeString(folder.resolve(name), """
                apiVersion: v1
                kind: Config
                current-context: here
                contexts:
                - name: here
                  context: {cluster: c, user: u, namespace: team}
                - name: other
                  context: {cluster: c}
                clusters:
                - name: c
                  cluster: %s
                users:
                - name: u
                  user: %s
                """.formatted(cluster, user));
    }

    private KubeAccess access(String cluster, String user) throws Exception {
        return KubeAccess.kubeconfig(config("config", cluster, user), null);
    }

    private void assertRefused(String cluster, String user, String... words) {
        assertThatThrownBy(() -> access(cluster, user))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining(folder.resolve("config").toString())
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).contains(words));
    }

    @Test
    void aServiceAccountIsRead() throws Exception {
        Files.writeString(folder.resolve("token"), "t");
        Files.writeString(folder.resolve("ca.crt"), "pem");
        Files.writeString(folder.resolve("namespace"), "team\n");
        Map<String, String> env = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443");
        KubeAccess access = KubeAccess.inCluster(folder, env);
        assertThat(access.server()).hasToString("https://10.0.0.1:443");
        assertThat(access.namespace()).isEqualTo("team");
        assertThat(access.tls().authority()).isEqualTo(new PemSource.File(folder.resolve("ca.crt")));
        assertThat(access.credentials()).isEqualTo(new Credentials.TokenFile(folder.resolve("token")));
        assertThat(KubeAccess.isInCluster(env)).isTrue();
        assertThat(KubeAccess.isInCluster(Map.of())).isFalse();
    }

    @Test
    void aServiceAddressMayBeIpv6() throws Exception {
        Files.writeString(folder.resolve("token"), "t");
        KubeAccess access = KubeAccess.inCluster(
                folder, Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443"));
        assertThat(access.server()).hasToString("https://[fd00::1]:6443");
        assertThat(access.namespace()).isEqualTo("default");
    }

    @Test
    void aPodWithoutServiceAccountIsToldWhatToDo() {
        Map<String, String> env = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443");
        assertThatThrownBy(() -> KubeAccess.inCluster(folder, env))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining(folder.resolve("token").toString())
                .hasMessageContaining("automountServiceAccountToken");
        assertThatThrownBy(() -> KubeAccess.inCluster(folder, Map.of()))
                .hasMessageContaining("KUBERNETES_SERVICE_HOST");
    }

    @Test
    void certificatesMayStandInTheFileOrBesideIt() throws Exception {
        String data = Base64.getEncoder().encodeToString("PEM".getBytes(StandardCharsets.US_ASCII));
        KubeAccess access = access(
                "{server: 'https://k:6443/k8s/', certificate-authority: pki/ca.crt, tls-server-name: api}",
                "{client-certificate-data: " + data + ", client-key: /abs/key.pem}");
        assertThat(access.server()).hasToString("https://k:6443/k8s/");
        assertThat(access.namespace()).isEqualTo("team");
        assertThat(access.tls())
                .isEqualTo(new Tls(
                        new PemSource.File(folder.resolve("pki/ca.crt")),
                        false,
                        "api",
                        new PemSource.Text("PEM"),
                        new PemSource.File(Path.of("/abs/key.pem"))));
        assertThat(access.credentials()).isEqualTo(new Credentials.None());
        assertThat(access.origin()).contains("here", folder.resolve("config").toString());
        assertThat(access.toString()).doesNotContain("PEM");
    }

    @Test
    void everyKindOfCredentialIsKnown() throws Exception {
        String server = "{server: 'https://k'}";
        assertThat(access(server, "{token: secret}").credentials()).isEqualTo(new Credentials.Token("secret"));
        assertThat(access(server, "{token: secret}").toString()).doesNotContain("secret");
        assertThat(access(server, "{token: a, tokenFile: tok}").credentials())
                .isEqualTo(new Credentials.TokenFile(folder.resolve("tok")));
        assertThat(access(server, "{username: me, password: secret}").credentials())
                .isEqualTo(new Credentials.Basic("me", "secret"));
        assertThat(access(server, "{username: me, password: secret}").toString())
                .doesNotContain("secret");
        assertThat(KubeAccess.kubeconfig(config("config", server, "{}"), "other")
                        .credentials())
                .isEqualTo(new Credentials.None());
    }

    @Test
    void anExecPluginIsDescribed() throws Exception {
        KubeAccess access = access("{server: 'https://k', certificate-authority-data: UEVN}", """
                {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, b],
                    env: [{name: A, value: B}], provideClusterInfo: true, installHint: 'apt install x'}}""");
        Credentials.Exec exec = (Credentials.Exec) access.credentials();
        assertThat(exec.command()).containsExactly(folder.resolve("bin/login").toString(), "a", "b");
        assertThat(exec.environment()).containsExactly(Map.entry("A", "B"));
        assertThat(exec.installHint()).isEqualTo("apt install x");
        JsonNode cluster = Json.MAPPER.readTree(String.valueOf(exec.clusterInfo()));
        assertThat(cluster.path("server").asText()).isEqualTo("https://k");
        assertThat(cluster.path("certificate-authority-data").asText()).isEqualTo("UEVN");
    }

    @Test
    void aProxyIsUsedWhenItCanBe() throws Exception {
        assertThat(access("{server: 'https://k', proxy-url: 'http://proxy:3128'}", "{}")
                        .proxy())
                .isEqualTo(InetSocketAddress.createUnresolved("proxy", 3128));
        assertRefused("{server: 'https://k', proxy-url: 'socks5://proxy:1'}", "{}", "proxy-url");
        assertRefused("{server: 'https://k', proxy-url: 'http://u:secret@proxy:1'}", "{}", "password");
    }

    @Test
    void theFirstOfSeveralFilesWins() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), """
                contexts:
                - name: mine
                  context: {cluster: c, user: u}
                users:
                - name: u
                  user: {token: of-first}
                """);
        Path second = config("second", "{server: 'https://second'}", "{token: of-second}");
        Path missing = folder.resolve("missing");
        KubeAccess mine = KubeAccess.kubeconfig(List.of(missing, first, second), "mine");
        assertThat(mine.server()).hasToString("https://second");
        assertThat(mine.credentials()).isEqualTo(new Credentials.Token("of-first"));
        assertThat(KubeAccess.kubeconfig(List.of(missing, first, second), null).namespace())
                .isEqualTo("team");
    }

    @Test
    void theFilesAreThoseOfKubectl() {
        assertThat(KubeAccess.kubeconfigFiles(Map.of("HOME", "/home/me")))
                .containsExactly(Path.of("/home/me/.kube/config"));
        assertThat(KubeAccess.kubeconfigFiles(Map.of("HOME", "/home/me", "KUBECONFIG", "/a::b")))
                .containsExactly(Path.of("/a"), Path.of("b"));
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertRefused("{}", "{}", "cluster \"c\"", "no server");
        assertRefused("{server: 'ftp://k'}", "{}", "ftp://k");
        assertRefused("{server: 'https://k', certificate-authority-data: '%%%'}", "{}", "not base64");
        assertRefused("{server: 'https://k', insecure-skip-tls-verify: true, certificate-authority: a}", "{}", "both");
        assertRefused("{server: 'https://k'}", "{client-certificate: a}", "user \"u\"", "no client-key");
        assertRefused("{server: 'https://k'}", "{auth-provider: {name: gcp}}", "exec plugin");
        assertRefused("{server: 'https://k'}", "{as: admin}", "impersonates");
        assertRefused(
                "{server: 'https://k'}",
                "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}",
                "v1beta1");
        assertRefused(
                "{server: 'https://k'}", "{exec: {apiVersion: client.authentication.k8s.io/v1}}", "without a command");
        assertRefused(
                "{server: 'https://k'}",
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}}",
                "terminal");
        Path file = config("config", "{server: 'https://k'}", "{}");
        assertThatThrownBy(() -> KubeAccess.kubeconfig(file, "nope"))
                .hasMessageContaining("no context \"nope\"")
                .hasMessageContaining("here, other");
        assertThatThrownBy(() -> KubeAccess.kubeconfig(folder.resolve("missing"), null))
                .hasMessageContaining(folder.resolve("missing").toString())
                .hasMessageContaining("KUBECONFIG");
        Path empty = Files.writeString(folder.resolve("empty"), "");
        assertThatThrownBy(() -> KubeAccess.kubeconfig(empty, null)).hasMessageContaining("no current-context");
        Path broken = Files.writeString(folder.resolve("broken"), "a: [");
        assertThatThrownBy(() -> KubeAccess.kubeconfig(broken, null)).hasMessageContaining("broken is not YAML");
        Path text = Files.writeString(folder.resolve("text"), "hello");
        assertThatThrownBy(() -> KubeAccess.kubeconfig(text, null)).hasMessageContaining("not a kubeconfig");
    }
}
