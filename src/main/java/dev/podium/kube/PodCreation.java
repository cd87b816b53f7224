package dev.podium.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/// Creates a pod exactly once, whatever becomes of single attempts.
record PodCreation(ApiCalls calls, KubeClient client, KubeClientSettings settings) {
    /// See [KubeClient#createPod(ObjectNode, Duration)].
    ObjectNode create(ObjectNode pod, Duration retryFor) throws KubeException, InterruptedException {
        String name = pod.path("metadata").path("name").asText("");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a pod needs a metadata.name");
        }
        ApiCall call = client.call("create", "pods", "POST", client.podsPath(), pod, "create pod \"" + name + "\"");
        long deadline = System.nanoTime() + retryFor.toNanos();
        Backoff backoff = new Backoff(settings.backoffInitial(), settings.backoffMax());
        while (true) {
            KubeException conflict;
            try {
                return KubeClient.slim(calls.call(call, left(deadline)));
            } catch (KubeException e) {
                if (e.status() != 409) {
                    throw e;
                }
                conflict = e;
            }
            // a quota's counter that changed meanwhile is a conflict, too, but one without a pod of that name
            Optional<ObjectNode> existing = client.pod(name, left(deadline));
            if (existing.isPresent()) {
                if (isOurs(pod, existing.get())) {
                    return existing.get();
                }
                throw conflict.reason().equals("AlreadyExists") ? conflict : taken(conflict);
            }
            Duration pause = backoff.next();
            if (pause.compareTo(left(deadline)) > 0) {
                throw conflict;
            }
            Thread.sleep(pause);
        }
    }

    private static KubeException taken(KubeException conflict) {
        return new KubeException(409, "AlreadyExists", conflict.getMessage(), conflict);
    }

    private static boolean isOurs(ObjectNode wanted, ObjectNode existing) {
        String id = id(wanted);
        return !id.isEmpty() && id.equals(id(existing));
    }

    private static String id(ObjectNode pod) {
        return pod.path("metadata")
                .path("annotations")
                .path(KubeClient.CREATE_ID)
                .asText("");
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }
}
