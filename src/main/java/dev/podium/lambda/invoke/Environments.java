package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.AssignedPods.AssignedPod;
import dev.podium.lambda.invoke.EnvironmentGroup.Acquired;
import dev.podium.lambda.invoke.FunctionPods.Identity;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// All environments of all functions: groups by deployment, their pods, and the end of idle ones.
public final class Environments implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    /// How long an invocation waits for the pods of an earlier run: without the API server there are no new ones
    /// either.
    private static final Duration ADOPTION = Duration.ofSeconds(10);

    private final Functions functions;
    private final Images images;
    private final Pods pods;
    private final Reaper reaper;
    private final InvocationMetrics metrics;
    private final EnvironmentPods surroundings;
    private final AssignedPods assigned;
    private final Map<Key, EnvironmentGroup> groups = new ConcurrentHashMap<>();
    private final Map<Key, Integer> provisioned = new ConcurrentHashMap<>();
    private final EnvironmentChecks checks;
    private final CountDownLatch adoption = new CountDownLatch(1);
    private volatile boolean settled;

    /// One version of one function.
    private record Key(String account, String region, String name, String version) {
        static Key of(LambdaFunction function) {
            return new Key(function.scope().account(), function.scope().region(), function.name(), function.version());
        }

        FunctionName functionName() {
            return new FunctionName(new Scope(account, region), name, version);
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
            InvocationMetrics metrics,
            Store store,
            InvocationLogs logs) {
        this.functions = functions;
        this.images = images;
        this.pods = pods;
        this.reaper = reaper;
        this.checks = new EnvironmentChecks(settings);
        this.metrics = metrics;
        this.assigned = new AssignedPods(store);
        this.surroundings = new EnvironmentPods(
                codes, pods, reaper, port, settings, metrics, checks, images, assigned, logs, store);
    }

    /// Starts the checks, and listens for functions that change or go.
    public void start() {
        functions.onChange(this::changed);
        functions.onDelete(this::deleted);
        functions.prepareBy(function -> surroundings.installations().prepared(function, images));
        checks.start();
    }

    /// The archives of what functions depend on.
    public static List<String> installed(Store store) {
        return Installations.blobs(store);
    }

    /// What functions' own servers tell of themselves.
    public PodMetrics podMetrics() {
        return surroundings.podMetrics();
    }

    /// Takes in the pods that an earlier run of this server left: those of unchanged functions serve on, spare
    /// ones stay spare, others are deleted.
    public void adopt() throws PodException, InterruptedException {
        Set<String> names = new HashSet<>();
        for (ObjectNode pod : pods.left("lambda")) {
            String name = pod.path("metadata").path("name").asText();
            names.add(name);
            Identity identity = FunctionPods.identity(pod).orElse(null);
            if (identity == null || PodState.of(pod).trouble() != null || !adopted(identity, pod)) {
                LOG.log(Level.INFO, "orphaned pod deleted name={0}", name);
                reaper.delete(name);
            }
        }
        names.addAll(pods.known());
        assigned.retain(names);
    }

    private boolean adopted(Identity identity, ObjectNode pod) {
        PodShape shape = identity.shape();
        if (shape == null) {
            return adopted(identity);
        }
        AssignedPod function = assigned.find(identity.podName()).orElse(null);
        if (function != null) {
            return adopted(identity.assigned(function));
        }
        // A container that was started again may have had a function before.
        return FunctionPods.restarts(pod) == 0 && surroundings.pools().adopt(identity, shape);
    }

    private boolean adopted(Identity identity) {
        String[] arn = identity.arn().split(":", -1);
        if (arn.length != 8) {
            return false;
        }
        FunctionName name = new FunctionName(new Scope(arn[4], arn[3]), arn[6], arn[7]);
        LambdaFunction function = functions.find(name).orElse(null);
        if (function == null) {
            return false;
        }
        EnvironmentGroup group = known(function).orElse(null);
        if (group == null) {
            return false;
        }
        Deployment deployment = group.deployment();
        if (deployment.transport() != TransportKind.RUNTIME
                || !deployment.fingerprint().equals(identity.fingerprint())) {
            return false;
        }
        surroundings.adopt(group.adopt(identity.provisioned()), identity);
        LOG.log(Level.INFO, "pod adopted name={0} function={1}", identity.podName(), function.name());
        return true;
    }

    /// Nothing is left to adopt: invocations needn't wait for that any more, what is missing of provisioned
    /// environments is started, and pools are filled.
    public void settle() {
        settled = true;
        adoption.countDown();
        for (Key key : provisioned.keySet()) {
            functions.find(key.functionName()).flatMap(this::known).ifPresent(EnvironmentGroup::replenish);
        }
        surroundings.pools().start();
    }

    /// Nothing when the function's runtime has no image any more.
    private Optional<EnvironmentGroup> known(LambdaFunction function) {
        try {
            return Optional.of(group(function));
        } catch (AwsException e) {
            return Optional.empty();
        }
    }

    /// Finds or makes an environment for an invocation.
    Acquired acquire(LambdaFunction function, long deadlineNanos) throws InterruptedException {
        if (!settled) {
            boolean over = adoption.await(
                    Math.min(ADOPTION.toNanos(), deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            LOG.log(Level.DEBUG, "invocation waited for adoption over={0}", over);
        }
        return group(function).acquire(deadlineNanos);
    }

    /// Keeps environments of a version initialised, in place of those asked for before. They come in the
    /// background, in addition to [InvokeSettings#maxEnvironments] if need be, are replaced when they end, and are
    /// told of by [#provisioned].
    ///
    /// Not kept over a restart: to be called again before [#adopt], so that those still there are taken over.
    ///
    /// @param count 0 gives them up
    public void provision(LambdaFunction version, int count) {
        Key key = Key.of(version);
        if (count > 0) {
            provisioned.put(key, count);
        } else {
            provisioned.remove(key);
        }
        EnvironmentGroup group = count > 0 && settled ? group(version) : groups.get(key);
        if (group != null) {
            group.provision(count, settled);
        }
    }

    /// How the provisioned environments of a version are doing.
    public Provisioned provisioned(LambdaFunction version) {
        EnvironmentGroup group = groups.get(Key.of(version));
        if (group != null) {
            return group.provisioned();
        }
        return new Provisioned(provisioned.getOrDefault(Key.of(version), 0), 0, 0, null);
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
            return new EnvironmentGroup(deployment, surroundings, provisioned.getOrDefault(key, 0));
        });
        retired.forEach(group -> group.retire(current != null));
        if (current == null) {
            return last(function);
        }
        if (settled && !retired.isEmpty()) {
            current.replenish();
        }
        return current;
    }

    /// For an invocation that came just before its function was deleted: nothing of it stays.
    private EnvironmentGroup last(LambdaFunction function) {
        EnvironmentGroup group = new EnvironmentGroup(Deployment.of(function, images.of(function)), surroundings, 0);
        group.retire(false);
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
        provisioned.remove(Key.of(function));
        EnvironmentGroup group = groups.remove(Key.of(function));
        if (group != null) {
            group.retire(false);
        }
        metrics.forget(function);
    }

    @Override
    public void close() {
        surroundings.pools().close();
        checks.close();
    }
}
