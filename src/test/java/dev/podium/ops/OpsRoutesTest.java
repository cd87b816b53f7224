package dev.podium.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.podium.http.Body;
import dev.podium.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
final class OpsRoutesTest {
    private static String text(Response response) {
        return response.body() instanceof Body.Bytes bytes ? new String(bytes.bytes(), StandardCharsets.UTF_8) : "";
    }

    @Test
    void readinessNamesTheChecksThatFail() throws Exception {
        AtomicReference<@Nullable String> problem = new AtomicReference<>("forbidden: pods \"create\"");
        OpsRoutes ops = new OpsRoutes(
                List.of(
                        new Check("store", () -> null),
                        new Check("kubernetes", problem::get),
                        new Check("watch", () -> {
                            throw new IllegalStateException("broken");
                        })),
                new Metrics("1"));
        Response notReady = ops.readiness();
        assertThat(notReady.status()).isEqualTo(503);
        assertThat(new ObjectMapper().readTree(text(notReady)))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"status\": \"not ready\", \"failing\":"
                                + " {\"kubernetes\": \"forbidden: pods \\\"create\\\"\", \"watch\": \"broken\"}}"));
        assertThat(ops.health().status()).isEqualTo(200);
        assertThat(text(ops.health())).isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void readyWhenAllChecksPass() throws Exception {
        OpsRoutes ops = new OpsRoutes(List.of(new Check("store", () -> null)), new Metrics("1"));
        Response ready = ops.readiness();
        assertThat(ready.status()).isEqualTo(200);
        assertThat(text(ready)).isEqualTo("{\"status\":\"ready\"}");
    }

    @Test
    void metricsAreText() throws Exception {
        Response metrics = new OpsRoutes(List.of(), new Metrics("1")).metrics();
        assertThat(metrics.headers().first("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(text(metrics)).contains("podium_info{version=\"1\"} 1");
    }
}
