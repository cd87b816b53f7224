package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides what a container means on this machine.
final class Planner {
    /// Name of the init container that brings a function's code; its commands aren't run here.
    static final String CODE_CONTAINER = "podium-code";

    /// Name of the container that installs what a function's code names.
    static final String INSTALL_CONTAINER = "podium-install";

    private static final String START_SCRIPT = "/podium/start";
    private static final String CODE_URL = "PODIUM_CODE";

    private final LocalRuntimes runtimes;
    private final HostResolver hosts;
    private final String searchPath;

    Planner(LocalRuntimes runtimes, HostResolver hosts, String searchPath) {
        this.runtimes = runtimes;
        this.hosts = hosts;
        this.searchPath = searchPath;
    }

    /// Makes the folders of the container's volumes and says what to do.
    Plan plan(ContainerSpec container, JsonNode podSpec, PodFolder pod) throws IOException, InterruptedException {
        LocalNames names = LocalNames.of(container, podSpec, pod, hosts);
        for (ContainerSpec.Variable v : container.env()) {
            if (!v.problem().isEmpty()) {
                return new Plan.Misconfigured(v.problem());
            }
        }
        Map<String, String> given = container.environment();
        if (container.name().equals(CODE_CONTAINER)) {
            URI source = URI.create(given.getOrDefault(CODE_URL, ""));
            return source.getRawAuthority() == null
                    ? new Plan.Misconfigured("environment variable " + CODE_URL + " is missing")
                    : new Plan.Code(source, names.address(source.getRawAuthority()), names);
        }
        Optional<RuntimeImage> image = RuntimeImage.of(container.image());
        if (container.name().equals(INSTALL_CONTAINER)) {
            return install(image, given, names, pod);
        }
        boolean function = container.command().stream().anyMatch(START_SCRIPT::equals);
        if (function) {
            return image.isPresent()
                    ? function(container, image.get(), given, names, pod)
                    : new Plan.Unpullable("the embedded cluster has no images: \"" + container.image()
                            + "\" is not a runtime image that it knows a local interpreter for");
        }
        return command(container, given, names, pod);
    }

    private Plan install(Optional<RuntimeImage> image, Map<String, String> given, LocalNames names, PodFolder pod)
            throws IOException, InterruptedException {
        URI source = URI.create(given.getOrDefault(CODE_URL, ""));
        Path task = names.folder("/var/task");
        Path script = names.folder(START_SCRIPT);
        Path into = names.folder("/podium/installed");
        if (source.getRawAuthority() == null || task == null || script == null || into == null) {
            return new Plan.Misconfigured("environment variable " + CODE_URL + " or a volume is missing");
        }
        Path shell = Interpreters.find("sh", searchPath).orElse(null);
        if (shell == null) {
            return new Plan.Unstartable("exec: \"sh\": executable file not found in $PATH");
        }
        Map<String, String> environment = base(names, pod);
        environment.put("PODIUM_TASK", task.toString());
        environment.put("PODIUM_INTO", into.toString());
        if (image.isPresent()
                && image.get().kind() == RuntimeImage.Kind.PYTHON
                && runtimes.find(image.get(), 0) instanceof LocalRuntimes.Found.Usable python) {
            // The one that will run the function, whatever else is called python3 here.
            environment.put("PODIUM_PYTHON", python.command().getFirst());
        }
        return new Plan.Install(
                shell, script, into, environment, task, names, source, names.address(source.getRawAuthority()));
    }

