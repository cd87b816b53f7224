package dev.podium.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Calls the Kubernetes API for the pods of one namespace. Safe for use by many threads.
///
/// Every call retries what may pass — no answer, 429, server errors — with back-off until
/// [KubeClientSettings#retryFor()] is over, and can be interrupted.
///
/// @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod API</a>
public final class KubeClient implements AutoCloseable {
    /// Annotation by which the creator of a pod knows it again: a random value, set by the caller of
    /// [#createPod(ObjectNode)].
    public static final String CREATE_ID = "podium.dev/create-id";

    private final KubeAccess access;
    private final KubeClientSettings settings;
    private final ApiCalls calls;

    private KubeClient(KubeAccess access, KubeClientSettings settings) {
        this.access = access;
        this.settings = settings;
        this.calls = new ApiCalls(access, settings);
    }

    /// Makes a client. Connects, reads certificates and runs credential plugins at the first call only.
    public static KubeClient connect(KubeAccess access, KubeClientSettings settings) {
        return new KubeClient(access, settings);
    }

    public KubeAccess access() {
        return access;
    }

    public KubeClientSettings settings() {
        return settings;
    }

    /// Creates a pod, as [#createPod(ObjectNode, Duration)] with the settings' time for retries.
    public ObjectNode createPod(ObjectNode pod) throws KubeException, InterruptedException {
        return createPod(pod, settings.retryFor());
    }

    /// Creates a pod in our namespace.
    ///
    /// A retry may find the pod that an attempt without an answer has made: it is known by the annotation
    /// [#CREATE_ID]. So a name is taken (`AlreadyExists`) only when somebody else's pod, or one without that
    /// annotation, has it. When a transient failure is thrown, the pod may exist all the same.
    ///
    /// @param pod manifest with a `metadata.name`
    /// @param retryFor how long to wait for an API server that is away or busy
    /// @return the pod as stored
    public ObjectNode createPod(ObjectNode pod, Duration retryFor) throws KubeException, InterruptedException {
        return new PodCreation(calls, this, settings).create(pod, retryFor);
    }

    /// One pod, if it exists.
    public Optional<ObjectNode> pod(String name) throws KubeException, InterruptedException {
        return pod(name, settings.retryFor());
    }

