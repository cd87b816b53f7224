package dev.podium.pods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeException;

/// NetworkPolicies for pods of this Podium instance: each is about the pods that have a label.
///
/// @see <a href="https://kubernetes.io/docs/concepts/services-networking/network-policies/">Network policies</a>
public final class NetworkPolicies {
    private final KubeClient client;
    private final PodSettings settings;

    /// Policies in the namespace of the client.
    NetworkPolicies(KubeClient client, PodSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /// Selects this instance's pods that have a label with the value `true`.
    public ObjectNode pods(String label) {
        ObjectNode selector = Json.object();
        selector.putObject("matchLabels")
                .put(Labels.INSTANCE, settings.instance())
                .put(label, "true");
        return selector;
    }

    /// Creates or replaces a policy.
    ///
    /// @param name  what it is about, a legal name
    /// @param spec  without a `podSelector`
    /// @param label of the pods that it is about
    public void put(String name, String label, ObjectNode spec) throws PodException, InterruptedException {
        ObjectNode policy =
                Json.object().put("apiVersion", "networking.k8s.io/v1").put("kind", "NetworkPolicy");
        ObjectNode metadata = policy.putObject("metadata").put("name", full(name));
        metadata.putObject("labels").put(Labels.MANAGED_BY, "podium").put(Labels.INSTANCE, settings.instance());
        ObjectNode owner = settings.owner().get();
        if (owner != null) {
            metadata.putArray("ownerReferences").add(owner);
        }
        ObjectNode whole = spec.deepCopy();
        whole.set("podSelector", pods(label));
        policy.set("spec", whole);
        try {
            client.putNetworkPolicy(policy);
        } catch (KubeException e) {
            throw Pods.failure("write the network policy " + name, name, e);
        }
    }

    /// Deletes a policy; one that is gone already is no error.
    public void delete(String name) throws PodException, InterruptedException {
        try {
            client.deleteNetworkPolicy(full(name));
        } catch (KubeException e) {
            throw Pods.failure("delete the network policy " + name, name, e);
        }
    }

    private String full(String name) {
        return "podium-" + settings.instance() + "-" + name;
    }
}
