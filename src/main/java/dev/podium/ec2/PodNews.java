package dev.podium.ec2;

import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;

/// Turns what the watch tells of pods into states of instances. The watch's thread must not wait for the disk.
final class PodNews {
    private final Instances instances;
    private final Machines machines;
    private final Mailbox<News> mailbox = new Mailbox<>("ec2-news", this::apply);

    PodNews(Instances instances, Machines machines) {
        this.instances = instances;
        this.machines = machines;
    }

    private record News(String key, int generation, PodState state) {}

    /// Takes news of an instance's pod; returns at once.
    void tell(String key, int generation, PodState state) {
        // News of the pod before must not hide those of the present one.
        mailbox.tell(key + "#" + generation, new News(key, generation, state));
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
            up(news);
        } else if (trouble.mayPass()) {
            waiting(news, trouble);
        } else if (trouble instanceof PodTrouble.Ended ended && ended.exitCode() == 0) {
            boolean terminate =
                    instance.definition().instanceInitiatedShutdownBehavior().equals("terminate");
            machines.end(
                    instance, terminate ? InstanceState.SHUTTING_DOWN : InstanceState.STOPPING, Reasons.own(), null);
        } else {
            machines.fail(instance, trouble.cause());
        }
    }

    private void up(News news) {
        String ip = news.state.ip();
        if (news.state.running() && ip != null) {
            instances.changeLife(
                    news.key,
                    news.generation,
                    life -> life.state() == InstanceState.PENDING || !ip.equals(life.ip()) ? life.running(ip) : life);
            machines.settled(news.key);
        }
    }

    private void waiting(News news, PodTrouble trouble) {
        boolean room = trouble instanceof PodTrouble.Unschedulable;
        String code = room ? Reasons.CAPACITY : Reasons.INTERNAL;
        String message = room ? Reasons.capacity(trouble.cause()) : Reasons.INTERNAL + ": " + trouble.cause();
        instances.changeLife(
                news.key,
                news.generation,
                life -> life.state() == InstanceState.PENDING ? life.because(code, message) : life);
    }
}
