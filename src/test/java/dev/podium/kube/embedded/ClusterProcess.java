package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/// A program with an embedded cluster that runs one pod and waits to be killed. The pod's processes, one of
/// which has
/// left its session, write their pids to a file.
@NullMarked
final class ClusterProcess {
    private ClusterProcess() {}

    /// @param args the cluster's folder and the file for the pids
    public static void main(String[] args) throws Exception {
        EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedSettings.defaults(Path.of(args[0])));
        KubeClient client = KubeClient.connect(cluster.access(), KubeClientSettings.defaults());
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata").put("name", "survivor");
        ObjectNode container = pod.putObject("spec").putArray("containers").addObject();
        container.put("name", "main").put("image", "busybox:1");
        String script = "trap '' TERM; echo $$ >> FILE; sleep 300 & echo $! >> FILE;"
                + " setsid sh -c 'sleep 300 & echo $! >> FILE' & wait";
        ArrayNode command = container.putArray("command").add("/bin/sh").add("-c");
        command.add(script.replace("$$", "$$$$").replace("FILE", args[1]));
        client.createPod(pod);
        Thread.sleep(300_000);
        System.exit(0);
    }
}
