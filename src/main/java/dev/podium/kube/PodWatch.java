package dev.podium.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collection;

/// Keeps up with all pods of one label selector, on one thread of its own, until it is closed.
///
/// Lists, then watches from there, and goes on from where a cut stream ended. When the server no longer knows
/// that place (410), or a stream stays silent, it lists again. Where watching is forbidden, or streams
/// deliver nothing, it polls. Nothing that the server or the [Events] do ends it.
///
/// @see <a
/// href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Detection
/// of changes</a>
public final class PodWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PodWatch.class.getName());

    private final WatchLoop loop;
    private final Thread thread;
    private final PodWatchSettings settings;

    private PodWatch(WatchLoop loop, PodWatchSettings settings) {
        this.loop = loop;
        this.settings = settings;
        this.thread = Thread.ofVirtual().name("kube-pod-watch").unstarted(loop);
    }

    /// Starts to watch and returns at once, whether or not the server can be reached.
    ///
    /// @param events told of everything, in order, on the watch's own thread
    public static PodWatch start(KubeClient client, String labelSelector, Events events, PodWatchSettings settings) {
        PodWatch watch = new PodWatch(new WatchLoop(client, labelSelector, events, settings), settings);
        watch.thread.start();
        return watch;
    }

    /// Tells whether what the events said can be trusted to be recent: false before the first list, and when there
    /// has been no contact for [PodWatchSettings#unhealthyAfter()].
    public boolean healthy() {
        Duration since = loop.sinceContact();
        return since != null && since.compareTo(settings.unhealthyAfter()) <= 0;
    }

    /// Ends the watch: no event is delivered after this returns, unless one takes longer than
    /// [PodWatchSettings#closeWithin()].
    @Override
    public void close() {
        loop.close();
        if (Thread.currentThread().equals(thread)) {
            return; // closed by an event
        }
        thread.interrupt();
        try {
            if (!thread.join(settings.closeWithin())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "pod watch did not end seconds="
                                + settings.closeWithin().toSeconds());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What happens to the pods. Called by one thread; must not block for long. What it throws is logged and
    /// otherwise ignored.
    public interface Events {
        /// All pods there are: the full truth, at the start and whenever changes may have been missed.
        ///
        /// Of pods that have vanished since the last list, [#deleted(ObjectNode)] has been told before.
        void listed(Collection<ObjectNode> all);

        /// A pod is new or has changed. May repeat what is known already.
        void changed(ObjectNode pod);

        /// A pod is gone.
        ///
        /// @param pod its last state; when it vanished between two lists, only its `metadata` (no spec or
        ///     status)
        void deleted(ObjectNode pod);
    }
}
