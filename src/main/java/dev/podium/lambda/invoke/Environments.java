package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.AwsException;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.EnvironmentGroup.Acquired;
import dev.podium.lambda.invoke.FunctionPods.Identity;
import dev.podium.lambda.runtime.Assignment;
import dev.podium.lambda.runtime.HttpTransport;
import dev.podium.lambda.runtime.RieTransport;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// All environments of all functions: groups by deployment, their pods, and the end of idle ones.
public final class Environments implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int EMULATOR_PORT = 8080;
    /// A bigger archive takes an init container: without tar in the image, its shell would need long for so many
    /// files.
    private static final int SHELL_ENTRIES = 512;
    private static final Duration ADOPTION = Duration.ofSeconds(30);

    private final Functions functions;
    private final Images images;
    private final CodeBlobs codes;
    private final Pods pods;
    private final Reaper reaper;
    private final RuntimePort port;
    private final InvokeSettings settings;
    private final FunctionPods manifests;
    private final InvocationMetrics metrics;
    private final Surroundings surroundings = new Surroundings();
    private final Map<Key, EnvironmentGroup> groups = new ConcurrentHashMap<>();
    private final Set<String> imagesWithoutShell = ConcurrentHashMap.newKeySet();
    private final EnvironmentChecks checks;

    /// One version of one function.
    private record Key(String account, String region, String name, String version) {
        static Key of(LambdaFunction function) {
            return new Key(function.scope().account(), function.scope().region(), function.name(), function.version());
        }
    }

    /// Makes the collection; nothing happens before [#start].
    public Environments(
            Functions functions,
            Images images,
            CodeBlobs codes,
            Pods pods,
            Reaper reaper,
            RuntimePort port,
            InvokeSettings settings,
            InvocationMetrics metrics) {
        this.functions = functions;
        this.images = images;
        this.codes = codes;
        this.pods = pods;
        this.reaper = reaper;
        this.port = port;
        this.settings = settings;
        this.manifests = new FunctionPods(settings);
        this.checks = new EnvironmentChecks(settings);
        this.metrics = metrics;
    }

    /// Starts the checks, and listens for functions that change or go.
    public void start() {
        functions.onChange(this::changed);
        functions.onDelete(this::deleted);
        checks.start();
    }

    /// Takes in the pods that an earlier run of this server left: those of unchanged functions serve on, others are
    /// deleted.
    public void adopt() throws PodException, InterruptedException {
        List<ObjectNode> there = pods.list("lambda");
        // Asked after the list: a pod is known before it is created.
        Set<String> known = pods.known();
        for (ObjectNode pod : there) {
            String name = pod.path("metadata").path("name").asText();
            if (known.contains(name)) {
                continue;
            }
            Identity identity = FunctionPods.identity(pod).orElse(null);
            PodState state = PodState.of(pod);
            if (identity == null || state.trouble() != null || !adopted(identity)) {
                LOG.log(Level.INFO, "orphaned pod deleted name={0}", name);
                reaper.delete(name);
            }
        }
    }

    private boolean adopted(Identity identity) {
        String[] arn = identity.arn().split(":", -1);
        if (arn.length != 8) {
            return false;
        }
        FunctionName name = new FunctionName(new dev.podium.aws.Scope(arn[4], arn[3]), arn[6], arn[7]);
        LambdaFunction function = functions.find(name).orElse(null);
        if (function == null) {
            return false;
        }
        EnvironmentGroup group = group(function);
        Deployment deployment = group.deployment();
        if (deployment.transport() != TransportKind.RUNTIME
                || !deployment.fingerprint().equals(identity.fingerprint())) {
            return false;
        }
        Environment environment = group.adopt();
        environment.podName(identity.podName());
        environment.used = true;
        pods.adopt(identity.podName(), environment);
        metrics.of(function).environments(1);
        try {
            open(environment, identity.token(), identity.codeToken());
        } catch (CodeReplaced e) {
            group.failedWhileStarting(environment, new StartFailure.Superseded());
            return true;
        }
        checks.starting(environment, ADOPTION);
        LOG.log(Level.INFO, "pod adopted name={0} function={1}", identity.podName(), function.name());
        return true;
    }

    /// Finds or makes an environment for an invocation.
    Acquired acquire(LambdaFunction function, long deadlineNanos) throws InterruptedException {
        return group(function).acquire(deadlineNanos);
    }

    /// The same object is the same revision: the store hands out one per revision, and comparing more would
    /// cost the hot path.
    @SuppressWarnings("ReferenceEquality")
    private EnvironmentGroup group(LambdaFunction function) {
        Key key = Key.of(function);
        EnvironmentGroup group = groups.get(key);
        if (group != null && group.deployment().function() == function) {
            return group;
        }
        return regroup(key, function);
    }

    /// A revision that runs the same keeps the group; another one gets a new group, and the old one drains.
    ///
    /// The caller's revision may be an older one by now, or its function gone: the map only takes what is current.
    private EnvironmentGroup regroup(Key key, LambdaFunction function) {
        List<EnvironmentGroup> retired = new ArrayList<>(1);
        EnvironmentGroup current = groups.compute(key, (k, group) -> {
            LambdaFunction now = functions.find(name(function)).orElse(null);
            if (now == null) {
                if (group != null) {
                    retired.add(group);
                }
                return null;
            }
            Deployment deployment = Deployment.of(now, images.of(now));
            if (group != null && group.deployment().fingerprint().equals(deployment.fingerprint())) {
                group.revise(deployment);
                return group;
            }
            if (group != null) {
                retired.add(group);
            }
            return new EnvironmentGroup(deployment, surroundings);
        });
        retired.forEach(EnvironmentGroup::retire);
        return current == null ? last(function) : current;
    }

    /// For an invocation that came just before its function was deleted: nothing of it stays.
    private EnvironmentGroup last(LambdaFunction function) {
        EnvironmentGroup group = new EnvironmentGroup(Deployment.of(function, images.of(function)), surroundings);
        group.retire();
        return group;
    }

    private static FunctionName name(LambdaFunction function) {
        return new FunctionName(function.scope(), function.name(), function.version());
    }

    private void changed(LambdaFunction function) {
        if (groups.containsKey(Key.of(function))) {
            try {
                regroup(Key.of(function), function);
            } catch (AwsException e) {
                deleted(function);
            }
        }
    }

    private void deleted(LambdaFunction function) {
        EnvironmentGroup group = groups.remove(Key.of(function));
        if (group != null) {
            group.retire();
        }
        metrics.forget(function);
    }

    @Override
    public void close() {
        checks.close();
    }

    private RuntimeSession open(Environment environment, String token, String codeToken) {
        Deployment deployment = environment.group.deployment();
        LambdaFunction function = deployment.function();
        function.blobs().forEach(blob -> hold(environment, blob));
        RuntimeSession session = port.open(token, codeToken, environment);
        environment.session(session);
        if (!function.settings().image()) {
            Path zip = codes.path(function.code().sha256Hex());
            boolean bootstrap = String.valueOf(function.settings().runtime()).startsWith("provided");
            List<Path> layers = function.settings().layers().stream()
                    .map(layer -> codes.path(layer.sha256Hex()))
                    .toList();
            session.assign(new Assignment(
                    zip,
                    layers,
                    FunctionPods.functionEnvironment(function),
                    bootstrap ? Assignment.Start.BOOTSTRAP : Assignment.Start.ENTRYPOINT));
        }
        return session;
    }

    /// Keeps the code until the environment ends: its pod may ask for it at any time.
    private void hold(Environment environment, String sha256Hex) {
        boolean there = codes.hold(sha256Hex);
        environment.onClose(() -> codes.release(sha256Hex));
        if (!there) {
            throw new CodeReplaced();
        }
    }

    /// The function got other code, or was deleted, before its environment could take this one.
    private static final class CodeReplaced extends RuntimeException {
        CodeReplaced() {
            super("the function's code was replaced", null, false, false);
        }
    }

    private final class Surroundings implements EnvironmentGroup.Surroundings {
        @Override
        public void start(Environment environment) {
            Deployment deployment = environment.group.deployment();
            metrics.of(deployment.function()).environments(1);
            environment.shellLoader = shell(deployment);
            checks.starting(environment, settings.startTimeout());
            create(environment);
        }

        private void create(Environment environment) {
            String function = environment.group.deployment().function().name();
            Thread.ofVirtual().name("lambda-start-" + function).start(() -> createNow(environment));
        }

        private boolean shell(Deployment deployment) {
            LambdaFunction function = deployment.function();
            if (function.settings().image() || deployment.transport() != TransportKind.RUNTIME) {
                return false;
            }
            return switch (settings.loader()) {
                case SHELL -> true;
                case INIT -> false;
                case AUTO -> function.entries() <= SHELL_ENTRIES && !imagesWithoutShell.contains(deployment.image());
            };
        }

        private void createNow(Environment environment) {
            EnvironmentGroup group = environment.group;
            try {
                String token = RuntimePort.newToken();
                String codeToken = RuntimePort.newToken();
                open(environment, token, codeToken);
                String name = pods.create(
                        manifests.request(group.deployment(), token, codeToken, environment.shellLoader), environment);
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
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                group.failedWhileStarting(environment, new StartFailure.Unavailable("the server is stopping"));
            } catch (CodeReplaced e) {
                group.failedWhileStarting(environment, new StartFailure.Superseded());
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "start of an environment failed", e);
                group.failedWhileStarting(environment, new StartFailure.Unavailable("an internal error; see the log"));
            } finally {
                if (group.isGone(environment)) {
                    // It may have been given up before there was anything to close.
                    environment.close();
                }
            }
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
                    if (http.awaitReady(settings.startTimeout())) {
                        environment.connected(http);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void restart(Environment environment) {
            String image = environment.group.deployment().image();
            if (imagesWithoutShell.add(image)) {
                LOG.log(Level.INFO, "image has no bash, its pods take an init container image={0}", image);
            }
            release(environment);
            create(environment);
        }

        @Override
        public void end(Environment environment) {
            metrics.of(environment.group.deployment().function()).environments(-1);
            release(environment);
        }

        private void release(Environment environment) {
            environment.close();
            String name = environment.podName();
            if (name != null) {
                pods.forget(name);
                reaper.delete(name);
            }
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
}
