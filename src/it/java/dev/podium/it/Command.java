package dev.podium.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program of the machine, run to its end.
final class Command {
    /// The longest is src/it/up, which builds a cluster when it is not run before the tests.
    private static final int MINUTES = 45;

    private Command() {}

    /// What a program printed and how it ended.
    record Result(int status, String out, String err) {
        /// The standard output, of a program that succeeded.
        ///
        /// @throws AssertionError with what it said, if it failed
        String require() {
            if (status != 0) {
                throw new AssertionError("ended with " + status + ": " + err + out);
            }
            return out;
        }
    }

    /// Variables from which AWS's clients learn where to go and as whom; the map may be changed.
    static Map<String, String> aws(URI endpoint, String accessKeyId, String secretAccessKey) {
        return new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL", endpoint.toString(),
                "AWS_ACCESS_KEY_ID", accessKeyId,
                "AWS_SECRET_ACCESS_KEY", secretAccessKey,
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_PAGER", "",
                "AWS_EC2_METADATA_DISABLED", "true"));
    }

    /// Runs a program with more variables and a text on its standard input.
    static Result run(Map<String, String> env, String input, List<String> command) {
        try {
            Path in = Files.createTempFile("podium-it", ".in");
            Path out = Files.createTempFile("podium-it", ".out");
            Path err = Files.createTempFile("podium-it", ".err");
            try {
                Files.writeString(in, input);
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(env);
                Process process = builder.start();
                try {
                    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                        throw new AssertionError("still running after " + MINUTES + " minutes: " + command + "\n" + read(err) + read(out));
                    }
                } finally {
                    // Neither it nor what it runs goes on when a limit of the test's is over.
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
                return new Result(process.exitValue(), read(out), read(err));
            } finally {
                Files.delete(in);
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
