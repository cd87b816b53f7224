package dev.podium.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stand-in until the whole one is merged.
public record Config(Map<String, String> env) {
    public static Config from(Map<String, String> env) {
        return new Config(env);
    }

    public Map<String, String> runtimeImages() {
        String json = env.getOrDefault("PODIUM_LAMBDA_RUNTIME_IMAGES", "");
        Map<String, String> images = new java.util.HashMap<>();
        var matcher = java.util.regex.Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"([^\"]+)\"")
                .matcher(json);
        while (matcher.find()) {
            images.put(matcher.group(1), matcher.group(2));
        }
        return images;
    }

    public boolean allowReset() {
        return true;
    }

    public @Nullable String instance() {
        return env.get("PODIUM_INSTANCE");
    }

    public Path stateDir() {
        return Path.of(env.getOrDefault("PODIUM_STATE_DIR", "/tmp/podium-state"));
    }

    public String region() {
        return "us-east-1";
    }

    public String cluster() {
        return env.getOrDefault("PODIUM_CLUSTER", "auto");
    }

    public @Nullable URI selfUrl() {
        String url = env.get("PODIUM_SELF_URL");
        return url == null ? null : URI.create(url);
    }

    public @Nullable String namespace() {
        return env.get("PODIUM_NAMESPACE");
    }

    public @Nullable String kubeContext() {
        return null;
    }

    public @Nullable Path kubeconfig() {
        return null;
    }

    public String listen() {
        return env.getOrDefault("PODIUM_LISTEN", "127.0.0.1:4566");
    }

    public String runtimeListen() {
        return env.getOrDefault("PODIUM_RUNTIME_LISTEN", "127.0.0.1:9001");
    }

    public Duration keepalive() {
        return Duration.ofSeconds(Long.parseLong(env.getOrDefault("PODIUM_LAMBDA_KEEPALIVE", "600")));
    }

    public int concurrency() {
        return Integer.parseInt(env.getOrDefault("PODIUM_LAMBDA_CONCURRENCY", "1000"));
    }

    public int maxEnvironments() {
        return Integer.parseInt(env.getOrDefault("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "0"));
    }

    public String initImage() {
        return env.getOrDefault("PODIUM_INIT_IMAGE", "registry.local/busybox:1.36-musl");
    }
}
