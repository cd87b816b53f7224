package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.FreePort;
import dev.podium.Eventually;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Podium inside the cluster: the image of `make image`, with `manifests/` and the overlay of `src/it/manifests`.
public final class PodiumDeployment implements AutoCloseable {
    private final ItCluster cluster;
    private final Path folder;
    private final Path state;
    private @Nullable Process forward;
    private URI endpoint = URI.create("http://127.0.0.1:0");

    private PodiumDeployment(ItCluster cluster) throws IOException {
        this.cluster = cluster;
        this.folder = Files.createDirectories(Path.of("target", "it", cluster.namespace()));
        this.state = Files.createTempDirectory("podium-it-state");
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /// Applies the manifests and waits until the server is ready.
    public static PodiumDeployment start(ItCluster cluster) throws Exception {
        PodiumDeployment server = new PodiumDeployment(cluster);
        server.writeOverlay();
        cluster.kubectl("apply", "-k", server.folder.toString());
        server.awaitReady();
        server.endpoint = server.reach();
        return server;
    }

    private void writeOverlay() throws IOException {
        for (String file : List.of("kustomization.yaml", "volume.yaml", "claim.yaml", "deployment.yaml")) {
            String text = Files.readString(Path.of("src/it/manifests", file))
                    .replace("@NAMESPACE@", cluster.namespace())
                    .replace("@STATE@", state.toString())
                    .replace("@IMAGES@", ItCluster.IMAGE_MAPPING.replaceAll("\\s+", " "))
                    .replace("@INIT_IMAGE@", ItCluster.INIT_IMAGE);
            if (!cluster.isBare()) {
                text = text.lines().filter(line -> !line.endsWith("# bare")).reduce("", (a, b) -> a + b + "\n");
            }
            Files.writeString(folder.resolve(file), text);
        }
    }

    /// Waits until the deployment is available; says what its pod says when it never is.
    public void awaitReady() {
        Command.Result result = cluster.tryKubectl("rollout", "status", "deployment/podium", "--timeout=300s");
        if (result.status() != 0) {
            throw new AssertionError(result.err()
                    + cluster.tryKubectl("describe", "pods", "-l", "app.kubernetes.io/name=podium").out()
                    + log());
        }
    }

    /// Where it answers. That a pod is ready is told to kube-proxy, which may take a second or two to lead there.
    private URI reach() throws Exception {
        URI found = cluster.isBare() ? service() : forward();
        Eventually.within(Duration.ofMinutes(2), () -> answers(found));
        return found;
    }

    private static boolean answers(URI endpoint) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) endpoint.resolve("/healthz").toURL().openConnection();
        connection.setConnectTimeout(2000);
        connection.setReadTimeout(5000);
        return connection.getResponseCode() == 200;
    }

    /// By kube-proxy on this very machine.
    private URI service() throws IOException {
        String address = cluster.get("service", "podium").path("spec").path("clusterIP").asText();
        return URI.create("http://" + address + ":4566");
    }

    private URI forward() throws IOException {
        int port = FreePort.next();
        Process process = new ProcessBuilder(
                        "kubectl", "-n", cluster.namespace(), "port-forward", "service/podium", port + ":4566")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        forward = process;
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Where the AWS APIs are, seen from this machine.
    public URI endpoint() {
        return endpoint;
    }

    /// The server's own pod.
    public JsonNode pod() throws IOException {
        return cluster.get("pods", "-l", "app.kubernetes.io/name=podium").path("items").path(0);
    }

    private String uid() throws IOException {
        return pod().path("metadata").path("uid").asText();
    }

    /// What the server has logged.
    public String log() {
        return cluster.tryKubectl("logs", "deployment/podium", "--tail=1000").out();
    }

    /// Ends the server's pod as a lost node would, and waits for the next one.
    public void kill() throws Exception {
        String before = uid();
        cluster.kubectl("delete", "pods", "-l", "app.kubernetes.io/name=podium", "--grace-period=0", "--force");
        // Until the controller has seen that the pod is gone, the deployment is as available as before.
        Eventually.within(Duration.ofMinutes(2), () -> !uid().isEmpty() && !uid().equals(before));
        awaitReady();
        stopForward();
        endpoint = reach();
    }

    /// Takes everything that the manifests made away, but not the namespace.
    public void uninstall() {
        cluster.kubectl("delete", "deployment,service,role,rolebinding,networkpolicy", "-l", "app.kubernetes.io/name=podium");
        cluster.kubectl("delete", "deployment", "podium", "--ignore-not-found");
    }

    private void stopForward() {
        Process running = forward;
        if (running != null) {
            running.destroy();
            forward = null;
        }
    }

    @Override
    public void close() {
        stopForward();
        cluster.tryKubectl("delete", "-k", folder.toString(), "--ignore-not-found", "--wait=false");
    }
}
