package dev.podium.lambda.invoke;

import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.AssignedPods.AssignedPod;
import dev.podium.lambda.runtime.HttpTransport;
import dev.podium.lambda.runtime.RieTransport;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.pods.PodException;
import dev.podium.pods.PodRequest;
import dev.podium.pods.PodState;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// The pods of environments: from the pool where one fits, else made for them; and their end.
final class EnvironmentPods implements Surroundings {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int EMULATOR_PORT = 8080;
    /// Longer than AWS lets a function initialise: whoever waits gets a pod made for him then.
    private static final Duration POOLED = Duration.ofSeconds(10);
    /// A pod that outlived the server is back within a second where it reaches it at once; not so behind a
    /// Service that still points to the server's old pod. The pod's node may be gone, too.
    private static final Duration BACK = Duration.ofSeconds(3);

    private static final Duration ADOPTION = Duration.ofSeconds(30);
    /// How long a namespace's quota may take to notice that spare pods are gone.
    private static final Duration QUOTA = Duration.ofSeconds(15);

    /// For how long the pod of a function that was changed stays in nobody's way.
    private static final Duration SUPERSEDED = Duration.ofSeconds(1);

    private static final Duration QUOTA_PAUSE = Duration.ofMillis(500);

    private final Pods pods;
    private final Reaper reaper;
    private final InvokeSettings settings;
    private final FunctionPods manifests;
    private final InvocationMetrics metrics;
    private final EnvironmentChecks checks;
    private final ShellKnowledge shells;
    private final Pools pools;
    private final AssignedPods assigned;
    private final InvocationLogs logs;
    private final PodMetrics podMetrics = new PodMetrics();
    private final Installations installations;
    private final SessionContents contents;

    EnvironmentPods(
            CodeBlobs codes,
            Pods pods,
            Reaper reaper,
            RuntimePort port,
            InvokeSettings settings,
            InvocationMetrics metrics,
            EnvironmentChecks checks,
            Images images,
            AssignedPods assigned,
            InvocationLogs logs,
            Store store) {
        this.logs = logs;
        this.pods = pods;
        this.reaper = reaper;
        this.settings = settings;
        this.manifests = new FunctionPods(settings);
        this.installations = new Installations(
                store, new Installation.Tools(manifests, pods, reaper, port, codes, settings.install()));
        this.contents = new SessionContents(codes, port, manifests, installations);
        this.metrics = metrics;
        this.checks = checks;
        this.assigned = assigned;
        this.shells = new ShellKnowledge(settings.loader());
        this.pools = new Pools(manifests, pods, reaper, port, settings, shells, images);
    }

    /// What functions depend on.
    Installations installations() {
        return installations;
    }

    /// What functions' own servers tell of themselves.
    PodMetrics podMetrics() {
        return podMetrics;
    }

    /// The spare pods.
    Pools pools() {
        return pools;
    }

    @Override
    public void start(Environment environment) {
        Deployment deployment = environment.group.deployment();
        metrics.of(deployment.function()).environments(1);
        environment.shellLoader = shells.loads(deployment);
        LambdaFunction function = deployment.function();
        environment.log(logs.open(environment, function, LogStreams.name(function)));
        checks.starting(environment, settings.startTimeout().plus(installing(deployment)));
        if (!taken(environment, deployment)) {
            create(environment);
        }
    }

    @Override
    public Duration installing(Deployment deployment) {
        return installations.known(deployment).isPresent()
                ? Duration.ZERO
                : settings.install().within();
    }

    private boolean taken(Environment environment, Deployment deployment) {
        LambdaFunction function = deployment.function();
        if (deployment.transport() != TransportKind.RUNTIME
                || function.settings().image()
                || PodTags.of(function).mountPath() != null
                || installations.known(deployment).isEmpty()) {
            return false;
        }
        PodShape shape = PodShape.of(deployment, shells.loads(deployment.image()));
        int entries = Installations.wanted(function) ? Integer.MAX_VALUE : function.entries();
        if (!pools.take(shape, entries, environment)) {
            return false;
        }
        environment.pooled = true;
        environment.shellLoader = shape.shell();
        checks.late(environment, POOLED);
        Thread.ofVirtual().name("lambda-assign-" + function.name()).start(() -> assign(environment));
        return true;
    }

