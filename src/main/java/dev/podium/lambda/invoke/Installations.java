package dev.podium.lambda.invoke;

import dev.podium.aws.AwsException;
import dev.podium.lambda.FunctionStatus;
import dev.podium.lambda.LambdaFunction;
import dev.podium.store.Blob;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// What functions with the tag `podium:install-dependencies` depend on.
///
/// It is installed by a pod of its own, once for the same dependencies, image and sources: the result is an
/// archive of
/// this server, which pods get with the code. So neither a second pod nor a spare one installs anything.
final class Installations {
    private static final Logger LOG = System.getLogger("lambda");
    private static final String TABLE = "lambda-installed";
    /// More results than that aren't kept: the oldest go.
    private static final int MOST = 200;
    private static final Duration REMEMBERED = Duration.ofSeconds(20);

    private final Table<Installed> table;
    private final Installation.Tools tools;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, Failed> failures = new ConcurrentHashMap<>();

    /// A result.
    ///
    /// @param sha256Hex name of the archive; empty when nothing came of it
    /// @param at        epoch milliseconds
    record Installed(String sha256Hex, long at) {}

    /// What failed a moment ago isn't tried again at once: clients repeat calls that fail.
    private record Failed(String why, long atNanos) {
        boolean holds() {
            return System.nanoTime() - atNanos < REMEMBERED.toNanos();
        }
    }

    /// An installation that somebody waits for.
    private static final class Running {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable String failure;
    }

    Installations(Store store, Installation.Tools tools) {
        this.table = store.table(TABLE, Installed.class);
        this.tools = tools;
    }

    /// The archives that are kept.
    static List<String> blobs(Store store) {
        return store.table(TABLE, Installed.class).page("", null, MOST * 2).stream()
                .map(entry -> entry.value().sha256Hex())
                .filter(sha256Hex -> !sha256Hex.isEmpty())
                .toList();
    }

    /// Tells whether a function wants dependencies installed.
    static boolean wanted(LambdaFunction function) {
        return !function.settings().image() && PodTags.of(function).install();
    }

    /// What was installed for a function.
    ///
    /// @return name of the archive, empty when there is nothing; nothing while it isn't installed
    Optional<String> known(Deployment deployment) {
        if (!wanted(deployment.function())) {
            return Optional.of("");
        }
        Optional<String> key = key(deployment);
        return key.isEmpty() ? Optional.of("") : table.get(key.get()).map(Installed::sha256Hex);
    }

    private Optional<String> key(Deployment deployment) {
        LambdaFunction function = deployment.function();
        try {
            return DependencyFiles.key(
                    function, tools.codes().path(function.code().sha256Hex()), deployment.image());
        } catch (IOException e) {
            throw new UncheckedIOException("the function's code can't be read", e);
        }
    }

    /// Installs what a function needs, unless that is there already; waits for it.
    void require(Deployment deployment) throws InstallationFailed, InterruptedException {
        if (known(deployment).isPresent()) {
            return;
        }
        String key = key(deployment).orElseThrow();
        Failed before = failures.get(key);
        if (before != null && before.holds()) {
            throw new InstallationFailed(before.why);
        }
        Running one = running.computeIfAbsent(key, k -> {
            Running fresh = new Running();
            Thread.ofVirtual()
                    .name("lambda-install-" + deployment.function().name())
                    .start(() -> run(key, deployment, fresh));
            return fresh;
        });
        one.over.await();
        String failure = one.failure;
        if (failure != null) {
            throw new InstallationFailed(failure);
        }
    }

    private void run(String key, Deployment deployment, Running one) {
        String function = deployment.function().name();
        long start = System.nanoTime();
        try {
            Path archive = new Installation(tools, deployment).run();
            Blob blob = archive == null ? null : tools.codes().adopt(archive);
            Installed result = new Installed(blob == null ? "" : blob.sha256Hex(), System.currentTimeMillis());
            makeRoom();
            table.put(key, result);
            LOG.log(
                    Level.INFO,
                    "dependencies installed function={0} took={1} ms bytes={2}",
                    function,
                    (System.nanoTime() - start) / 1_000_000,
                    blob == null ? 0 : blob.size());
        } catch (InstallationFailed e) {
            LOG.log(Level.WARNING, "dependencies not installed function={0}", function);
            one.failure = e.why();
            failures.values().removeIf(old -> !old.holds());
            failures.put(key, new Failed(e.why(), System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            one.failure = "The server is stopping";
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "installation of dependencies failed function=" + function, e);
            one.failure = "The function's dependencies could not be installed: an internal error; see the log";
        } finally {
            running.remove(key);
            one.over.countDown();
        }
    }

    private void makeRoom() {
        if (table.size() < MOST) {
            return;
        }
        table.page("", null, MOST * 2).stream()
                .min(Comparator.comparingLong(
                        (Entry<Installed> entry) -> entry.value().at()))
                .ifPresent(oldest -> {
                    table.remove(oldest.key());
                    if (!oldest.value().sha256Hex().isEmpty()) {
                        tools.codes().release(oldest.value().sha256Hex());
                    }
                });
    }

    /// The state that a new or changed function is in once it is prepared.
    FunctionStatus prepared(LambdaFunction function, Images images) throws InterruptedException {
        if (!wanted(function)) {
            return FunctionStatus.active();
        }
        try {
            require(Deployment.of(function, images.of(function)));
            return FunctionStatus.active();
        } catch (InstallationFailed e) {
            return FunctionStatus.failed(e.why(), "FunctionError");
        } catch (AwsException e) {
            return FunctionStatus.failed(String.valueOf(e.getMessage()), "InvalidRuntime");
        }
    }
}
