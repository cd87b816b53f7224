package dev.podium.kube.embedded;

import dev.podium.kube.embedded.Interpreters.Interpreter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What stands in for the runtime images of AWS Lambda on this machine.
final class LocalRuntimes {
    private final Interpreters interpreters;
    private final Path folder;
    private final Map<String, Path> extracted = new java.util.concurrent.ConcurrentHashMap<>();

    /// @param folder that bundled loops are written to on first use
    LocalRuntimes(Interpreters interpreters, Path folder) {
        this.interpreters = interpreters;
        this.folder = folder;
    }

    /// The answer to "can this image run here?".
    sealed interface Found {
        /// It can.
        ///
        /// @param command runs the runtime; empty: the archive's own `bootstrap`
        /// @param note what differs from the image, or empty
        record Usable(List<String> command, String note) implements Found {}

        /// It can't.
        ///
        /// @param why names the missing interpreter
        record Missing(String why) implements Found {}
    }

    /// Finds what runs functions of an image.
    ///
    /// @param memoryBytes the container's limit, by which heaps are sized as in AWS; 0 for none
    Found find(RuntimeImage image, long memoryBytes) throws IOException, InterruptedException {
        return switch (image.kind()) {
            case PYTHON ->
                loop(
                        "python",
                        image,
                        List.of("python" + image.version(), "python3", "python"),
                        "-c",
                        "import sys; print(sys.executable + ' %d.%d' % sys.version_info[:2])",
                        "python.py",
                        List.of());
            case NODEJS ->
                loop(
                        "node",
                        image,
                        List.of("node", "nodejs"),
                        "-p",
                        "process.execPath + ' ' + process.versions.node",
                        "node.cjs",
                        memoryBytes == 0
                                ? List.of()
                                : List.of("--max-old-space-size=" + ((memoryBytes * 9 / 10) >> 20)));
            case RUBY ->
                loop(
                        "ruby",
                        image,
                        List.of("ruby" + image.version(), "ruby"),
                        "-e",
                        "puts RbConfig.ruby + ' ' + RUBY_VERSION",
                        "ruby.rb",
                        List.of());
            case JAVA -> java(image, memoryBytes);
            case PROVIDED -> new Found.Usable(List.of(), "");
            case DOTNET ->
                new Found.Missing("the embedded cluster has no runtime for .NET: it would need Amazon's dotnet "
                        + "bootstrap, which only the image holds");
        };
    }

    private Found loop(
            String name,
            RuntimeImage image,
            List<String> commands,
            String option,
            String probe,
            String resource,
            List<String> options)
            throws IOException, InterruptedException {
        Optional<Interpreter> found = interpreters.first(commands, option, probe);
        if (found.isEmpty()) {
            return new Found.Missing(
                    "interpreter \"" + name + "\" not found on this machine (tried " + String.join(", ", commands)
                            + "); install it to run functions of this runtime on the embedded cluster");
        }
        Interpreter interpreter = found.get();
        List<String> command = new ArrayList<>(List.of(interpreter.executable().toString()));
        command.addAll(options);
        command.add(extract(resource).toString());
        boolean same = (interpreter.version() + ".").startsWith(image.version() + ".")
                || image.version().isEmpty();
        String note = same
                ? ""
                : "this machine runs " + name + " " + interpreter.version() + ", not " + image.version()
                        + " as the image would";
        return new Found.Usable(command, note);
    }

    private static Found java(RuntimeImage image, long memoryBytes) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        if (memoryBytes > 0) {
            command.add("-Xmx" + Math.max(32, (memoryBytes * 3 / 4) >> 20) + "m");
        }
        command.add("-cp");
        command.add(String.join(java.io.File.pathSeparator, ownClassPath()));
        command.add(JavaLoop.class.getName());
        int feature = Runtime.version().feature();
        String note = image.version().equals(Integer.toString(feature))
                ? ""
                : "this machine runs java " + feature + ", not " + image.version() + " as the image would";
        return new Found.Usable(command, note);
    }

    /// The jar, or in tests the folders and jars, that hold [JavaLoop] and Jackson.
    private static List<String> ownClassPath() {
        return Stream.of(
                        JavaLoop.class,
                        com.fasterxml.jackson.databind.ObjectMapper.class,
                        com.fasterxml.jackson.core.JsonFactory.class,
                        com.fasterxml.jackson.annotation.JsonProperty.class)
                .map(LocalRuntimes::location)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static @Nullable String location(Class<?> type) {
        var source = type.getProtectionDomain().getCodeSource();
        return source == null
                ? null
                : Path.of(java.net.URI.create(source.getLocation().toString())).toString();
    }

    /// Writes a bundled loop to the folder, once per life of the server.
    private Path extract(String resource) throws IOException {
        Path known = extracted.get(resource);
        if (known != null && Files.exists(known)) {
            return known;
        }
        Files.createDirectories(folder);
        Path target = folder.resolve("podium_" + resource);
        Path temporary = Files.createTempFile(folder, "loop", ".tmp");
        try (InputStream in = LocalRuntimes.class.getResourceAsStream(resource)) {
            Files.copy(
                    Objects.requireNonNull(in, () -> "no resource " + resource),
                    temporary,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        extracted.put(resource, target);
        return target;
    }
}
