package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.runtime.HttpTransport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// What functions' own web servers show at `/metrics` (transport `http`).
///
/// Pods are asked when somebody asks this, all at once, each with a time limit; what they said counts for some
/// seconds. A pod that has no such page isn't asked again.
public final class PodMetrics {
    private static final Logger LOG = System.getLogger("lambda");
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int MOST_PODS = 500;

    private final Map<HttpTransport, Environment> pods = new ConcurrentHashMap<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Told last = new Told(System.nanoTime() - FRESH.toNanos(), List.of());

    /// One pod's page.
    ///
    /// @param text in Prometheus' text form, as far as the pod knows it
    public record Page(LambdaFunction function, String pod, String text) {}

    private record Told(long atNanos, List<Page> pages) {}

    /// Asks this pod too, until it is closed.
    void add(Environment environment, HttpTransport pod) {
        pods.put(pod, environment);
        environment.onClose(() -> pods.remove(pod));
    }

    /// The pages of all pods that have one.
    public List<Page> pages() {
        Told told = last;
        if (pods.isEmpty()) {
            return List.of();
        }
        if (System.nanoTime() - told.atNanos < FRESH.toNanos() || !asking.compareAndSet(false, true)) {
            return told.pages;
        }
        try {
            List<Page> pages = ask();
            last = new Told(System.nanoTime(), pages);
            return pages;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return told.pages;
        } finally {
            asking.set(false);
        }
    }

    private List<Page> ask() throws InterruptedException {
        List<Callable<Optional<Page>>> questions = new ArrayList<>();
        pods.entrySet().stream()
                .limit(MOST_PODS)
                .forEach(pod -> questions.add(() -> page(pod.getKey(), pod.getValue())));
        List<Page> pages = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("lambda-metrics-", 0).factory())) {
            for (Future<Optional<Page>> answer :
                    threads.invokeAll(questions, LIMIT.toMillis() * 2, TimeUnit.MILLISECONDS)) {
                if (answer.state() == Future.State.SUCCESS) {
                    answer.get().ifPresent(pages::add);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("only answers that came are looked at", e);
        }
        return List.copyOf(pages);
    }

    private Optional<Page> page(HttpTransport pod, Environment environment) {
        HttpTransport.Metrics told = pod.metrics(LIMIT);
        if (told.absent()) {
            pods.remove(pod);
            LOG.log(Level.DEBUG, "pod without metrics name={0}", environment.podName());
        }
        return told.text()
                .map(text -> new Page(
                        environment.group.deployment().function(), String.valueOf(environment.podName()), text));
    }
}
