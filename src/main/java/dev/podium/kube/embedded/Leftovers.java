package dev.podium.kube.embedded;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Clears away what a server that was killed has left: its processes and the folders of their pods.
///
/// A process is killed only if it is provably ours: its pid and start are recorded in the pod's folder, or it
/// carries the pod's uid in its environment.
final class Leftovers {
    private static final Logger LOG = System.getLogger(Leftovers.class.getName());

    private Leftovers() {}

    /// Kills and deletes all that is left under a folder of pods.
    static void clear(Path pods) throws IOException {
        if (!Files.isDirectory(pods)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(pods)) {
            for (Path path : all) {
                PodFolder pod = new PodFolder(path);
                if (Files.isDirectory(pod.processes())) {
                    killRecorded(pod);
                }
                ProcessTree.killMarked(
                        ContainerProcess.MARKER, path.getFileName().toString());
                pod.delete();
            }
        }
    }

    private static void killRecorded(PodFolder pod) throws IOException {
        String uid = pod.path().getFileName().toString();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(pod.processes(), "[0-9]*")) {
            for (Path record : records) {
                long pid = Long.parseLong(record.getFileName().toString());
                if (Files.readString(record).equals(Long.toString(ProcessTree.startOf(pid)))) {
                    LOG.log(Level.INFO, "leftover process killed pid={0} pod={1}", Long.toString(pid), uid);
                    ProcessTree.killMembers(pid);
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }
    }
}
