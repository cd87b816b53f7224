package dev.podium.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads a list page by page.
///
/// See "Retrieving large results sets in chunks" in the
/// [API concepts](https://kubernetes.io/docs/reference/using-api/api-concepts/).
record PodPages(ApiCalls calls, KubeClient client, String labelSelector) {
    private static final int RESTARTS = 3;

    /// Reads all pages. When the server has forgotten the moment of the first one (410), begins again; the
    /// last time without pages.
    PodList read(int pageSize, Duration retryFor) throws KubeException, InterruptedException {
        for (int restart = 1; ; restart++) {
            try {
                return pages(restart < RESTARTS ? pageSize : 0, retryFor);
            } catch (KubeException e) {
                if (e.status() != 410 || restart == RESTARTS) {
                    throw e;
                }
            }
        }
    }

    private PodList pages(int pageSize, Duration retryFor) throws KubeException, InterruptedException {
        List<ObjectNode> pods = new ArrayList<>();
        String next = "";
        while (true) {
            ObjectNode page = calls.call(page(pageSize, next), retryFor);
            for (JsonNode item : page.path("items")) {
                if (item instanceof ObjectNode pod) {
                    pods.add(KubeClient.slim(pod));
                }
            }
            JsonNode metadata = page.path("metadata");
            next = metadata.path("continue").asText("");
            if (next.isEmpty()) {
                return new PodList(pods, metadata.path("resourceVersion").asText(""));
            }
        }
    }

    private ApiCall page(int pageSize, String next) {
        StringBuilder target =
                new StringBuilder(client.podsPath()).append("?labelSelector=").append(ApiCall.encoded(labelSelector));
        if (pageSize > 0) {
            target.append("&limit=").append(pageSize);
        }
        if (!next.isEmpty()) {
            target.append("&continue=").append(ApiCall.encoded(next));
        }
        return client.call("list", "pods", "GET", target.toString(), null, "list pods");
    }
}
