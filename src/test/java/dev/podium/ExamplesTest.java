package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `make demo` is made of compiles, and the Java example needs nothing but an old JDK.
@NullMarked
final class ExamplesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private int compile(String... arguments) {
        return ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments);
    }

    @Test
    void theDemoCompilesWithoutWarnings() {
        assertThat(compile(
                        "-Xlint:all",
                        "-Werror",
                        "-cp",
                        folder.toString(),
                        "-d",
                        folder.toString(),
                        "examples/Demo.java",
                        "examples/Compute.java"))
                .isZero();
    }

    @Test
    void theJavaExampleAnswersAndCounts() throws Exception {
        assertThat(compile("--release", "21", "-d", folder.toString(), "examples/java/example/Handler.java"))
                .isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            Class<?> type = loader.loadClass("example.Handler");
            Object handler = type.getConstructor().newInstance();
            Method handle = type.getMethod("handleRequest", Map.class);
            assertThat(handle.invoke(handler, Map.of("name", "you")))
                    .isEqualTo(Map.of(
                            "message",
                            "Hello you from Java " + Runtime.version().feature(),
                            "invocation",
                            1));
        }
    }
}
