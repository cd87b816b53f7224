package dev.podium.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The credentials of a kubeconfig's user, in the order of precedence of client-go.
final class KubeconfigUser {
    private static final String GROUP = "client.authentication.k8s.io/";

    private KubeconfigUser() {}

    /// What the user presents beside a client certificate.
    static Credentials credentials(KubeconfigEntry user, KubeconfigEntry cluster) throws KubeException {
        refuse(user, "auth-provider", "was removed from Kubernetes: use an exec plugin");
        refuse(user, "as", "impersonates somebody, which Podium does not do: use a context without it");
        String tokenFile = user.text("tokenFile");
        if (tokenFile != null) {
            return new Credentials.TokenFile(user.resolve(tokenFile));
        }
        String token = user.text("token");
        if (token != null) {
            return new Credentials.Token(token);
        }
        String name = user.text("username");
        if (name != null) {
            return new Credentials.Basic(name, user.body().path("password").asText(""));
        }
        JsonNode exec = user.body().path("exec");
        return exec.isObject() ? exec(user, cluster, exec) : new Credentials.None();
    }

    private static void refuse(KubeconfigEntry user, String member, String why) throws KubeException {
        if (user.body().hasNonNull(member)) {
            throw KubeException.configuration(user.place() + " has \"" + member + "\", which " + why, null);
        }
    }

    private static Credentials exec(KubeconfigEntry user, KubeconfigEntry cluster, JsonNode exec) throws KubeException {
        String version = exec.path("apiVersion").asText("");
        if (!version.equals(GROUP + "v1") && !version.equals(GROUP + "v1beta1")) {
            throw KubeException.configuration(
                    user.place() + " has an exec plugin of apiVersion \"" + version + "\": Podium speaks " + GROUP
                            + "v1 and v1beta1; update the plugin and the kubeconfig",
                    null);
        }
        String program = exec.path("command").asText("");
        if (program.isEmpty()) {
            throw KubeException.configuration(user.place() + " has an exec plugin without a command", null);
        }
        if (exec.path("interactiveMode").asText("").equals("Always")) {
            throw KubeException.configuration(
                    user.place() + " has an exec plugin that needs a terminal (interactiveMode: Always)", null);
        }
        List<String> command = new ArrayList<>();
        boolean besideTheFile = program.contains("/") && !program.startsWith("/");
        command.add(besideTheFile ? user.resolve(program).normalize().toString() : program);
        exec.path("args").forEach(arg -> command.add(arg.asText()));
        Map<String, String> environment = new LinkedHashMap<>();
        exec.path("env")
                .forEach(v ->
                        environment.put(v.path("name").asText(), v.path("value").asText("")));
        return new Credentials.Exec(
                version,
                command,
                environment,
                exec.path("provideClusterInfo").asBoolean(false) ? clusterInfo(cluster) : null,
                hint(exec),
                user.place());
    }

    private static @Nullable String hint(JsonNode exec) {
        String hint = exec.path("installHint").asText("").strip();
        return hint.isEmpty() ? null : hint;
    }

    private static String clusterInfo(KubeconfigEntry cluster) throws KubeException {
        ObjectNode info = Json.object();
        for (String member : List.of("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")) {
            if (cluster.body().hasNonNull(member)) {
                info.set(member, cluster.body().get(member));
            }
        }
        PemSource authority = cluster.pem("certificate-authority");
        if (authority != null) {
            info.put(
                    "certificate-authority-data",
                    authority.read().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        for (JsonNode extension : cluster.body().path("extensions")) {
            if (extension.path("name").asText("").equals("client.authentication.k8s.io/exec")) {
                info.set("config", extension.path("extension"));
            }
        }
        return info.toString();
    }
}