    private Plan function(
            ContainerSpec container, RuntimeImage image, Map<String, String> given, LocalNames names, PodFolder pod)
            throws IOException, InterruptedException {
        LocalRuntimes.Found found = runtimes.find(image, container.memoryBytes());
        if (found instanceof LocalRuntimes.Found.Missing(String why)) {
            return new Plan.Unpullable(why);
        }
        LocalRuntimes.Found.Usable runtime = (LocalRuntimes.Found.Usable) found;
        URI source = URI.create(given.getOrDefault(CODE_URL, ""));
        if (source.getRawAuthority() == null) {
            return new Plan.Misconfigured("environment variable " + CODE_URL + " is missing");
        }
        Map<String, String> environment = base(names, pod);
        Path task = names.folder("/var/task");
        Path taskRoot = task == null ? pod.home() : task;
        environment.put("LAMBDA_TASK_ROOT", taskRoot.toString());
        environment.put("LAMBDA_RUNTIME_DIR", pod.home().toString());
        environment.put("LANG", "C.UTF-8");
        Path opt = names.folder("/opt");
        if (opt != null) {
            environment.put("PATH", opt.resolve("bin") + ":" + searchPath);
            environment.put("LD_LIBRARY_PATH", taskRoot + ":" + taskRoot.resolve("lib") + ":" + opt.resolve("lib"));
            environment.put("PODIUM_OPT", opt.toString());
            if (image.kind() == RuntimeImage.Kind.RUBY) {
                environment.put(
                        "GEM_PATH",
                        opt.resolve("ruby/gems/" + image.version() + ".0").toString());
                environment.put("RUBYLIB", opt.resolve("ruby/lib").toString());
            }
            if (image.kind() == RuntimeImage.Kind.NODEJS) {
                String major = image.version().split("\\.", 2)[0];
                environment.put(
                        "NODE_PATH",
                        opt.resolve("nodejs/node" + major + "/node_modules") + ":"
                                + opt.resolve("nodejs/node_modules"));
            }
        }
        given.forEach((name, value) -> environment.put(name, names.local(value)));
        environment.remove(CODE_URL);
        return new Plan.Function(
                runtime.command(),
                runtime.note(),
                environment,
                taskRoot,
                names,
                source,
                names.address(source.getRawAuthority()));
    }

    private Plan command(ContainerSpec container, Map<String, String> given, LocalNames names, PodFolder pod)
            throws IOException {
        String registry = container.image().split("/", 2)[0].split(":", 2)[0];
        if (registry.endsWith(".invalid")) {
            // Reserved by RFC 2606: no cluster can pull from there.
            return new Plan.Unpullable("failed to resolve reference \"" + container.image() + "\": dial tcp: lookup "
                    + registry + ": no such host");
        }
        if (container.command().isEmpty()) {
            return new Plan.Unpullable("the embedded cluster has no images: \"" + container.image()
                    + "\" can't be pulled, and the container names no command of this machine to run instead");
        }
        Map<String, String> environment = base(names, pod);
        given.forEach((name, value) -> environment.put(name, names.local(value)));
        List<String> line = new ArrayList<>();
        container.command().forEach(a -> line.add(names.local(ContainerSpec.expand(a, given))));
        container.args().forEach(a -> line.add(names.local(ContainerSpec.expand(a, given))));
        Path workingDir = container.workingDir().isEmpty() ? null : names.folder(container.workingDir());
        Path folder = workingDir == null ? pod.home() : Files.createDirectories(workingDir);
        Path executable = executable(line.getFirst(), environment.getOrDefault("PATH", searchPath), folder);
        if (executable == null) {
            return new Plan.Unstartable("exec: \"" + line.getFirst() + "\": executable file not found in $PATH");
        }
        line.set(0, executable.toString());
        String problem = unexecutable(executable);
        return problem.isEmpty()
                ? new Plan.Run(new ContainerProcess.Command(line, environment, folder), names)
                : new Plan.Unstartable("exec " + container.command().getFirst() + ": " + problem);
    }

    /// What every process gets, and nothing else of this server's environment.
    private Map<String, String> base(LocalNames names, PodFolder pod) throws IOException {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", searchPath);
        environment.put("HOME", pod.home().toString());
        Path tmp = names.folder("/tmp");
        environment.put(
                "TMPDIR", (tmp == null ? Files.createDirectories(pod.path().resolve("tmp")) : tmp).toString());
        return environment;
    }

    static @Nullable Path executable(String command, String searchPath, Path workingDir) {
        if (command.indexOf('/') < 0) {
            return Interpreters.find(command, searchPath).orElse(null);
        }
        Path path = workingDir.resolve(command);
        return Files.isRegularFile(path) ? path : null;
    }

    /// Why a file can't be executed, as `execve` would say; empty when it can.
    static String unexecutable(Path file) throws IOException {
        if (!Files.isExecutable(file)) {
            return "permission denied";
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4);
            if (head.length >= 2 && head[0] == '#' && head[1] == '!') {
                return "";
            }
            // ELF, and Mach-O in both byte orders and as a universal binary.
            int magic = head.length < 4 ? 0 : java.nio.ByteBuffer.wrap(head).getInt();
            return switch (magic) {
                case 0x7f454c46, 0xcffaedfe, 0xcefaedfe, 0xfeedfacf, 0xfeedface, 0xcafebabe -> "";
                default -> "exec format error";
            };
        }
    }
}
