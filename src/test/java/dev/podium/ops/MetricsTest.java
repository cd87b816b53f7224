package dev.podium.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class MetricsTest {
    private static final String LABELS = "{account=\"1\",function=\"hello\",region=\"us-east-1\"} ";

    private final Metrics metrics = new Metrics("0.1.0");

    private String text() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyNumberIsExposedPerFunction() throws IOException {
        FunctionMetrics hello = metrics.function("1", "us-east-1", "hello");
        for (int i = 0; i < 5; i++) {
            hello.called();
        }
        hello.succeeded(TimeUnit.MILLISECONDS.toNanos(2));
        hello.succeeded(TimeUnit.MILLISECONDS.toNanos(2));
        hello.failed(TimeUnit.SECONDS.toNanos(2000));
        hello.throttled();
        hello.coldStart();
        hello.environments(3);
        hello.environments(-1);
        assertThat(text())
                .contains("podium_info{version=\"0.1.0\"} 1\n")
                .contains("# TYPE podium_lambda_calls_total counter\n")
                .contains("podium_lambda_calls_total" + LABELS + "5.0\n")
                .contains("podium_lambda_successes_total" + LABELS + "2.0\n")
                .contains("podium_lambda_errors_total" + LABELS + "1.0\n")
                .contains("podium_lambda_throttles_total" + LABELS + "1.0\n")
                .contains("podium_lambda_cold_starts_total" + LABELS + "1.0\n")
                .contains("podium_lambda_environments" + LABELS + "2.0\n")
                .contains("podium_lambda_duration_seconds_bucket{account=\"1\",function=\"hello\",region=\"us-east-1\","
                        + "le=\"0.001\"} 0\n")
                .contains("podium_lambda_duration_seconds_bucket{account=\"1\",function=\"hello\",region=\"us-east-1\","
                        + "le=\"0.0025\"} 2\n")
                .contains("podium_lambda_duration_seconds_bucket{account=\"1\",function=\"hello\",region=\"us-east-1\","
                        + "le=\"+Inf\"} 3\n")
                .contains("podium_lambda_duration_seconds_sum" + LABELS + "2000.004\n");
    }

    @Test
    void kubernetesCallsAreTimed() throws IOException {
        metrics.kubernetesCall("create", "pods", 201, TimeUnit.MILLISECONDS.toNanos(7));
        metrics.kubernetesCall("create", "pods", 429, TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(text())
                .contains("podium_kubernetes_call_duration_seconds_count{resource=\"pods\",status=\"201\","
                        + "verb=\"create\"} 1\n")
                .contains("podium_kubernetes_call_duration_seconds_bucket{resource=\"pods\",status=\"201\","
                        + "verb=\"create\",le=\"0.005\"} 0\n")
                .contains("podium_kubernetes_call_duration_seconds_count{resource=\"pods\",status=\"429\","
                        + "verb=\"create\"} 1\n");
    }

    @Test
    void gaugesAreReadAtEachScrape() throws IOException {
        long[] value = {1};
        metrics.gauge("podium_parked", "Parked connections.", () -> value[0]);
        assertThat(text()).contains("podium_parked 1.0\n");
        value[0] = 2;
        assertThat(text()).contains("podium_parked 2.0\n");
    }

    @Test
    void nothingCountedYetIsNoError() throws IOException {
        assertThat(text()).contains("podium_info");
    }

    @Test
    void labelsAreBoundedAndHarmless() throws IOException {
        metrics.function("1", "r", "quo\"te\n").called();
        assertThat(text()).contains("function=\"quo\\\"te\\n\"");
        for (int i = 0; i < 2 * Metrics.MAX_FUNCTIONS; i++) {
            metrics.function("1", "r", "f" + i).called();
        }
        assertThat(metrics.functions()).hasSize(Metrics.MAX_FUNCTIONS + 1);
        assertThat(text())
                .contains("podium_lambda_calls_total{account=\"other\",function=\"other\",region=\"other\"} "
                        + (Metrics.MAX_FUNCTIONS + 1) + ".0\n");
        metrics.forget("1", "r", "f1");
        assertThat(text()).doesNotContain("function=\"f1\"");
    }
}