    /// One pod, with another time for retries.
    Optional<ObjectNode> pod(String name, Duration retryFor) throws KubeException, InterruptedException {
        try {
            return Optional.of(slim(calls.call(
                    call("get", "pods", "GET", podPath(name), null, "read pod \"" + name + "\""), retryFor)));
        } catch (KubeException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// All pods with these labels, in as many pages as it takes.
    ///
    /// @param labelSelector such as `app.kubernetes.io/managed-by=podium`; empty for all
    public PodList pods(String labelSelector) throws KubeException, InterruptedException {
        return pods(labelSelector, settings.retryFor());
    }

    /// All pods with these labels, with another time for the retries of each page.
    PodList pods(String labelSelector, Duration retryFor) throws KubeException, InterruptedException {
        return new PodPages(calls, this, labelSelector).read(settings.pageSize(), retryFor);
    }

    /// Deletes a pod. A pod that is gone, or replaced by one of the same name, counts as deleted.
    ///
    /// @param uid deletes this very pod only, or any of that name when null
    /// @param grace for its processes to end, in whole seconds, rounded up; zero kills at once
    public void deletePod(String name, @Nullable String uid, Duration grace)
            throws KubeException, InterruptedException {
        ObjectNode options = Json.object().put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.put("gracePeriodSeconds", grace.plusNanos(999_999_999).toSeconds());
        options.put("propagationPolicy", "Background");
        if (uid != null) {
            options.putObject("preconditions").put("uid", uid);
        }
        try {
            calls.call(
                    call("delete", "pods", "DELETE", podPath(name), options, "delete pod \"" + name + "\""),
                    settings.retryFor());
        } catch (KubeException e) {
            boolean replaced = uid != null && e.status() == 409;
            if (e.status() != 404 && !replaced) {
                throw e;
            }
        }
    }

    /// Opens a pod's log. The stream may be closed by any thread; a follower waits in it without limit.
    ///
    /// @throws KubeException with status 400 while the container has not started, 404 when the pod is gone
    public InputStream podLog(String name, PodLogOptions options) throws KubeException, InterruptedException {
        StringBuilder query = new StringBuilder("?follow=").append(options.follow());
        if (options.container() != null) {
            query.append("&container=").append(ApiCall.encoded(options.container()));
        }
        if (options.sinceTime() != null) {
            query.append("&sinceTime=")
                    .append(ApiCall.encoded(options.sinceTime().toString()));
        }
        if (options.tailLines() != null) {
            query.append("&tailLines=").append(options.tailLines());
        }
        if (options.timestamps()) {
            query.append("&timestamps=true");
        }
        String target = podPath(name) + "/log" + query;
        return calls.stream(
                call("get", "pods/log", "GET", target, null, "read the log of pod \"" + name + "\""),
                settings.retryFor(),
                options.follow() ? null : settings.requestTimeout());
    }

    /// Creates or replaces a NetworkPolicy in our namespace.
    ///
    /// @param policy manifest with a `metadata.name`
    public void putNetworkPolicy(ObjectNode policy) throws KubeException, InterruptedException {
        String name = policy.path("metadata").path("name").asText();
        String what = "network policy \"" + name + "\"";
        try {
            calls.call(
                    call("create", "networkpolicies", "POST", policiesPath(), policy, "create " + what),
                    settings.retryFor());
        } catch (KubeException e) {
            if (e.status() != 409) {
                throw e;
            }
            String target = policiesPath() + "/" + ApiCall.encoded(name);
            calls.call(call("update", "networkpolicies", "PUT", target, policy, "update " + what), settings.retryFor());
        }
    }

    /// Deletes a NetworkPolicy; one that is gone already is no error.
    public void deleteNetworkPolicy(String name) throws KubeException, InterruptedException {
        String target = policiesPath() + "/" + ApiCall.encoded(name);
        try {
            calls.call(
                    call("delete", "networkpolicies", "DELETE", target, null, "delete network policy \"" + name + "\""),
                    settings.retryFor());
        } catch (KubeException e) {
            if (e.status() != 404) {
                throw e;
            }
        }
    }

    private String policiesPath() {
        return "/apis/networking.k8s.io/v1/namespaces/" + ApiCall.encoded(access.namespace()) + "/networkpolicies";
    }

    /// Asks the server which of the permissions that Podium needs it lacks in our namespace, each as `pods
    /// delete`.
    ///
    /// [Permissions#rules(List)] makes of them what to paste into a Role.
    ///
    /// @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/">Authorization</a>
    public List<String> missingPermissions() throws KubeException, InterruptedException {
        return Permissions.missing(calls, this);
    }

    /// Names of the cluster's nodes. Listing nodes is more than Podium's own role allows.
    public List<String> nodeNames() throws KubeException, InterruptedException {
        JsonNode nodes = calls.call(
                new ApiCall("list", "nodes", "GET", "/api/v1/nodes?limit=500", null, "list nodes"), Duration.ZERO);
        List<String> names = new ArrayList<>();
        nodes.path("items")
                .forEach(node -> names.add(node.path("metadata").path("name").asText()));
        return names;
    }

    /// Internal addresses of the cluster's nodes. Listing nodes is more than Podium's own role allows: only
    /// for callers that can do without.
    public List<String> nodeAddresses() throws KubeException, InterruptedException {
        JsonNode nodes = calls.call(
                new ApiCall("list", "nodes", "GET", "/api/v1/nodes?limit=5", null, "list nodes"), Duration.ZERO);
        List<String> addresses = new ArrayList<>();
        for (JsonNode node : nodes.path("items")) {
            for (JsonNode address : node.path("status").path("addresses")) {
                if (address.path("type").asText().equals("InternalIP")) {
                    addresses.add(address.path("address").asText());
                }
            }
        }
        return addresses;
    }

    /// Opens a stream of changes, in a single attempt.
    ///
    /// @param streamTime after which the server ends it
    BodyStream watch(String labelSelector, String resourceVersion, Duration streamTime, Duration silence)
            throws KubeException, InterruptedException {
        String target = podsPath() + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                + Math.max(1, streamTime.toSeconds()) + "&resourceVersion=" + ApiCall.encoded(resourceVersion)
                + "&labelSelector=" + ApiCall.encoded(labelSelector);
        return calls.stream(call("watch", "pods", "GET", target, null, "watch pods"), Duration.ZERO, silence);
    }

    /// Path of the pods of our namespace.
    String podsPath() {
        return "/api/v1/namespaces/" + ApiCall.encoded(access.namespace()) + "/pods";
    }

    private String podPath(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the pod's name is empty");
        }
        return podsPath() + "/" + ApiCall.encoded(name);
    }

    /// A call concerning our namespace.
    ApiCall call(String verb, String resource, String method, String target, @Nullable JsonNode body, String what) {
        try {
            byte[] bytes = body == null ? null : Json.MAPPER.writeValueAsBytes(body);
            String where = what + " in namespace \"" + access.namespace() + "\"";
            return new ApiCall(verb, resource, method, target, bytes, where);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON", e);
        }
    }

    /// Drops what nobody reads: the record of who set which field is often half of a pod.
    static ObjectNode slim(ObjectNode pod) {
        if (pod.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return pod;
    }

    /// Cuts all connections; calls under way fail.
    @Override
    public void close() {
        calls.close();
    }
}
