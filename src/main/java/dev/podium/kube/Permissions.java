package dev.podium.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a Role must allow, and what of it is missing.
public final class Permissions {
    private static final List<String> NEEDED =
            List.of("pods create", "pods get", "pods list", "pods watch", "pods delete", "pods/log get");

    private Permissions() {}

    /// Asks about each needed permission; see [KubeClient#missingPermissions()].
    static List<String> missing(ApiCalls calls, KubeClient client) throws KubeException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (String permission : NEEDED) {
            ApiCall call = client.call(
                    "create",
                    "selfsubjectaccessreviews",
                    "POST",
                    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    review(permission, client.access().namespace()),
                    "ask for the permission \"" + permission + "\"");
            ObjectNode answer = calls.call(call, client.settings().retryFor());
            if (!answer.path("status").path("allowed").asBoolean(false)) {
                missing.add(permission);
            }
        }
        return List.copyOf(missing);
    }

    private static ObjectNode review(String permission, String namespace) {
        int blank = permission.indexOf(' ');
        String resource = permission.substring(0, blank);
        int slash = resource.indexOf('/');
        ObjectNode review =
                Json.object().put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes.put("namespace", namespace).put("verb", permission.substring(blank + 1));
        attributes.put("group", "").put("resource", slash < 0 ? resource : resource.substring(0, slash));
        if (slash >= 0) {
            attributes.put("subresource", resource.substring(slash + 1));
        }
        return review;
    }

    /// The rules that give missing permissions, ready to paste under `rules:` of a Role.
    ///
    /// @param missing as of [KubeClient#missingPermissions()]
    /// @return YAML, one line per resource: `- {apiGroups: [""], resources: ["pods"], verbs: ["watch", "delete"]}`
    public static String rules(List<String> missing) {
        Map<String, List<String>> verbs = new LinkedHashMap<>();
        for (String permission : missing) {
            int blank = permission.indexOf(' ');
            verbs.computeIfAbsent(permission.substring(0, blank), _ -> new ArrayList<>())
                    .add("\"" + permission.substring(blank + 1) + "\"");
        }
        List<String> rules = new ArrayList<>();
        verbs.forEach((resource, of) -> rules.add(
                "- {apiGroups: [\"\"], resources: [\"" + resource + "\"], verbs: [" + String.join(", ", of) + "]}"));
        return String.join("\n", rules);
    }
}
