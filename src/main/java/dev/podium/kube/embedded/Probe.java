package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A question that the kubelet asks a container again and again: a command that must exit with 0.
///
/// @param failures so many in a row count as a failure
/// @param successes so many in a row count as a success
///
/// @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/probes/">Probes</a>
record Probe(
        Kind kind,
        List<String> command,
        Duration delay,
        Duration period,
        Duration timeout,
        int failures,
        int successes) {
    /// What the answer is for.
    enum Kind {
        STARTUP("startupProbe"),
        READINESS("readinessProbe"),
        LIVENESS("livenessProbe");

        private final String member;

        Kind(String member) {
            this.member = member;
        }

        /// The container's member that describes it.
        String member() {
            return member;
        }
    }

    /// The probes of a container.
    static List<Probe> read(JsonNode container) {
        List<Probe> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            JsonNode probe = container.path(kind.member());
            if (probe.isObject()) {
                all.add(new Probe(
                        kind,
                        ContainerSpec.strings(probe.path("exec").path("command")),
                        seconds(probe, "initialDelaySeconds", 0),
                        seconds(probe, "periodSeconds", 10),
                        seconds(probe, "timeoutSeconds", 1),
                        Math.max(1, probe.path("failureThreshold").asInt(3)),
                        Math.max(1, probe.path("successThreshold").asInt(1))));
            }
        }
        return List.copyOf(all);
    }

    private static Duration seconds(JsonNode probe, String member, int usual) {
        return Duration.ofSeconds(probe.path(member).asInt(usual));
    }
}
