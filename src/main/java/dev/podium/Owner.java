package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The controller of this server's own pod, which owns the pods that it makes: uninstalling collects them as well.
///
/// Read when the first pod is made, and again until an answer comes: the API server may be away at start.
final class Owner implements Supplier<@Nullable ObjectNode> {
    private static final Logger LOG = System.getLogger("podium");

    private final KubeClient client;
    private final @Nullable String podName;
    private volatile boolean known;
    private volatile @Nullable ObjectNode owner;

    /// Knows nothing yet.
    ///
    /// @param podName the server's own pod, or null when nothing has told
    Owner(KubeClient client, @Nullable String podName) {
        this.client = client;
        this.podName = podName;
    }

    /// @return an ownerReference, or null when the pod has no controller or can't be read
    @Override
    public @Nullable ObjectNode get() {
        if (!known) {
            ask();
        }
        ObjectNode answer = owner;
        return answer == null ? null : answer.deepCopy();
    }

    private void ask() {
        String name = podName;
        if (name == null) {
            LOG.log(Level.WARNING, "own pod unknown, function pods get no owner: set PODIUM_POD_NAME");
            known = true;
            return;
        }
        try {
            owner = client.pod(name).map(Owner::controller).orElse(null);
            known = true;
        } catch (KubeException e) {
            LOG.log(Level.WARNING, "own pod not read, function pods get no owner why={0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable ObjectNode controller(ObjectNode pod) {
        for (JsonNode reference : pod.path("metadata").path("ownerReferences")) {
            if (reference.path("controller").asBoolean()) {
                ObjectNode owner = Json.object();
                for (String member : List.of("apiVersion", "kind", "name", "uid")) {
                    owner.set(member, reference.path(member));
                }
                return owner;
            }
        }
        return null;
    }
}
