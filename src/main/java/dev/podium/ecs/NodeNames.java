package dev.podium.ecs;

import java.io.IOException;
import java.util.List;

/// The nodes of the cluster, for services of which one task runs on each.
@FunctionalInterface
public interface NodeNames {
    /// Their names, which are also their labels `kubernetes.io/hostname`.
    ///
    /// @throws IOException saying what permission is missing
    List<String> list() throws IOException, InterruptedException;
}
