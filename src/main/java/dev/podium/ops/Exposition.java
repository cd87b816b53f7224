package dev.podium.ops;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Turns [Metrics] into Prometheus' text form. The only class that knows Prometheus.
final class Exposition {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private Exposition() {}

    static void write(Metrics metrics, OutputStream out) throws IOException {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        all.metricSnapshot(InfoSnapshot.builder()
                .name("podium")
                .help("Podium's version; always 1.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", metrics.version()))
                        .build())
                .build());
        all.metricSnapshot(counter(metrics, "podium_lambda_calls", "Invocations let in.", f -> f.calls));
        all.metricSnapshot(counter(
                metrics, "podium_lambda_successes", "Invocations that the function answered.", f -> f.successes));
        all.metricSnapshot(counter(
                metrics, "podium_lambda_errors", "Invocations that ended with a function error.", f -> f.errors));
        all.metricSnapshot(counter(metrics, "podium_lambda_throttles", "Invocations turned away.", f -> f.throttles));
        all.metricSnapshot(counter(
                metrics,
                "podium_lambda_cold_starts",
                "Invocations for which an environment had to be made.",
                f -> f.coldStarts));
        all.metricSnapshot(
                counter(metrics, "podium_lambda_async_events", "Asynchronous events accepted.", f -> f.asyncReceived));
        all.metricSnapshot(counter(
                metrics,
                "podium_lambda_async_retries",
                "Asynchronous events run again after an error of the function.",
                f -> f.asyncRetried));
        all.metricSnapshot(counter(
                metrics,
                "podium_lambda_async_events_dropped",
                "Asynchronous events that ended without success.",
                f -> f.asyncDropped));
        all.metricSnapshot(counter(
                metrics,
                "podium_lambda_destination_failures",
                "Messages that a destination or dead-letter queue never took.",
                f -> f.destinationFailures));
        all.metricSnapshot(counter(
                metrics,
                "podium_lambda_recursive_invocations_dropped",
                "Invocations stopped as part of a loop.",
                f -> f.recursionsStopped));
        all.metricSnapshot(durations(
                metrics,
                "podium_lambda_async_event_age_seconds",
                "Time from accepting an asynchronous event to its attempts.",
                f -> f.asyncAges.get()));
        all.metricSnapshot(environments(metrics));
        all.metricSnapshot(durations(
                metrics,
                "podium_lambda_duration_seconds",
                "Time from letting an invocation in to its answer.",
                f -> f.durations));
        all.metricSnapshot(kubernetes(metrics));
        for (Metrics.Gauge gauge : metrics.gauges()) {
            all.metricSnapshot(GaugeSnapshot.builder()
                    .name(gauge.name())
                    .help(gauge.help())
                    .dataPoint(gauge((double) gauge.value().getAsLong(), Labels.EMPTY))
                    .build());
        }
        PrometheusTextFormatWriter.create().write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
    }

    private static Labels labels(FunctionMetrics function) {
        return Labels.of("account", function.account, "function", function.function, "region", function.region);
    }

    private static GaugeDataPointSnapshot gauge(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static CounterSnapshot counter(
            Metrics metrics, String name, String help, Function<FunctionMetrics, LongAdder> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        for (FunctionMetrics function : metrics.functions()) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .value((double) value.apply(function).sum())
                    .labels(labels(function))
                    .build());
        }
        return counter.build();
    }

    private static GaugeSnapshot environments(Metrics metrics) {
        GaugeSnapshot.Builder environments =
                GaugeSnapshot.builder().name("podium_lambda_environments").help("Environments (pods) that there are.");
        for (FunctionMetrics function : metrics.functions()) {
            environments.dataPoint(gauge((double) function.environments.sum(), labels(function)));
        }
        return environments.build();
    }

    /// @param value null for functions that have no such durations
    private static HistogramSnapshot durations(
            Metrics metrics, String name, String help, Function<FunctionMetrics, @Nullable Durations> value) {
        HistogramSnapshot.Builder all = HistogramSnapshot.builder().name(name).help(help);
        for (FunctionMetrics function : metrics.functions()) {
            Durations known = value.apply(function);
            if (known != null) {
                all.dataPoint(histogram(known, labels(function)));
            }
        }
        return all.build();
    }

    private static HistogramSnapshot kubernetes(Metrics metrics) {
        HistogramSnapshot.Builder calls = HistogramSnapshot.builder()
                .name("podium_kubernetes_call_duration_seconds")
                .help("Time taken by calls of the Kubernetes API.");
        metrics.kubernetes()
                .forEach((call, durations) -> calls.dataPoint(histogram(
                        durations,
                        Labels.of(
                                "resource",
                                call.resource(),
                                "status",
                                Integer.toString(call.status()),
                                "verb",
                                call.verb()))));
        return calls.build();
    }

    private static HistogramDataPointSnapshot histogram(Durations durations, Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(Durations.bounds(), durations.counts()))
                .sum(durations.sumSeconds())
                .labels(labels)
                .build();
    }
}
