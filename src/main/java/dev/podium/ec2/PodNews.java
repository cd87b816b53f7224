package dev.podium.ec2;

import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Turns what the watch tells of pods into states of instances. The watch's thread must not wait for the disk, so the
/// last news of each instance is kept for a thread of its own, which lives while there is some.
final class PodNews {
    private static final Logger LOG = System.getLogger("ec2");

    private final Instances instances;
    private final Machines machines;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<String, News> last = new LinkedHashMap<>();
    private boolean working;

    PodNews(Instances instances, Machines machines) {
        this.instances = instances;
        this.machines = machines;
    }

    private record News(String key, int generation, PodState state) {}

    /// Takes news of an instance's pod; returns at once.
    void tell(String key, int generation, PodState state) {
        lock.lock();
        try {
            last.put(key, new News(key, generation, state));
            if (!working) {
                working = true;
                Thread.ofVirtual().name("ec2-news").start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            News next;
            lock.lock();
            try {
                Map.Entry<String, News> first = last.pollFirstEntry();
                if (first == null) {
                    working = false;
                    return;
                }
                next = first.getValue();
            } finally {
                lock.unlock();
            }
            try {
                apply(next);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "state of the instance " + next.key + " could not be kept", e);
            }
        }
    }

    private void apply(News news) {
        PodState pod = news.state;
        PodTrouble trouble = pod.trouble();
        StoredInstance instance = instances.byKey(news.key).orElse(null);
        if (instance == null
                || instance.life().generation() != news.generation
                || !instance.state().alive()) {
            return;
        }
        if (instance.life().pod() == null) {
            instances.changeLife(news.key, news.generation, life -> life.on(pod.name()));
        }
        if (trouble == null) {
            String ip = pod.ip();
            if (pod.running() && ip != null) {
                instances.changeLife(
                        news.key,
                        news.generation,
                        life -> life.state() == InstanceState.PENDING || !ip.equals(life.ip()) ? life.running(ip) : life);
                machines.settled(news.key);
            }
        } else if (trouble.mayPass()) {
            String code = Reasons.isCapacity(trouble) ? Reasons.CAPACITY : Reasons.INTERNAL;
            String message = Reasons.isCapacity(trouble)
                    ? Reasons.capacity(trouble.cause())
                    : Reasons.INTERNAL + ": " + trouble.cause();
            instances.changeLife(
                    news.key,
                    news.generation,
                    life -> life.state() == InstanceState.PENDING ? life.because(code, message) : life);
        } else if (trouble instanceof PodTrouble.Ended(int code, String reason, String message) && code == 0) {
            boolean terminate =
                    instance.definition().instanceInitiatedShutdownBehavior().equals("terminate");
            machines.end(
                    instance,
                    terminate ? InstanceState.SHUTTING_DOWN : InstanceState.STOPPING,
                    Reasons.own(),
                    null);
        } else {
            machines.fail(instance, trouble.cause());
        }
    }
}
