package dev.podium.kube;

import static dev.podium.kube.TestApi.json;
import static dev.podium.kube.TestApi.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podium.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(120)
final class PodLogTest {
    @Test
    void aFollowedLogComesAsItIsWrittenAndCanBeClosedByAnyThread() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(api.stream(true, "line one"));
            PodLogOptions options = new PodLogOptions("function", true, Instant.EPOCH, 10, true);
            InputStream log = client.podLog("p", options);
            assertThat(new String(log.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("line one\n");
            assertThat(api.seen.getFirst().query())
                    .isEqualTo(
                            "follow=true&container=function&sinceTime=1970-01-01T00%3A00%3A00Z&tailLines=10&timestamps=true");
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    log.read();
                } catch (IOException e) {
                    thrown.set(e);
                }
            });
            Eventually.within(Duration.ofMinutes(1), () -> reader.getState() == Thread.State.WAITING);
            log.close();
            assertThat(reader.join(Duration.ofMinutes(1))).isTrue();
            assertThat(thrown.get()).hasMessageContaining("closed");
        }
    }

    @Test
    void aLongLogComesWhole() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            String text = "0123456789abcdef".repeat(40_000);
            api.then(json(200, text));
            try (InputStream log = client.podLog("p", PodLogOptions.all("function"))) {
                assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void theLogOfAContainerThatHasNotStartedIsRefusedInWords() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(status(400, "BadRequest", "container \"function\" in pod \"p\" is waiting to start"));
            KubeException e = catchThrowableOfType(
                    KubeException.class, () -> client.podLog("p", PodLogOptions.following("function")));
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.getMessage()).contains("read the log of pod \"p\"", "waiting to start");
        }
    }
}
