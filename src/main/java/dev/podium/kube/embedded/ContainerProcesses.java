package dev.podium.kube.embedded;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The processes that a container has now.
final class ContainerProcesses {
    private final List<ContainerProcess> processes = new CopyOnWriteArrayList<>();

    void add(ContainerProcess process) {
        processes.add(process);
    }

    void remove(ContainerProcess process) {
        processes.remove(process);
    }

    /// Asks all to end.
    void terminate() {
        processes.forEach(ContainerProcess::terminate);
    }

    /// Ends all at once.
    void kill() {
        processes.forEach(ContainerProcess::kill);
    }

    /// Ends all at once and forgets them.
    void killRest() {
        kill();
        processes.clear();
    }

    /// Pids of those that lead a session, which each does.
    List<Long> leaders() {
        return processes.stream().map(ContainerProcess::pid).toList();
    }
}
