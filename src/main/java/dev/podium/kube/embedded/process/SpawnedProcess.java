package dev.podium.kube.embedded.process;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A process of [PosixSpawn].
final class SpawnedProcess implements LocalProcess {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final PosixCalls posix;
    private final int pid;
    private final InputStream output;
    private final CountDownLatch ended = new CountDownLatch(1);
    /// Held while it is signalled or reaped: its pid may be another's afterwards.
    private final ReentrantLock lock = new ReentrantLock();

    private int code;

    SpawnedProcess(PosixCalls posix, int pid, InputStream output) {
        this.posix = posix;
        this.pid = pid;
        this.output = output;
    }

    /// Takes the exit code of a process that has ended.
    void reap() {
        lock.lock();
        try {
            code = posix.reap(pid);
            ended.countDown();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public boolean alive() {
        return ended.getCount() > 0;
    }

    @Override
    public int waitFor() throws InterruptedException {
        ended.await();
        return code;
    }

    @Override
    public boolean endsWithin(Duration limit) throws InterruptedException {
        return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void terminate() {
        signal(SIGTERM);
    }

    @Override
    public void kill() {
        signal(SIGKILL);
    }

    private void signal(int signal) {
        lock.lock();
        try {
            if (alive()) {
                posix.kill(pid, signal);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InputStream output() {
        return output;
    }
}
