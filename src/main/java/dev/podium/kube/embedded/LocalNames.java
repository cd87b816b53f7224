package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Translates what is true inside a container into what is true on this machine: mount paths into folders, and
/// names that `hostAliases` lists into addresses.
final class LocalNames {
    /// A path inside the container and the folder that stands for it.
    private record Mapping(String path, Path folder) {}

    private final List<Mapping> mappings;
    private final Map<String, String> aliases;
    private final HostResolver hosts;

    private LocalNames(List<Mapping> mappings, Map<String, String> aliases, HostResolver hosts) {
        this.mappings = mappings;
        this.aliases = aliases;
        this.hosts = hosts;
    }

    /// The names of one container of a pod; makes the folders of its volumes.
    static LocalNames of(ContainerSpec container, JsonNode spec, PodFolder folder, HostResolver hosts)
            throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        for (ContainerSpec.Mount mount : container.mounts()) {
            Path root = folder.volume(mount.volume());
            Path target = root.resolve(mount.subPath()).normalize();
            if (!target.startsWith(root)) {
                throw new IOException("subPath leaves its volume: " + mount.subPath());
            }
            mappings.add(new Mapping(trimmed(mount.path()), Files.createDirectories(target)));
        }
        if (!container.endPath().isEmpty()) {
            mappings.add(new Mapping(container.endPath(), folder.end(container.name())));
        }
        mappings.sort(Comparator.comparingInt((Mapping m) -> m.path().length()).reversed());
        Map<String, String> aliases = new HashMap<>();
        for (JsonNode alias : spec.path("hostAliases")) {
            for (JsonNode name : alias.path("hostnames")) {
                String ip = alias.path("ip").asText();
                // All of a pod's addresses: here they would be this machine's.
                aliases.put(name.asText(), ip.equals("0.0.0.0") ? "127.0.0.1" : ip);
            }
        }
        return new LocalNames(mappings, aliases, hosts);
    }

    /// The folder or file that stands for an absolute path of the container; null when no volume is mounted
    /// above it.
    @Nullable
    Path folder(String path) {
        String wanted = trimmed(path);
        for (Mapping m : mappings) {
            if (wanted.equals(m.path())) {
                return m.folder();
            }
            if (wanted.startsWith(m.path() + "/")) {
                return m.folder().resolve(wanted.substring(m.path().length() + 1));
            }
        }
        return null;
    }

    /// The folder of the volume that an absolute path of the container lies in; null when it lies in none.
    @Nullable
    Path root(String path) {
        String wanted = trimmed(path);
        for (Mapping m : mappings) {
            if (wanted.equals(m.path()) || wanted.startsWith(m.path() + "/")) {
                return m.folder();
            }
        }
        return null;
    }

    /// A text with all mount paths and listed `name:port` addresses replaced; folders that stand for paths
    /// stay.
    String local(String text) {
        if (mappings.isEmpty() || text.indexOf('/') < 0) {
            return address(text);
        }
        StringBuilder out = new StringBuilder(text.length() + 80);
        int at = 0;
        while (at < text.length()) {
            Mapping found = begins(text, at) ? mappingAt(text, at) : null;
            if (found == null) {
                out.append(text.charAt(at++));
            } else {
                String folder = found.folder().toString();
                out.append(folder);
                at += text.startsWith(folder, at)
                        ? folder.length()
                        : found.path().length();
            }
        }
        return address(out.toString());
    }

    /// A text with all listed `name:port` addresses replaced.
    String address(String text) {
        String result = text;
        for (Map.Entry<String, String> alias : aliases.entrySet()) {
            String head = alias.getKey() + ":";
            int at = result.indexOf(head);
            while (at >= 0) {
                int end = at + head.length();
                while (end < result.length() && Character.isDigit(result.charAt(end))) {
                    end++;
                }
                String found = result.substring(at, end);
                String target = end == at + head.length() ? found : hosts.resolve(found);
                if (target.equals(found)) {
                    target = alias.getValue() + found.substring(alias.getKey().length());
                }
                result = result.substring(0, at) + target + result.substring(end);
                at = result.indexOf(head, at + target.length());
            }
        }
        return result;
    }

    private @Nullable Mapping mappingAt(String text, int at) {
        for (Mapping m : mappings) {
            if (text.startsWith(m.folder().toString(), at)) {
                return m;
            }
        }
        for (Mapping m : mappings) {
            int end = at + m.path().length();
            if (text.startsWith(m.path(), at) && (end == text.length() || !partOfPath(text.charAt(end)))) {
                return m;
            }
        }
        return null;
    }

    private static boolean begins(String text, int at) {
        return text.charAt(at) == '/' && (at == 0 || (!partOfPath(text.charAt(at - 1)) && text.charAt(at - 1) != '/'));
    }

    private static boolean partOfPath(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
    }

    private static String trimmed(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
