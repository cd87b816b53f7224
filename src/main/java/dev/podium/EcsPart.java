package dev.podium;

import dev.podium.aws.Scope;
import dev.podium.aws.Service;
import dev.podium.ecs.EcsApi;
import dev.podium.ecs.EcsSettings;
import dev.podium.ecs.LoadBalancing;
import dev.podium.ecs.NodeNames;
import dev.podium.ecs.Surroundings;
import dev.podium.ecs.TaskLogs;
import dev.podium.ecs.TaskUsage;
import dev.podium.kube.KubeException;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.logs.LogEvent;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogTarget;
import dev.podium.pods.PodException;
import java.io.IOException;
import java.util.List;

/// ECS.
final class EcsPart implements ServicePart {
    private static final String EMBEDDED_NODE = "podium";

    private final EcsApi api;

    EcsPart(Foundation on, LogGroups logs, LoadBalancing balancing) {
        api = on.parts()
                .add(new EcsApi(new Surroundings(
                        on.store(),
                        on.pods(),
                        on.reaper(),
                        on.port(),
                        balancing,
                        taskLogs(logs),
                        UpstreamSecrets.of(on),
                        nodes(on.cluster()),
                        usage(on.cluster()),
                        settings(on),
                        on.clock())));
    }

    private static EcsSettings settings(Foundation on) {
        Cluster cluster = on.cluster();
        return new EcsSettings(
                cluster.selfIp(),
                cluster.selfPort(),
                Wiring.ecrImages(on.config()),
                cluster.embedded(),
                Wiring.initImage(on.config().pods()),
                Wiring.roles(on.config(), on.server(), on.clock()));
    }

    private static TaskLogs taskLogs(LogGroups logs) {
        return new TaskLogs() {
            @Override
            public boolean exists(Scope scope, String group) {
                return logs.exists(scope, group);
            }

            @Override
            public void write(Scope scope, String group, String stream, List<Line> lines) {
                logs.write(
                        new LogTarget(scope, group, stream),
                        lines.stream()
                                .map(line -> new LogEvent(line.millis(), line.text()))
                                .toList());
            }
        };
    }

    private static TaskUsage usage(Cluster cluster) {
        EmbeddedCluster own = cluster.own();
        return own == null
                ? TaskUsage.UNKNOWN
                : (pod, container) -> own.usage(pod, container)
                        .map(u -> new TaskUsage.Usage(
                                u.cpuNanos(), u.machineNanos(), u.memoryBytes(), u.peakBytes(), u.processes()));
    }

    private static NodeNames nodes(Cluster cluster) {
        return () -> {
            if (cluster.embedded()) {
                return List.of(EMBEDDED_NODE);
            }
            try {
                return cluster.client().nodeNames();
            } catch (KubeException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    @Override
    public Service service() {
        return Service.lazy("ecs", api::service);
    }

    @Override
    public void start() {
        api.start();
    }

    @Override
    public void adopt() throws PodException, InterruptedException {
        api.adopt();
    }

    @Override
    public void settle() {
        api.settle();
    }

    @Override
    public void clear() {
        api.clear();
    }
}
