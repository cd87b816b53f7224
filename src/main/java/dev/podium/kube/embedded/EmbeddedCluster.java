package dev.podium.kube.embedded;

import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.kube.KubeAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A cluster of one node in this process: the Kubernetes API for pods on a loopback port, pods as local
/// processes.
///
/// Pods don't outlive it: [#close] kills their processes, and what a killed server has left is killed at the
/// next start on the same folder.
public final class EmbeddedCluster implements AutoCloseable {
    private final EmbeddedSettings settings;
    private final FileChannel lock;
    private final PodTable table;
    private final Kubelet kubelet;
    private final Listener listener;
    private final String token;

    private EmbeddedCluster(
            EmbeddedSettings settings,
            FileChannel lock,
            PodTable table,
            Kubelet kubelet,
            Listener listener,
            String token) {
        this.settings = settings;
        this.lock = lock;
        this.table = table;
        this.kubelet = kubelet;
        this.listener = listener;
        this.token = token;
    }

    /// Starts the cluster on a free loopback port.
    ///
    /// @throws IOException when the folder can't be used, among others because another running cluster uses it
    public static EmbeddedCluster start(EmbeddedSettings settings) throws IOException {
        Files.createDirectories(settings.folder());
        FileChannel lock = locked(settings);
        try {
            byte[] secret = new byte[16];
            new SecureRandom().nextBytes(secret);
            String token = HexFormat.of().formatHex(secret);
            PodTable table =
                    new PodTable(settings.historySize(), settings.clock().millis());
            Kubelet kubelet = new Kubelet(settings, table);
            PodApi api = new PodApi(new PodCalls(table, kubelet, settings), settings, token);
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
            Listener listener = Listener.start(
                    new ListenerSettings(address, "embedded-kubernetes", 3 << 20, Duration.ofSeconds(1)), api);
            return new EmbeddedCluster(settings, lock, table, kubelet, listener, token);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel locked(EmbeddedSettings settings) throws IOException {
        FileChannel channel = FileChannel.open(
                settings.folder().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock taken = null;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This very process has it.
        }
        if (taken == null) {
            channel.close();
            throw new IOException("another embedded cluster is running on " + settings.folder());
        }
        return channel;
    }

    /// How to reach the API: URL, token and namespace.
    public KubeAccess access() {
        return KubeAccess.plain(
                URI.create("http://127.0.0.1:" + listener.address().getPort()), token, settings.namespace());
    }

    /// The switches of this cluster.
    public Faults faults() {
        return settings.faults();
    }

    /// Follows the log of a container without the detour over the API.
    ///
    /// @return nothing while there is no such container
    public Optional<ContainerTail> tail(String pod, String container) {
        return container(pod, container).map(ContainerTail::new);
    }

    /// What a container's processes use now; nothing when none runs, or this machine doesn't tell.
    public Optional<ContainerUsage> usage(String pod, String container) {
        return container(pod, container).flatMap(run -> ProcessTree.usage(run.leaders()));
    }

    private Optional<ContainerRun> container(String pod, String container) {
        return table.get(pod).flatMap(stored -> kubelet.run(stored.uid())).flatMap(run -> run.container(container));
    }

    /// Forgets the history of events, as etcd's compaction does: watches from an older resource version get
    /// 410.
    public void compact() {
        table.compact();
    }

    /// Stops answering, kills all pods and deletes their files.
    @Override
    public void close() {
        table.close();
        kubelet.close();
        listener.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
