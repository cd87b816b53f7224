package dev.podium.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.kube.KubeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The floor of a cold start: bare pods that run the runtime image's own entry point, with a handler of the
/// standard library; the first call of its runtime client is the pod's first use of the network.
///
/// The pods have the resources and the security context of a function's pod, and nothing else: no code to fetch.
/// As any pod has by default, they mount the token of their service account: a pod with a volume, which a function
/// can't do without, starts 300 ms later than one without, since that is how often the kubelet looks whether
/// volumes
/// are mounted.
public final class PodFloor {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private PodFloor() {}

    /// Creates pods at once and waits until each has connected, then deletes them and waits until they are gone.
    ///
    /// KUBECONFIG names the cluster, PODIUM_BENCH_NAMESPACE the namespace (`podium-bench`), PODIUM_IT_HOST
    /// this machine's address as pods see it.
    ///
    /// @param image a Python runtime image
    /// @return milliseconds from the first creation until the last connection
    public static double millis(String image, int pods) throws Exception {
        return millis(image, pods, true);
    }

    /// The same of pods with or without a volume.
    static double millis(String image, int pods, boolean volume) throws Exception {
        String host = System.getenv().getOrDefault("PODIUM_IT_HOST", "10.88.0.1");
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults());
                ServerSocket listener = new ServerSocket();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            listener.bind(new InetSocketAddress(InetAddress.getByName(host), 0), pods + 16);
            listener.setSoTimeout((int) PATIENCE.toMillis());
            client.pods("podium.dev/floor=none"); // opens the connection and loads the classes: not part of the figure
            List<Future<String>> created = new ArrayList<>();
            List<Socket> calls = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < pods; i++) {
                ObjectNode pod = pod(image, volume, host, listener.getLocalPort());
                created.add(threads.submit(() ->
                        client.createPod(pod).path("metadata").path("name").asText()));
            }
            try {
                for (int i = 0; i < pods; i++) {
                    calls.add(listener.accept());
                }
                return (System.nanoTime() - start) / 1e6;
            } finally {
                for (Socket call : calls) {
                    call.close();
                }
                for (Future<String> name : created) {
                    remove(client, name.get());
                }
            }
        }
    }

    /// Creates pods at once that only sleep, waits until Kubernetes says that all of them run, then deletes them.
    static double runningMillis(String image, int pods) throws Exception {
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.pods("podium.dev/floor=none");
            List<Future<String>> created = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < pods; i++) {
                ObjectNode pod = pod(image, false, "", 0);
                ObjectNode container = (ObjectNode) pod.path("spec").path("containers").path(0);
                container.putArray("command").add("sleep");
                container.putArray("args").add("3600");
                created.add(threads.submit(() ->
                        client.createPod(pod).path("metadata").path("name").asText()));
            }
            while (client.pods("podium.dev/floor=bare").pods().stream()
                            .filter(pod -> pod.path("status").path("phase").asText().equals("Running"))
                            .count()
                    < pods) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IllegalStateException("the bare pods do not run");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            double millis = (System.nanoTime() - start) / 1e6;
            for (Future<String> name : created) {
                remove(client, name.get());
            }
            return millis;
        }
    }

    /// Waits until the namespace holds no pod.
    static void awaitNone() throws Exception {
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults())) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!client.pods("").pods().isEmpty()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("there are still pods in the namespace of the bench");
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
            TimeUnit.SECONDS.sleep(2); // the node's own cleaning up
        }
    }

    /// Waits until the namespace holds so many pods of Podium's pool, spare or assigned, and all of them run.
    static void awaitSpare(int count) throws Exception {
        awaitRunning("podium.dev/pool", count);
        TimeUnit.SECONDS.sleep(2); // the node's own cleaning up
    }

    /// Waits until the namespace holds so many pods, all of them with a label, and all of them run.
    static void awaitRunning(String label, int count) throws Exception {
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults())) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                List<ObjectNode> all = List.copyOf(client.pods("").pods());
                boolean running = all.stream()
                        .allMatch(pod -> pod.path("metadata").path("labels").has(label)
                                && !pod.path("metadata").has("deletionTimestamp")
                                && pod.path("status")
                                        .path("containerStatuses")
                                        .path(0)
                                        .path("state")
                                        .has("running"));
                if (running && all.size() == count) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("there are " + all.size() + " pods and not " + count + " of " + label);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /// All pods of the namespace.
    static List<ObjectNode> pods() throws Exception {
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults())) {
            return List.copyOf(client.pods("").pods());
        }
    }

    /// Deletes the pods that a server has left for its next start.
    static void deleteSpare() throws Exception {
        try (KubeClient client = KubeClient.connect(access(), KubeClientSettings.defaults())) {
            for (ObjectNode pod : client.pods("podium.dev/pool").pods()) {
                remove(client, pod.path("metadata").path("name").asText());
            }
        }
        awaitNone();
    }

    private static KubeAccess access() throws KubeException {
        return KubeAccess.kubeconfig(KubeAccess.kubeconfigFiles(System.getenv()), null)
                .withNamespace(namespace());
    }

    static String namespace() {
        return System.getenv().getOrDefault("PODIUM_BENCH_NAMESPACE", "podium-bench");
    }

    private static void remove(KubeClient client, String name) throws KubeException, InterruptedException {
        // Not at once: the object would go before the kubelet has taken the containers away, in the next one's time.
        client.deletePod(name, null, Duration.ofSeconds(1));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (client.pod(name).isPresent() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static ObjectNode pod(String image, boolean volume, String host, int port) throws IOException {
        String manifest =
                """
                {"apiVersion": "v1", "kind": "Pod",
                 "metadata": {"name": "floor-%s", "labels": {"podium.dev/floor": "bare"}},
                 "spec": {
                  "restartPolicy": "Never", "automountServiceAccountToken": %s, "enableServiceLinks": false,
                  "terminationGracePeriodSeconds": 0,
                  "securityContext": {"runAsNonRoot": true, "runAsUser": 993, "runAsGroup": 990,
                                      "seccompProfile": {"type": "RuntimeDefault"}},
                  "containers": [{
                    "name": "floor", "image": "%s", "imagePullPolicy": "IfNotPresent",
                    "args": ["json.dumps"], "env": [
                      {"name": "AWS_LAMBDA_RUNTIME_API", "value": "%s:%d"},
                      {"name": "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "value": "128"}],
                    "resources": {"requests": {"cpu": "72m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
                    "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}}
                """
                        .formatted(UUID.randomUUID(), volume, image, host, port);
        return (ObjectNode) Json.MAPPER.readTree(manifest);
    }

    /// Prints the floor for an image. Arguments: image, number of pods, rounds.
    public static void main(String[] args) throws Exception {
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        for (int i = 0; i < rounds; i++) {
            System.out.printf("%d bare pods of %s: %.0f ms%n", pods, args[0], millis(args[0], pods));
        }
    }
}
