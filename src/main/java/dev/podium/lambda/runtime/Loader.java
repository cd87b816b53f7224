package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/// The commands of a function's containers, for the pod spec, and the start script that comes with the code.
///
/// Every `$` is single: double it where Kubernetes expands. The commands need nothing but `PODIUM_CODE` in their
/// environment and may write only below `/var/task`, `/opt`, `/podium` and `/tmp`. All of them try until they
/// succeed.
public final class Loader {
    private Loader() {}

    /// Variant SHELL: the function's container loads its code with the image's bash, then becomes the start
    /// script. Needs `tar`, or else `head`, `mkdir`, `chmod` and `ln`.
    public static List<String> shellCommand() {
        return List.of("/bin/bash", "-c", resource("loader.bash"));
    }

    /// Variant INIT, the init container `podium-code`: loads the code with busybox and leaves a busybox in
    /// `/podium`.
    public static List<String> initCommand() {
        return List.of("/bin/busybox", "sh", "-c", resource("loader.busybox"));
    }

    /// Variant INIT, the function's container: runs the start script with the busybox that the init container
    /// left.
    public static List<String> startCommand() {
        return List.of("/podium/busybox", "sh", "/podium/start");
    }

    /// The start script of a function.
    static byte[] startScript(Assignment.Start start) {
        return start == Assignment.Start.INSTALL ? resource("install.sh").getBytes(UTF_8) : startScript(start.name());
    }

    private static byte[] startScript(String start) {
        return resource("start.sh").replace("@START@", start).getBytes(UTF_8);
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Loader.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
