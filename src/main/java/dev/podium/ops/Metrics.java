package dev.podium.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything that is counted. The counters are the JDK's; Prometheus' classes are loaded by the first scrape.
public final class Metrics {
    /// From this many functions on, further ones are counted together as `other`.
    static final int MAX_FUNCTIONS = 2000;

    private static final String OTHER = "other";

    private final String version;
    private final ConcurrentHashMap<FunctionKey, FunctionMetrics> functions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<KubernetesCall, Durations> kubernetes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Gauge> gauges = new ConcurrentHashMap<>();
    private volatile Supplier<List<Scraped>> scraped = List::of;

    /// @param version Podium's, shown as the label of `podium_info`
    public Metrics(String version) {
        this.version = version;
    }

    /// Gives the numbers of one function, the same object each time.
    public FunctionMetrics function(String account, String region, String function) {
        FunctionKey key = new FunctionKey(account, region, function);
        FunctionMetrics known = functions.get(key);
        if (known != null) {
            return known;
        }
        FunctionKey counted = functions.size() < MAX_FUNCTIONS ? key : new FunctionKey(OTHER, OTHER, OTHER);
        return functions.computeIfAbsent(counted, k -> new FunctionMetrics(k.account, k.region, k.function));
    }

    /// Drops the numbers of a function that was deleted.
    public void forget(String account, String region, String function) {
        functions.remove(new FunctionKey(account, region, function));
    }

    /// Counts one call of the Kubernetes API.
    ///
    /// @param verb such as `create` or `list`
    /// @param resource such as `pods`
    /// @param status the HTTP status, or 0 when there was no answer
    /// @param nanos how long it took
    public void kubernetesCall(String verb, String resource, int status, long nanos) {
        kubernetes
                .computeIfAbsent(new KubernetesCall(verb, resource, status), k -> new Durations())
                .record(nanos);
    }

    /// Adds a number that is read at each scrape.
    ///
    /// @param name such as `podium_runtime_connections`
    /// @param help one sentence
    /// @param value quick, and must not fail
    public void gauge(String name, String help, LongSupplier value) {
        gauges.put(name, new Gauge(name, help, value));
    }

    /// Shows the numbers of other servers too.
    ///
    /// @param pages read at each scrape; answers within a few seconds
    public void scrape(Supplier<List<Scraped>> pages) {
        scraped = pages;
    }

    /// Writes all numbers in Prometheus' text form.
    public void writeTo(OutputStream out) throws IOException {
        Exposition.write(this, out);
        List<Scraped> pages = scraped.get();
        if (!pages.isEmpty()) {
            ScrapedFamilies families = new ScrapedFamilies();
            pages.forEach(families::add);
            out.write(families.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    String version() {
        return version;
    }

    Collection<FunctionMetrics> functions() {
        return functions.values();
    }

    Map<KubernetesCall, Durations> kubernetes() {
        return kubernetes;
    }

    Collection<Gauge> gauges() {
        return gauges.values();
    }

    /// What calls of the Kubernetes API are told apart by.
    record KubernetesCall(String verb, String resource, int status) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof KubernetesCall call
                    && status == call.status
                    && verb.equals(call.verb)
                    && resource.equals(call.resource);
        }

        @Override
        public int hashCode() {
            return (31 * verb.hashCode() + resource.hashCode()) * 31 + status;
        }
    }

    /// A number that is read at each scrape.
    record Gauge(String name, String help, LongSupplier value) {}

    /// Written out, as the generated methods of a record take milliseconds to start.
    private record FunctionKey(String account, String region, String function) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FunctionKey key
                    && function.equals(key.function)
                    && account.equals(key.account)
                    && region.equals(key.region);
        }

        @Override
        public int hashCode() {
            return (31 * account.hashCode() + region.hashCode()) * 31 + function.hashCode();
        }
    }
}
