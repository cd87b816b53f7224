package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// Events are held until they have run.
@NullMarked
final class AsyncTest {
    private static final int EVENTS = 100;

    @Test
    void backlogOfAStoppedServerRunsOnceEach(@TempDir Path folder) throws Exception {
        try (SharedCluster cluster = SharedCluster.start()) {
            Map<String, String> settings = new HashMap<>(cluster.settings());
            settings.put("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "1");
            settings.put("PODIUM_LAMBDA_START_TIMEOUT", "20s");
            try (TestServer server = TestServer.start(settings)) {
                String name = server.python(
                        "def handler(event, context):\n    open(event['file'], 'a').write(event['mark'] + ' ')\n");
                Path file = folder.resolve("ran");
                cluster.api(false);
                for (int i = 0; i < EVENTS; i++) {
                    String event = "{\"file\": \"" + file + "\", \"mark\": \"" + i + "\"}";
                    server.lambda()
                            .invoke(b -> b.functionName(name)
                                    .invocationType(InvocationType.EVENT)
                                    .payload(SdkBytes.fromUtf8String(event)));
                }
                server.stop();
                cluster.api(true);
                server.startAgain();
                Eventually.within(Duration.ofSeconds(100), () -> Files.exists(file) && marks(file).length >= EVENTS);
                server.invoke(name, "{\"file\": \"" + file + "\", \"mark\": \"\"}");
                assertThat(marks(file)).hasSize(EVENTS).doesNotHaveDuplicates();
            }
        }
    }

    private static String[] marks(Path file) throws Exception {
        return Files.readString(file).strip().split(" ");
    }
}
