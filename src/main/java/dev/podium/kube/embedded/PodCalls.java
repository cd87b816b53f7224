package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Form;
import dev.podium.codec.Json;
import dev.podium.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the calls on pods do.
final class PodCalls {
    private static final Duration WATCH_TIME = Duration.ofMinutes(45);

    private final PodTable table;
    private final Kubelet kubelet;
    private final EmbeddedSettings settings;
    private final Clock clock;

    PodCalls(PodTable table, Kubelet kubelet, EmbeddedSettings settings) {
        this.table = table;
        this.kubelet = kubelet;
        this.settings = settings;
        this.clock = settings.clock();
    }

    /// Stores a new pod and lets the kubelet run it.
    StoredPod create(ObjectNode pod) throws StatusException {
        if (!pod.path("kind").asText("Pod").equals("Pod")
                || !pod.path("apiVersion").asText("v1").equals("v1")) {
            throw StatusException.badRequest("the API version in the data ("
                    + pod.path("apiVersion").asText() + ", kind "
                    + pod.path("kind").asText()
                    + ") does not match the expected API version (v1, kind Pod)");
        }
        String given = pod.path("metadata").path("namespace").asText(settings.namespace());
        if (!given.equals(settings.namespace())) {
            throw StatusException.badRequest(
                    "the namespace of the provided object does not match the namespace sent " + "on the request");
        }
        PodDefaults.name(pod);
        PodValidation.check(pod);
        PodDefaults.complete(pod, settings.namespace(), clock.instant());
        StoredPod stored = table.create(pod);
        kubelet.accept(stored);
        return stored;
    }

    StoredPod get(String name) throws StatusException {
        return table.get(name).orElseThrow(() -> StatusException.notFound(name));
    }

