package dev.podium.kube.embedded;

/// The output of a running container as it grows, by offset: for a server in the same process.
public final class ContainerTail implements AutoCloseable {
    private final ContainerRun container;
    private boolean closed;

    ContainerTail(ContainerRun container) {
        this.container = container;
        container.log().enter();
    }

    /// Bytes of output so far.
    public long length() {
        return container.log().reach();
    }

    /// A part of the output.
    ///
    /// @param offset where it begins: later than asked for when the log was cut meanwhile
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    public record Part(long offset, byte[] bytes) {}

    /// Reads on from an offset; no bytes at the end.
    public Part read(long offset, int length) {
        ContainerLog.Part part = container.log().part(offset, length);
        return new Part(part.offset(), part.bytes());
    }

    /// Whether the container has ended for good.
    public boolean ended() {
        return container.log().ended();
    }

    /// The most memory that one of the container's first processes has used, in bytes; 0 where that can't be
    /// known.
    public long peakMemoryBytes() {
        long peak = 0;
        for (long pid : container.leaders()) {
            peak = Math.max(peak, ProcessTree.memory(pid).peak());
        }
        return peak;
    }

    /// Ends the reading: the pod's files may go. For the thread that reads.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            container.log().leave();
        }
    }
}