    /// Gives a spare pod its function. The note for a restart is written while the pod unpacks its code.
    private void assign(Environment environment) {
        EnvironmentGroup group = environment.group;
        LambdaFunction function = group.deployment().function();
        String pod = String.valueOf(environment.podName());
        RuntimeSession session = environment.session();
        try {
            if (session == null) {
                throw new IllegalStateException("a spare pod without a session");
            }
            contents.fill(environment, session);
            LOG.log(Level.INFO, "pod assigned name={0} function={1}", pod, function.name());
            String arn = function.arn() + ":" + function.version();
            assigned.put(
                    pod,
                    new AssignedPod(
                            arn,
                            group.deployment().fingerprint(),
                            environment.provisioned,
                            environment.log().stream()));
            environment.onClose(() -> assigned.forget(pod));
        } catch (SessionContents.CodeReplaced e) {
            group.failedWhileStarting(environment, new StartFailure.Superseded());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "assignment of a pod failed", e);
            group.failedWhileStarting(environment, new StartFailure.Unavailable("an internal error; see the log"));
        } finally {
            closeIfGone(environment);
        }
    }

    private static void closeIfGone(Environment environment) {
        if (environment.group.isGone(environment)) {
            // It may have been given up before there was anything to close.
            environment.close();
        }
    }

    private void create(Environment environment) {
        String function = environment.group.deployment().function().name();
        Thread.ofVirtual().name("lambda-start-" + function).start(() -> createNow(environment));
    }

    private void createNow(Environment environment) {
        EnvironmentGroup group = environment.group;
        try {
            installations.require(group.deployment());
            String token = RuntimePort.newToken();
            String codeToken = RuntimePort.newToken();
            contents.open(environment, token, codeToken);
            String name = createPod(manifests.request(environment, token, codeToken), environment);
            environment.podName(name);
            if (group.isGone(environment)) {
                reaper.delete(name);
            }
        } catch (PodException e) {
            if (e.mayPass()) {
                // The answer may have been lost on the way, and the pod be there.
                reaper.delete(e.podName());
            }
            group.failedWhileStarting(environment, new StartFailure.Unavailable(e.getMessage()));
        } catch (InstallationFailed e) {
            group.failedWhileStarting(environment, new StartFailure.NotInstalled(e.why()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            group.failedWhileStarting(environment, new StartFailure.Unavailable("the server is stopping"));
        } catch (SessionContents.CodeReplaced e) {
            group.failedWhileStarting(environment, new StartFailure.Superseded());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "start of an environment failed", e);
            group.failedWhileStarting(environment, new StartFailure.Unavailable("an internal error; see the log"));
        } finally {
            closeIfGone(environment);
        }
    }

    /// Spare pods may have used the namespace's quota up: then they go first.
    private String createPod(PodRequest request, Environment environment) throws PodException, InterruptedException {
        try {
            return pods.create(request, environment);
        } catch (PodException e) {
            if (!e.quota() || !pools.giveUp()) {
                throw e;
            }
        }
        long end = System.nanoTime() + QUOTA.toNanos();
        while (true) {
            Thread.sleep(QUOTA_PAUSE);
            try {
                return pods.create(request, environment);
            } catch (PodException e) {
                if (!e.quota() || System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    /// Takes in an environment's pod, which an earlier run of this server made.
    void adopt(Environment environment, FunctionPods.Identity identity) {
        String name = identity.podName();
        LambdaFunction function = environment.group.deployment().function();
        String stream = identity.logStream();
        environment.log(logs.open(environment, function, stream.isEmpty() ? LogStreams.name(function) : stream));
        environment.log().adopted();
        environment.podName(name);
        environment.used = true;
        environment.pooled = identity.shape() != null;
        pods.adopt(name, environment);
        metrics.of(environment.group.deployment().function()).environments(1);
        try {
            contents.open(environment, identity.token(), identity.codeToken());
        } catch (SessionContents.CodeReplaced e) {
            environment.group.failedWhileStarting(environment, new StartFailure.Superseded());
            return;
        }
        if (environment.pooled) {
            environment.onClose(() -> assigned.forget(name));
        }
        checks.late(environment, BACK);
        checks.starting(environment, ADOPTION);
    }

    @Override
    public void running(Environment environment, PodState pod) {
        TransportKind kind = environment.group.deployment().transport();
        String ip = pod.ip();
        if (kind == TransportKind.RUNTIME || !pod.running() || ip == null || !environment.beginConnecting()) {
            return;
        }
        Thread.ofVirtual().name("lambda-connect-" + pod.name()).start(() -> connect(environment, kind, ip));
    }

    private void connect(Environment environment, TransportKind kind, String ip) {
        try {
            if (kind == TransportKind.RIE) {
                RieTransport rie = new RieTransport(ip, EMULATOR_PORT);
                if (rie.awaitReady(settings.startTimeout())) {
                    environment.connected(rie);
                }
            } else {
                HttpTransport http = new HttpTransport(ip, EMULATOR_PORT);
                if (http.awaitReady(settings.startTimeout(), environment::unhealthy)) {
                    podMetrics.add(environment, http);
                    environment.connected(http);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void restart(Environment environment) {
        Deployment deployment = environment.group.deployment();
        if (!environment.shellLoader) {
            shells.none(deployment.image());
            pools.used(PodShape.of(deployment, shells.loads(deployment.image())), environment);
        }
        environment.shellLoader &= shells.loads(deployment);
        environment.close();
        String name = environment.podName();
        if (name != null) {
            pods.forget(name);
            reaper.delete(name);
        }
        create(environment);
    }

    @Override
    public void noRoom() {
        pools.giveUp();
    }

    @Override
    public void replenishLater(EnvironmentGroup group, Duration delay) {
        checks.replenish(group, delay);
    }

    @Override
    public void end(Environment environment) {
        metrics.of(environment.group.deployment().function()).environments(-1);
        release(environment);
    }

    @Override
    public void endSoon(Environment environment) {
        checks.ending(environment, SUPERSEDED);
    }

    /// The pod goes when its log has been read.
    private void release(Environment environment) {
        environment.close();
        String name = environment.podName();
        environment.afterExtensions(() -> {
            if (name != null) {
                pods.forget(name);
            }
            environment.log().close(() -> {
                if (name != null) {
                    reaper.delete(name);
                }
            });
        });
    }

    @Override
    public void watchIdle(Environment environment) {
        checks.idle(environment);
    }

    @Override
    public int maxEnvironments() {
        return settings.maxEnvironments();
    }

    @Override
    public boolean reuse() {
        return settings.keepalive().isPositive();
    }
}
