package dev.podium.kube.embedded;

import dev.podium.kube.KubeAccess;
/// Stub until merged.

@org.jspecify.annotations.NullMarked
public final class EmbeddedCluster implements AutoCloseable {
    public static EmbeddedCluster start(EmbeddedSettings s) {
        return new EmbeddedCluster();
    }

    public KubeAccess access() {
        throw new IllegalStateException("not yet");
    }

    @Override
    public void close() {}
}