    /// A list, or a page of it.
    ///
    /// @param here whether the namespace is ours; in others there are no pods
    byte[] list(Form query, boolean here) throws StatusException, IOException {
        Predicate<StoredPod> selected = selected(query);
        int limit = (int) Math.min(number(query, "limit", 0), Integer.MAX_VALUE);
        String after = after(query.first("continue"));
        PodTable.Snapshot snapshot = table.snapshot();
        List<StoredPod> all = snapshot.pods().stream()
                .filter(p -> here && p.name().compareTo(after) > 0)
                .filter(selected)
                .toList();
        boolean cut = limit > 0 && all.size() > limit;
        List<StoredPod> page = cut ? all.subList(0, limit) : all;
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(snapshot.version()));
        if (cut) {
            byte[] token = ("after:" + page.getLast().name()).getBytes(StandardCharsets.UTF_8);
            metadata.put("continue", Base64.getUrlEncoder().withoutPadding().encodeToString(token));
            metadata.put("remainingItemCount", all.size() - limit);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(200 + 4_000 * page.size());
        out.writeBytes(ascii("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":"));
        out.writeBytes(Json.MAPPER.writeValueAsBytes(metadata));
        out.writeBytes(ascii(",\"items\":["));
        int head = StoredPod.HEAD.length();
        for (int i = 0; i < page.size(); i++) {
            byte[] json = page.get(i).json();
            out.writeBytes(ascii(i == 0 ? "{" : ",{"));
            out.write(json, head, json.length - head);
        }
        out.writeBytes(ascii("]}"));
        return out.toByteArray();
    }

    /// A watch stream.
    ///
    /// @param cutAfter events after which it is cut, or -1
    Response watch(Form query, int cutAfter, boolean silent) throws StatusException {
        Predicate<StoredPod> selected = selected(query);
        long from = number(query, "resourceVersion", 0);
        List<StoredPod> initial = List.of();
        if (from == 0) {
            PodTable.Snapshot snapshot = table.snapshot();
            initial = snapshot.pods().stream().filter(selected).toList();
            from = snapshot.version();
        }
        long seconds = number(query, "timeoutSeconds", 0);
        WatchStream stream = new WatchStream(
                table,
                new WatchStream.Request(
                        selected,
                        initial,
                        from,
                        "true".equals(query.first("allowWatchBookmarks")),
                        settings.bookmarkInterval(),
                        seconds > 0 ? Duration.ofSeconds(seconds) : WATCH_TIME,
                        cutAfter,
                        silent));
        return Response.stream(200, "application/json", -1, stream);
    }

    /// Deletes a pod, gracefully or at once; answers its last state.
    byte[] delete(String name, Form query, @Nullable ObjectNode options) throws StatusException {
        StoredPod pod = get(name);
        JsonNode wanted = options == null ? Json.object() : options;
        String uid = wanted.path("preconditions").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(pod.uid())) {
            throw StatusException.conflict(
                    name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + pod.uid());
        }
        String version = wanted.path("preconditions").path("resourceVersion").asText("");
        if (!version.isEmpty() && !version.equals(Long.toString(pod.version()))) {
            throw StatusException.conflict(
                    name,
                    "Precondition failed: ResourceVersion in precondition: " + version
                            + ", ResourceVersion in object meta: " + pod.version());
        }
        ObjectNode tree = PodTable.parse(pod.json());
        long grace = grace(tree, query, wanted);
        if (pod.deleting()
                && grace
                        >= tree.path("metadata")
                                .path("deletionGracePeriodSeconds")
                                .asLong()) {
            return pod.json();
        }
        String at = PodStatus.time(clock.instant().plusSeconds(grace));
        Optional<StoredPod> marked = table.update(
                name,
                pod.uid(),
                p -> ((ObjectNode) p.path("metadata"))
                        .put("deletionTimestamp", at)
                        .put("deletionGracePeriodSeconds", grace));
        if (grace == 0) {
            table.remove(name, pod.uid());
        }
        kubelet.terminate(pod, Duration.ofSeconds(grace));
        return marked.orElse(pod).json();
    }

    private static long grace(ObjectNode pod, Form query, JsonNode options) throws StatusException {
        String phase = pod.path("status").path("phase").asText();
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        if (over || !pod.path("spec").has("nodeName")) {
            return 0;
        }
        if (query.has("gracePeriodSeconds")) {
            return number(query, "gracePeriodSeconds", 0);
        }
        long usual = pod.path("spec").path("terminationGracePeriodSeconds").asLong(30);
        long grace = options.path("gracePeriodSeconds").asLong(usual);
        if (grace < 0) {
            throw StatusException.badRequest("gracePeriodSeconds must not be negative: " + grace);
        }
        return grace;
    }

    /// The log of a container.
    Response log(String name, Form query) throws StatusException {
        StoredPod pod = get(name);
        ContainerRun container = container(pod, query);
        if (container.view().state() instanceof ContainerState.Waiting(String reason, String text)
                && container.view().last() == null) {
            boolean pulling = reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff");
            throw StatusException.badRequest("container \"" + container.spec().name() + "\" in pod \"" + name
                    + "\" is waiting to start: " + (pulling ? "trying and failing to pull image" : reason));
        }
        ContainerLog.Query wanted = new ContainerLog.Query(
                "true".equals(query.first("follow")),
                number(query, "tailLines", -1),
                since(query),
                "true".equals(query.first("timestamps")),
                number(query, "limitBytes", 0));
        return Response.stream(200, "text/plain", -1, out -> container.log().read(wanted, out));
    }

    private ContainerRun container(StoredPod pod, Form query) throws StatusException {
        JsonNode spec = PodTable.parse(pod.json()).path("spec");
        List<String> names = java.util.stream.StreamSupport.stream(
                        spec.path("containers").spliterator(), false)
                .map(c -> c.path("name").asText())
                .toList();
        String wanted = query.first("container");
        if (wanted == null || wanted.isEmpty()) {
            if (spec.path("containers").size() > 1) {
                throw StatusException.badRequest(
                        "a container name must be specified for pod " + pod.name() + ", choose one of: " + names);
            }
            wanted = spec.path("containers").path(0).path("name").asText();
        }
        String container = wanted;
        Optional<PodRun> run = kubelet.run(pod.uid());
        if (run.isEmpty()) {
            throw StatusException.badRequest("pod " + pod.name() + " does not have a host assigned");
        }
        return run.get()
                .container(container)
                .orElseThrow(() ->
                        StatusException.badRequest("container " + container + " is not valid for pod " + pod.name()));
    }

    private long since(Form query) throws StatusException {
        String time = query.first("sinceTime");
        if (time != null && !time.isEmpty()) {
            try {
                return OffsetDateTime.parse(time).toInstant().toEpochMilli();
            } catch (DateTimeException e) {
                throw StatusException.badRequest("invalid sinceTime: " + time);
            }
        }
        long seconds = number(query, "sinceSeconds", 0);
        return seconds == 0 ? 0 : Instant.now(clock).minusSeconds(seconds).toEpochMilli();
    }

    private static Predicate<StoredPod> selected(Form query) throws StatusException {
        String labels = query.first("labelSelector");
        String fields = query.first("fieldSelector");
        return Selector.of(labels == null ? "" : labels, fields == null ? "" : fields);
    }

    private static String after(@Nullable String token) throws StatusException {
        if (token == null || token.isEmpty()) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith("after:")) {
                return text.substring(6);
            }
        } catch (IllegalArgumentException e) {
            // Reported below, as any other token that isn't ours.
        }
        throw StatusException.badRequest("continue key is not valid: " + token);
    }

    private static long number(Form query, String name, long otherwise) throws StatusException {
        String text = query.first(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw StatusException.badRequest("invalid value for " + name + ": \"" + text + "\"");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
