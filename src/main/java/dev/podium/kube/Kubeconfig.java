package dev.podium.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Several kubeconfig files seen as one: the first to say something wins, as with kubectl.
///
/// Only loaded when there is a kubeconfig: it brings the YAML parser with it.
final class Kubeconfig {
    private final List<KubeconfigFile> files;

    private Kubeconfig(List<KubeconfigFile> files) {
        this.files = files;
    }

    /// Reads those of the files that exist.
    static Kubeconfig load(List<Path> paths) throws KubeException {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        List<KubeconfigFile> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.exists(path)) {
                files.add(new KubeconfigFile(path, read(yaml, path)));
            }
        }
        if (files.isEmpty()) {
            throw KubeException.configuration(
                    "no kubeconfig at " + joined(paths) + ": set KUBECONFIG to the file of your cluster", null);
        }
        return new Kubeconfig(files);
    }

    private static JsonNode read(ObjectMapper yaml, Path path) throws KubeException {
        JsonNode root;
        try {
            root = yaml.readTree(Files.readString(path));
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw KubeException.configuration(path + " is not YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw KubeException.configuration("cannot read " + path + ": " + Failures.inWords(e), e);
        }
        if (root.isMissingNode() || root.isNull()) {
            return MissingNode.getInstance(); // kubectl, too, takes an empty file for an empty configuration
        }
        if (!root.isObject()) {
            throw KubeException.configuration(path + " is not a kubeconfig: it holds no mapping", null);
        }
        return root;
    }

    /// The access of one context.
    KubeAccess access(@Nullable String wanted) throws KubeException {
        String name = wanted == null ? currentContext() : wanted;
        KubeconfigEntry context = find("contexts", "context", name);
        if (context == null) {
            throw KubeException.configuration(
                    "there is no context \"" + name + "\" in " + names() + "; it has " + known("contexts"), null);
        }
        String clusterName = context.text("cluster");
        KubeconfigEntry cluster = clusterName == null ? null : find("clusters", "cluster", clusterName);
        if (cluster == null) {
            throw KubeException.configuration(
                    context.place() + " names the cluster \"" + clusterName + "\", which is not in " + names(), null);
        }
        String userName = context.text("user");
        KubeconfigEntry user = userName == null ? null : find("users", "user", userName);
        if (user == null && userName != null) {
            throw KubeException.configuration(
                    context.place() + " names the user \"" + userName + "\", which is not in " + names(), null);
        }
        String namespace = context.text("namespace");
        return new KubeAccess(
                server(cluster),
                namespace == null ? "default" : namespace,
                KubeconfigTls.of(cluster, user),
                user == null ? new Credentials.None() : KubeconfigUser.credentials(user, cluster),
                KubeconfigTls.proxy(cluster),
                "context \"" + name + "\" of " + context.file());
    }

    private String currentContext() throws KubeException {
        for (KubeconfigFile file : files) {
            String name = file.root().path("current-context").asText("");
            if (!name.isEmpty()) {
                return name;
            }
        }
        throw KubeException.configuration(
                names() + " has no current-context: choose one with `kubectl config use-context`; it has "
                        + known("contexts"),
                null);
    }

    private @Nullable KubeconfigEntry find(String list, String kind, String name) {
        for (KubeconfigFile file : files) {
            for (JsonNode entry : file.root().path(list)) {
                if (entry.path("name").asText("").equals(name)) {
                    return new KubeconfigEntry(file.path(), kind, name, entry.path(kind));
                }
            }
        }
        return null;
    }

    private String known(String list) {
        TreeSet<String> names = new TreeSet<>();
        for (KubeconfigFile file : files) {
            for (JsonNode entry : file.root().path(list)) {
                names.add(entry.path("name").asText(""));
            }
        }
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private String names() {
        return joined(files.stream().map(KubeconfigFile::path).toList());
    }

    private static String joined(List<Path> paths) {
        return String.join(", ", paths.stream().map(Path::toString).toList());
    }

    private static URI server(KubeconfigEntry cluster) throws KubeException {
        String server = cluster.text("server");
        if (server == null) {
            throw KubeException.configuration(cluster.place() + " has no server", null);
        }
        try {
            URI uri = URI.create(server.contains("://") ? server : "https://" + server);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // the same answer as for other unusable URLs
        }
        throw KubeException.configuration(cluster.place() + " has an unusable server URL: " + server, null);
    }

    private record KubeconfigFile(Path path, JsonNode root) {}
}
