package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Service account tokens from outside the cluster, with just enough rights and with too few.
final class PermissionsIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    @TempDir
    Path folder;

    @Test
    void rightsOfTheManifestsAreEnough() throws Exception {
        Path kubeconfig = account("enough", "create, get, list, watch, delete");
        try (PodiumProcess server = PodiumProcess.start(CLUSTER, Map.of("KUBECONFIG", kubeconfig.toString()));
                LambdaCalls lambda = new LambdaCalls(server.endpoint())) {
            lambda.createPython("allowed", b -> {});
            assertThat(lambda.invoke("allowed", "{}").error()).isNull();
        }
    }

    @Test
    void withoutWatchThePodsArePolled() throws Exception {
        Path kubeconfig = account("nowatch", "create, get, list, delete");
        try (PodiumProcess server = PodiumProcess.start(CLUSTER, Map.of("KUBECONFIG", kubeconfig.toString()));
                LambdaCalls lambda = new LambdaCalls(server.endpoint())) {
            assertThat(server.log()).contains("the permission \"pods watch\" is missing: pods are polled instead");
            lambda.createPython("polled", b -> {});
            assertThat(lambda.invoke("polled", "{}").error()).isNull();
            assertThat(lambda.invoke("polled", "{\"exitCode\": 1}").text("errorType"))
                    .isEqualTo("Runtime.ExitError");
        }
    }

    @Test
    void missingRightIsNamedAtStart() throws Exception {
        Path kubeconfig = account("toofew", "create, get, list, watch");
        try (PodiumProcess server = PodiumProcess.startUnready(CLUSTER, Map.of("KUBECONFIG", kubeconfig.toString()))) {
            Eventually.within(Duration.ofMinutes(2), () -> server.log().contains("pods delete"));
        }
    }

    /// A service account with these verbs on pods, and a kubeconfig with its token.
    private Path account(String name, String verbs) throws Exception {
        CLUSTER.apply(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: NAME}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: NAME}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [VERBS]}
                - {apiGroups: [""], resources: [pods/log], verbs: [get]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: NAME}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME}
                subjects: [{kind: ServiceAccount, name: NAME}]
                """
                        .replace("NAME", name)
                        .replace("VERBS", verbs));
        String token = CLUSTER.kubectl("create", "token", name).strip();
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, CLUSTER.kubectl("config", "view", "--raw", "--flatten", "--minify"));
        String here = "--kubeconfig=" + file;
        CLUSTER.kubectl(here, "config", "set-credentials", name, "--token=" + token);
        CLUSTER.kubectl(here, "config", "set-context", "--current", "--user=" + name);
        return file;
    }
}
