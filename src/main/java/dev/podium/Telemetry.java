package dev.podium;

import dev.podium.kube.KubeObserver;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.InvocationMetrics;
import dev.podium.lambda.invoke.PodMetrics;
import dev.podium.ops.FunctionMetrics;
import dev.podium.ops.Metrics;
import dev.podium.ops.Scraped;
import java.util.LinkedHashMap;
import java.util.Map;

/// Connects what the packages tell with the metrics of `ops`: neither side knows the other.
record Telemetry(Metrics metrics) implements KubeObserver, InvocationMetrics {
    @Override
    public void called(String verb, String resource, int status, long nanos) {
        metrics.kubernetesCall(verb, resource, status, nanos);
    }

    @Override
    public OfFunction of(LambdaFunction function) {
        return new Function(
                metrics.function(function.scope().account(), function.scope().region(), function.name()));
    }

    @Override
    public void forget(LambdaFunction function) {
        metrics.forget(function.scope().account(), function.scope().region(), function.name());
    }

    /// Shows how long the asynchronous queues are.
    void watch(AsyncEvents async) {
        metrics.gauge("podium_lambda_async_queued", "Asynchronous events that are to run or run.", async::size);
        metrics.gauge("podium_lambda_async_waiting", "Asynchronous events between two attempts.", async::waiting);
        metrics.gauge(
                "podium_lambda_async_undelivered",
                "Messages that destinations have not taken yet.",
                async::undelivered);
    }

    /// Shows what functions' own servers tell of themselves.
    void show(PodMetrics pods) {
        metrics.scrape(() -> pods.pages().stream()
                .map(page -> new Scraped(labels(page), page.text()))
                .toList());
    }

    private static Map<String, String> labels(PodMetrics.Page page) {
        LambdaFunction function = page.function();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("account", function.scope().account());
        labels.put("region", function.scope().region());
        labels.put("function", function.name());
        labels.put("pod", page.pod());
        return labels;
    }

    private record Function(FunctionMetrics counts) implements OfFunction {
        @Override
        public void ended(boolean error, boolean cold, long nanos) {
            counts.called();
            if (cold) {
                counts.coldStart();
            }
            if (error) {
                counts.failed(nanos);
            } else {
                counts.succeeded(nanos);
            }
        }

        @Override
        public void throttled() {
            counts.throttled();
        }

        @Override
        public void asyncReceived() {
            counts.asyncReceived();
        }

        @Override
        public void asyncRetried() {
            counts.asyncRetried();
        }

        @Override
        public void asyncDropped() {
            counts.asyncDropped();
        }

        @Override
        public void asyncAge(long nanos) {
            counts.asyncAge(nanos);
        }

        @Override
        public void destinationFailed() {
            counts.destinationFailed();
        }

        @Override
        public void recursionStopped() {
            counts.recursionStopped();
        }

        @Override
        public void environments(int change) {
            counts.environments(change);
        }
    }
}
