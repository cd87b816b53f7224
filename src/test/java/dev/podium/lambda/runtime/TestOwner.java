package dev.podium.lambda.runtime;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Collects what a session tells.
final class TestOwner implements SessionOwner {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    volatile boolean codeAwaited;

    @Override
    public void awaitsCode(boolean asTar) {
        codeAwaited = true;
    }

    @Override
    public void ready() {
        told.add("ready");
    }

    @Override
    public void initError(FunctionError error) {
        told.add("initError " + error.errorType());
    }

    @Override
    public void exited(RuntimeExit exit) {
        told.add("exited " + exit.status() + (exit.outOfMemory() ? " oom" : ""));
    }

    @Override
    public void disconnected() {
        told.add("disconnected");
    }
}
