package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a container runs, and how it is made to end well whatever its exit code.
///
/// Kubernetes starts nothing after an init container that fails, but who depends on one by COMPLETE takes any
/// exit code. So a small shell runs it, notes its exit code as the container's termination message, and ends with
/// 0. Where the image's entry point counts and isn't known, that shell can only be put into its arguments, and is
/// when these begin with a shell themselves.
///
/// @param command in place of the image's entry point; empty for that one
/// @param arguments of either
record CommandLine(List<String> command, List<String> arguments) {
    /// Name of the volume with a shell for images that may have none, and of the container that puts it there.
    static final String SHELL = "podium-shell";

    /// What helps where no shell could be put around a container.
    static final String HINT = " (give its entryPoint, so that its exit code doesn't matter)";

    private static final String MOUNT = "/podium-shell";
    private static final String MARK = "podium: exit code ";
    private static final Set<String> SHELLS = Set.of("sh", "ash", "bash", "dash");

    /// The exit code is noted last: one who is killed, or can't begin, has failed.
    private static final String SCRIPT = """
            command -v "$1" >/dev/null || exit 127
            "$@" <&0 & pid=$!
            trap 'kill "$pid"' TERM
            wait "$pid"; code=$?
            while kill -0 "$pid" 2>/dev/null; do wait "$pid"; code=$?; done
            echo "%s$code" > /dev/termination-log
            """.formatted(MARK);

    /// Of a definition.
    ///
    /// @param noImages whether images have no entry points here
    static CommandLine of(JsonNode entryPoint, JsonNode command, boolean noImages) {
        return noImages && entryPoint.isEmpty()
                ? new CommandLine(words(command), List.of())
                : new CommandLine(words(entryPoint), words(command));
    }

    /// The same with any exit code noted and 0 instead; unchanged where the image's entry point isn't known.
    ///
    /// @param hostShell whether there is a shell whatever the image
    CommandLine endingWell(boolean hostShell) {
        List<String> known = command.isEmpty() ? arguments : command;
        String first = known.isEmpty() ? "" : known.getFirst();
        boolean shell = SHELLS.contains(first.substring(first.lastIndexOf('/') + 1));
        if (known.isEmpty() || (command.isEmpty() && !shell)) {
            return this;
        }
        List<String> wrapped =
                new ArrayList<>(List.of(shell ? first : hostShell ? "sh" : MOUNT + "/sh", "-c", SCRIPT, "podium"));
        wrapped.addAll(known);
        return command.isEmpty() ? new CommandLine(command, wrapped) : new CommandLine(wrapped, arguments);
    }

    /// Whether it is run by the shell of [#shellCopy].
    boolean needsShell() {
        return !command.isEmpty() && command.getFirst().startsWith(MOUNT);
    }

    /// Sets it in a manifest.
    void writeTo(ObjectNode container) {
        if (!command.isEmpty()) {
            container.set("command", Json.MAPPER.valueToTree(command));
        }
        if (!arguments.isEmpty()) {
            container.set("args", Json.MAPPER.valueToTree(arguments));
        }
    }

    /// The init container that brings a shell.
    static ObjectNode shellCopy(String image) {
        ObjectNode copy = Json.object().put("name", SHELL).put("image", image);
        copy.putArray("command")
                .add("/bin/busybox")
                .add("cp")
                .add("/bin/busybox")
                .add(MOUNT + "/sh");
        copy.putArray("volumeMounts").add(shellMount());
        // Namespaces with a quota take no container without.
        ObjectNode resources = copy.putObject("resources");
        resources.putObject("requests").put("cpu", "10m").put("memory", "32Mi");
        resources.putObject("limits").put("memory", "32Mi");
        return copy;
    }

    /// Where a container finds it.
    static ObjectNode shellMount() {
        return Json.object().put("name", SHELL).put("mountPath", MOUNT);
    }

    /// The exit code that a container has noted; null when it has noted none.
    static @Nullable Integer exitCode(String message) {
        String plain = message.strip();
        return plain.matches(MARK + "\\d{1,3}") ? Integer.valueOf(plain.substring(MARK.length())) : null;
    }

    private static List<String> words(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
