package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The pods of instances: makes them, hears of them, and deletes them. One short thread per start and per
/// stop, none
/// while nothing changes.
final class Machines implements AutoCloseable {
    private static final Logger LOG = System.getLogger("ec2");
    private static final int STARTS_AT_ONCE = 20;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    private final Instances instances;
    private final Pods pods;
    private final Reaper reaper;
    private final Ec2Settings settings;
    private final InstancePods manifests;
    private final Consoles consoles;
    private final PodNews news;
    private final Semaphore starts = new Semaphore(STARTS_AT_ONCE);
    private final Map<String, Start> pending = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Machines(Instances instances, Pods pods, Reaper reaper, Ec2Settings settings, Store store) {
        this.instances = instances;
        this.pods = pods;
        this.reaper = reaper;
        this.settings = settings;
        this.manifests = new InstancePods(settings);
        this.consoles = new Consoles(store, pods);
        this.news = new PodNews(instances, this);
    }

    /// A start that goes on.
    ///
    /// @param up opened when nobody needs to wait any more
    private record Start(int generation, CountDownLatch up) {}

    /// A piece of work that may wait.
    private interface Work {
        void run() throws InterruptedException;
    }

    private void thread(String name, Work work) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, name + " failed", e);
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        if (closed) {
            // What is left is found in the store at the next start.
            threads.remove(thread);
            return;
        }
        thread.start();
    }

    /// Gets an instance that is pending, or that reboots, a pod; returns at once. A second call does nothing: the
    /// server may settle while a request makes an instance.
    void launch(StoredInstance instance) {
        instances.metadata().serve(instance);
        // The group may be one that was made before groups were enforced, as the default ones are.
        instance.definition().groups().forEach(id -> instances.policies().changed(instance.scope(), id));
        thread("ec2-start-" + instance.id(), () -> start(instance));
    }

    private void start(StoredInstance instance) throws InterruptedException {
        long end = System.nanoTime() + settings.startTimeout().toNanos();
        Start mine = begin(instance);
        if (mine == null) {
            return;
        }
        try {
            if (!hasPod(instance) && create(instance, mine.generation, end)) {
                await(instance, mine.up, end);
            }
        } finally {
            pending.remove(instance.key(), mine);
        }
    }

    /// Null when somebody starts this pod, or a later one, already.
    private @Nullable Start begin(StoredInstance instance) {
        Start mine = new Start(instance.life().generation(), new CountDownLatch(1));
        Start kept = pending.merge(
                instance.key(), mine, (there, here) -> there.generation >= here.generation ? there : here);
        return mine.equals(kept) ? mine : null;
    }

    /// Ends an instance whose pod does not come up in time.
    private void await(StoredInstance instance, CountDownLatch up, long end) throws InterruptedException {
        if (!up.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            instances
                    .changeLife(instance.key(), instance.life().generation(), life -> life)
                    .filter(i -> i.state() == InstanceState.PENDING)
                    .ifPresent(late -> fail(late, null));
        }
    }

    /// @return whether there is a pod now
    private boolean create(StoredInstance instance, int generation, long end) throws InterruptedException {
        String key = instance.key();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            starts.acquire();
            try {
                if (!wanted(key, generation)) {
                    return false;
                }
                String pod = pods.create(manifests.request(instance), state -> news.tell(key, generation, state));
                if (instances
                        .changeLife(key, generation, life -> life.state().alive() ? life.on(pod) : life)
                        .filter(i -> pod.equals(i.life().pod()))
                        .isEmpty()) {
                    reaper.delete(pod);
                    return false;
                }
                return true;
            } catch (PodException e) {
                LOG.log(Level.WARNING, "instance not started yet id={0} why={1}", instance.id(), e.getMessage());
                // The answer may have been lost on the way, and the pod be there: the next one has another name.
                reaper.delete(e.podName());
                if (!e.mayPass() || System.nanoTime() > end) {
                    instances.changeLife(key, generation, life -> life).ifPresent(i -> fail(i, e.getMessage()));
                    return false;
                }
                instances.changeLife(
                        key, generation, life -> life.without(Reasons.CAPACITY, Reasons.capacity(e.getMessage())));
            } finally {
                starts.release();
            }
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private boolean wanted(String key, int generation) {
        return instances
                .byKey(key)
                .filter(i -> i.life().generation() == generation && i.state().alive())
                .isPresent();
    }

    /// Whether an instance has its pod by now: one that was made while the server settled.
    private boolean hasPod(StoredInstance instance) {
        return instances
                .byKey(instance.key())
                .filter(i -> i.life().generation() == instance.life().generation())
                .map(i -> i.life().pod())
                .filter(pods::listens)
                .isPresent();
    }

    /// Tells the thread that started an instance that it need not wait any more.
    void settled(String key) {
        Start start = pending.get(key);
        if (start != null) {
            start.up.countDown();
        }
    }

    /// Ends an instance that could not be started or whose pod failed: a new one is terminated, as AWS does,
    /// one that
    /// ran before is stopped.
    ///
    /// @param why Kubernetes' words, or null when it was only too late
    void fail(StoredInstance instance, @Nullable String why) {
        boolean fresh =
                instance.state() == InstanceState.PENDING && instance.life().generation() == 1;
        String cause = why != null
                ? why
                : instance.life().message() == null
                                || "pending".equals(instance.life().message())
                        ? "not running within " + settings.startTimeout().toSeconds() + " seconds"
                        : instance.life().message();
        String message = cause.startsWith("Server.") ? cause : Reasons.INTERNAL + ": " + cause;
        String code = cause.startsWith(Reasons.CAPACITY) ? Reasons.CAPACITY : Reasons.INTERNAL;
        end(
                instance,
                fresh ? InstanceState.SHUTTING_DOWN : InstanceState.STOPPING,
                new Reason("", code, message),
                null);
    }

    /// Why an instance changes its state.
    ///
    /// @param transition in words, or empty
    record Reason(String transition, String code, String message) {}

    /// Takes an instance down: its pod is deleted, then it is stopped or terminated. Returns at once.
    ///
    /// @param on its way: stopping or shutting-down
    /// @param grace what the processes get to end, or null for what its pod says
    StoredInstance end(StoredInstance instance, InstanceState on, Reason reason, @Nullable Duration grace) {
        StoredInstance ending = instances.change(
                instance,
                before -> before.state().over()
                        ? before
                        : before.with(before.life().in(on, reason.transition, reason.code, reason.message)));
        settled(instance.key());
        if (ending.state() == on) {
            thread("ec2-stop-" + instance.id(), () -> stop(ending, grace));
        }
        return ending;
    }

    private void stop(StoredInstance instance, @Nullable Duration grace) throws InterruptedException {
        String pod = instance.life().pod();
        instances.metadata().forget(instance);
        if (pod != null) {
            consoles.keep(instance.key(), pod);
            delete(pod, grace);
        }
        InstanceState last =
                instance.state() == InstanceState.STOPPING ? InstanceState.STOPPED : InstanceState.TERMINATED;
        if (last == InstanceState.TERMINATED) {
            // Noted first: who sees it terminated may count on its being forgotten, even after a crash.
            instances.ended(instance);
        }
        instances.change(
                instance,
                before -> before.state() != instance.state()
                        ? before
                        : before.with(before.life()
                                .in(
                                        last,
                                        before.life().transition(),
                                        before.life().reason(),
                                        before.life().message())));
    }

    /// Goes on trying until the pod is gone.
    private void delete(String pod, @Nullable Duration grace) throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                if (grace == null) {
                    pods.delete(pod);
                } else {
                    pods.forget(pod);
                    pods.end(pod, grace);
                }
                return;
            } catch (PodException e) {
                LOG.log(Level.WARNING, "pod not deleted yet name={0} why={1}", pod, e.getMessage());
            }
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    /// Reboots a running instance in its pod, or in another one when nobody there listens. Returns at once.
    void reboot(StoredInstance instance) {
        if (instance.state() == InstanceState.RUNNING) {
            thread("ec2-reboot-" + instance.id(), () -> {
                if (!instances.metadata().reboots().tell(instance.key())) {
                    replace(instance);
                }
            });
        }
    }

    /// Gives a running instance another pod.
    private void replace(StoredInstance instance) {
        // The one that it has by now: another reboot may have come between.
        AtomicReference<@Nullable String> former = new AtomicReference<>();
        StoredInstance again = instances.change(instance, before -> {
            former.set(before.life().pod());
            return before.state() != InstanceState.RUNNING
                    ? before
                    : before.with(before.life()
                            .again(InstanceState.RUNNING, instances.clock().instant()));
        });
        if (again.state() == InstanceState.RUNNING) {
            String pod = former.get();
            if (pod != null) {
                reaper.delete(pod);
            }
            launch(again);
        }
    }

    /// The output of an instance's processes.
    Consoles consoles() {
        return consoles;
    }

    void forgetConsole(String key) {
        consoles.forget(key);
    }

    /// Deletes an instance's pod without a record of it.
    void discard(StoredInstance instance) {
        settled(instance.key());
        String pod = instance.life().pod();
        if (pod != null) {
            pods.forget(pod);
            reaper.delete(pod);
        }
    }

    /// Takes in the pods of an earlier server, and deletes those that no instance has any more.
    void adopt() throws PodException, InterruptedException {
        for (ObjectNode pod : pods.left("ec2")) {
            PodState state = PodState.of(pod);
            InstancePods.Identity id = InstancePods.identity(pod).orElse(null);
            StoredInstance instance =
                    id == null ? null : instances.byKey(id.key()).orElse(null);
            if (id != null && instance != null && isOf(instance, id, state.name())) {
                adopt(instance, id, state);
            } else if (instance == null || !state.name().equals(instance.life().pod())) {
                reaper.delete(state.name());
            }
        }
    }

    /// Also when the server was killed between the pod's creation and its note of it; but not a second pod.
    private static boolean isOf(StoredInstance instance, InstancePods.Identity id, String pod) {
        String known = instance.life().pod();
        return instance.state().alive()
                && instance.life().generation() == id.generation()
                && (known == null || known.equals(pod));
    }

    private void adopt(StoredInstance instance, InstancePods.Identity id, PodState state) {
        instances.metadata().serve(instance);
        pods.adopt(state.name(), change -> news.tell(id.key(), id.generation(), change));
        instances.changeLife(id.key(), id.generation(), life -> life.on(state.name()));
        if (instance.state() == InstanceState.PENDING) {
            Start start = begin(instance);
            if (start != null) {
                long end = System.nanoTime() + settings.startTimeout().toNanos();
                thread("ec2-start-" + instance.id(), () -> {
                    try {
                        await(instance, start.up, end);
                    } finally {
                        pending.remove(instance.key(), start);
                    }
                });
            }
        }
        news.tell(id.key(), id.generation(), state);
    }

    /// Goes on with what an earlier server had begun, and ends instances whose pods are gone.
    void settle() {
        for (StoredInstance instance : instances.everywhere()) {
            switch (instance.state()) {
                case STOPPED, TERMINATED -> {}
                case STOPPING, SHUTTING_DOWN -> thread("ec2-stop-" + instance.id(), () -> stop(instance, null));
                case PENDING, RUNNING -> {
                    String pod = instance.life().pod();
                    if (pod == null) {
                        launch(instance);
                    } else if (!pods.listens(pod) && !pending.containsKey(instance.key())) {
                        // Neither taken in nor made by this server, nor being made.
                        instances
                                .changeLife(instance.key(), instance.life().generation(), life -> life)
                                .filter(i -> i.state().alive())
                                .ifPresent(i -> fail(i, "the instance's pod is gone"));
                    }
                }
            }
        }
    }

    /// Ends at most a second after; what is unfinished is found in the store at the next start.
    @Override
    public void close() {
        closed = true;
        long end = System.nanoTime() + 1_000_000_000L;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
