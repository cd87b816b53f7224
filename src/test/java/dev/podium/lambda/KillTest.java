package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// A server that is killed with -9, and its successor on the same state.
@NullMarked
final class KillTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final String DONE = "podium_lambda_async_queued 0.0";

    @SuppressWarnings("NullAway.Init")
    private ServerProcess server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        // One environment: an event that runs on holds up those behind it.
        server = ServerProcess.start(Map.of("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "1"));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void functionsStayAndTheirProcessesGo() throws Exception {
        // A runtime ends by itself when its server is away; what it has started in a session of its own doesn't.
        create("kept", """
                import subprocess
                child = subprocess.Popen(['sleep', '300'], start_new_session=True)
                def handler(event, context):
                    return child.pid
                """);
        var before = server.lambda().getFunction(b -> b.functionName("kept"));
        long pid = Long.parseLong(invoke("kept", "{}"));
        assertThat(ProcessHandle.of(pid)).isPresent();
        server.kill();
        server.startAgain();
        var after = server.lambda().getFunction(b -> b.functionName("kept"));
        assertThat(after.configuration()).isEqualTo(before.configuration());
        assertThat(after.tags()).isEqualTo(Map.of("team", "red"));
        assertThat(Long.parseLong(invoke("kept", "{}"))).isNotEqualTo(pid);
        Eventually.within(
                SOON, () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void acceptedEventRunsAfterTheRestartAndAFinishedOneDoesNot() throws Exception {
        Path ran = folder.resolve("ran");
        Path first = folder.resolve("first");
        create("events", """
                import os, time
                def handler(event, context):
                    if event['wait'] and not os.path.exists(event['first']):
                        open(event['first'], 'w').close()
                        time.sleep(600)
                    open(event['file'], 'a').write(event['mark'])
                """);
        event("{\"wait\": false, \"mark\": \"a\", \"file\": \"" + ran + "\"}");
        // What was done when the server was killed doesn't run again; what was about to be done would.
        Eventually.within(
                SOON,
                () -> Files.readString(ran).equals("a")
                        && server.page("/metrics").contains(DONE));
        event("{\"wait\": true, \"mark\": \"b\", \"file\": \"" + ran + "\", \"first\": \"" + first + "\"}");
        Eventually.within(SOON, () -> Files.exists(first));
        event("{\"wait\": false, \"mark\": \"c\", \"file\": \"" + ran + "\"}");
        server.kill();
        server.startAgain();
        Eventually.within(SOON, () -> Files.readString(ran).length() >= 3);
        // An event runs at least once: one that ends just as the server is killed would run again.
        Eventually.within(SOON, () -> server.page("/metrics").contains(DONE));
        server.kill();
        server.startAgain();
        invoke("events", "{\"wait\": false, \"mark\": \"\", \"file\": \"" + ran + "\"}");
        assertThat(Files.readString(ran).chars().sorted().toArray())
                .isEqualTo("abc".chars().toArray());
    }

    @Test
    void killedUnderLoadLosesNoAcceptedEvent() throws Exception {
        Path ran = folder.resolve("ran");
        Path hold = folder.resolve("ran.hold");
        create("events", """
                import os, time
                def handler(event, context):
                    while os.path.exists(event['file'] + '.hold'):
                        time.sleep(0.01)
                    open(event['file'], 'a').write(event['mark'] + '\\n')
                """);
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int caller = t;
            callers.add(Thread.ofVirtual().start(() -> sendUntilItIsGone(caller, ran, accepted)));
        }
        try {
            Eventually.within(SOON, () -> accepted.size() > 100 && Files.exists(ran));
            // From now on none gets done: so there is work when the server is killed.
            Files.createFile(hold);
            int held = accepted.size();
            Eventually.within(SOON, () -> accepted.size() > held + 100);
        } finally {
            server.kill();
        }
        for (Thread caller : callers) {
            assertThat(caller.join(SOON)).isTrue();
        }
        int before = Files.exists(ran) ? Files.readAllLines(ran).size() : 0;
        assertThat(before).as("killed while there was work").isLessThan(accepted.size());
        Files.delete(hold);
        server.startAgain();
        Eventually.within(Duration.ofMinutes(2), () -> new HashSet<>(Files.readAllLines(ran)).containsAll(accepted));
    }

    private void sendUntilItIsGone(int caller, Path ran, Set<String> accepted) {
        try {
            for (int i = 0; ; i++) {
                String mark = caller + "-" + i;
                event("{\"mark\": \"" + mark + "\", \"file\": \"" + ran + "\"}");
                accepted.add(mark);
            }
        } catch (SdkException e) {
            // it was killed
        }
    }

    private void create(String name, String source) {
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime("python3.12")
                        .handler("app.handler")
                        .role(TestServer.ROLE)
                        .timeout(900)
                        .tags(Map.of("team", "red"))
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(source)))));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
    }

    private String invoke(String name, String payload) {
        return server.lambda()
                .invoke(b -> b.functionName(name).payload(SdkBytes.fromUtf8String(payload)))
                .payload()
                .asUtf8String();
    }

    private void event(String payload) {
        assertThat(server.lambda()
                        .invoke(b -> b.functionName("events")
                                .invocationType(InvocationType.EVENT)
                                .payload(SdkBytes.fromUtf8String(payload)))
                        .statusCode())
                .isEqualTo(202);
    }
}
