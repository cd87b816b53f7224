package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/// Archives are kept as long as they are used, and no longer.
@NullMarked
final class CodeTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init")
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void archiveLivesAsLongAsItsLastFunction() throws Exception {
        String one = server.python("one = 1\n");
        String other = server.python("one = 1\n");
        assertThat(archives()).isEqualTo(1);
        update(one, "two = 2\n");
        assertThat(archives()).isEqualTo(2);
        server.lambda().deleteFunction(b -> b.functionName(other));
        assertThat(archives()).isEqualTo(1);
        update(one, "two = 2\n");
        assertThat(archives()).isEqualTo(1);
        server.restart();
        assertThat(archives()).isEqualTo(1);
        server.lambda().deleteFunction(b -> b.functionName(one));
        assertThat(archives()).isZero();
    }

    @Test
    void resetLeavesNothingAndTheServerWorksOn() throws Exception {
        try (TestServer open = TestServer.start(Map.of("PODIUM_ALLOW_RESET", "true"));
                HttpClient http = HttpClient.newHttpClient()) {
            String before = open.python("one = 1\n");
            var reset = HttpRequest.newBuilder(open.endpoint().resolve("/_podium/reset"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(http.send(reset, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(204);
            assertThat(archives(open)).isZero();
            assertThatThrownBy(() -> open.invoke(before, "1")).hasMessageContaining("not found");
            String after = open.python("one = 1\n");
            assertThat(archives(open)).isEqualTo(1);
            open.lambda().deleteFunction(b -> b.functionName(after));
            assertThat(archives(open)).isZero();
        }
        var refused = HttpRequest.newBuilder(server.endpoint().resolve("/_podium/reset"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(refused, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void refusedChangesLeaveNoArchive() throws Exception {
        String name = server.python("one = 1\n");
        SdkBytes code = SdkBytes.fromByteArray(Zips.python("two = 2\n"));
        assertThatThrownBy(() -> server.lambda()
                        .updateFunctionCode(
                                b -> b.functionName(name).zipFile(code).revisionId("0")))
                .isInstanceOf(LambdaException.class);
        server.lambda()
                .updateFunctionCode(b -> b.functionName(name).zipFile(code).dryRun(true));
        assertThatThrownBy(() -> server.lambda()
                        .updateFunctionCode(b -> b.functionName(name).zipFile(SdkBytes.fromUtf8String("no archive"))))
                .isInstanceOf(LambdaException.class);
        assertThat(archives()).isEqualTo(1);
    }

    @Test
    void archiveOfNoFunctionGoesAtTheStart() throws Exception {
        String name = server.python("def handler(event, context):\n    return event\n");
        String stray = "0123456789abcdef".repeat(4);
        server.stop();
        Path folder = Files.createDirectories(server.state().resolve("blobs").resolve("01"));
        Files.writeString(folder.resolve(stray), "left by a crash");
        server.startAgain();
        assertThat(archives()).isEqualTo(1);
        assertThat(server.invoke(name, "1").functionError()).isNull();
    }

    @Test
    void coldStartUnderWayKeepsItsCode(@TempDir Path folder) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.python("""
                    import os, time
                    open('%1$s/starting', 'w').close()
                    while not os.path.exists('%1$s/go'):
                        time.sleep(0.01)
                    def handler(event, context):
                        return 'one'
                    """.formatted(folder));
            Future<InvokeResponse> call = threads.submit(() -> server.invoke(name, "{}"));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("starting")));
            update(name, "def handler(event, context):\n    return 'two'\n");
            Files.createFile(folder.resolve("go"));
            assertThat(call.get().payload().asUtf8String()).isIn("\"one\"", "\"two\"");
            assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo("\"two\"");
            Eventually.within(SOON, () -> archives() == 1);
        }
    }

    @Test
    void changesUnderLoadLoseNoInvocation() throws Exception {
        String name = server.python("def handler(event, context):\n    return 0\n", b -> b.timeout(20));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> calls = threads.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    assertThat(server.invoke(name, "{}").functionError()).isNull();
                }
                return null;
            });
            for (int i = 1; !calls.isDone() && i < 8; i++) {
                update(name, "def handler(event, context):\n    return " + i + "\n");
            }
            calls.get();
        }
        Eventually.within(SOON, () -> archives() == 1);
    }

    private void update(String name, String source) {
        server.lambda()
                .updateFunctionCode(b -> b.functionName(name).zipFile(SdkBytes.fromByteArray(Zips.python(source))));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
    }

    private long archives() throws IOException {
        return archives(server);
    }

    private static long archives(TestServer server) throws IOException {
        try (var files = Files.walk(server.state().resolve("blobs"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
