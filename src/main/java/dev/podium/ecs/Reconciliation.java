package dev.podium.ecs;

import dev.podium.codec.Json;
import dev.podium.ecs.Names.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Compares a service's tasks with what is wanted, and says what to do. Used by its [ServiceRun]'s thread alone.
final class Reconciliation {
    /// A task without any health check counts as healthy when it has run for so long.
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private static final int LEAST_FAILURES = 3;
    private static final int MOST_FAILURES = 200;

    private final ServiceName name;
    private final ServiceState state;
    private final Tasks tasks;
    private final Surroundings on;
    private final Backoff backoff = new Backoff();
    private final Set<String> judged = new HashSet<>();
    private final Set<String> healthyOnce = new HashSet<>();
    private List<TaskRun> all = List.of();
    private List<String> nodes = List.of();

    Reconciliation(ServiceName name, ServiceState state, Tasks tasks, Surroundings on) {
        this.name = name;
        this.state = state;
        this.tasks = tasks;
        this.on = on;
    }

    /// What to do, after the state has been kept.
    ///
    /// @param next when to look again though nothing happens, or null
    record Step(List<Runnable> actions, @Nullable Instant next) {}

    /// Looks at what is there. May wait.
    void observe() throws InterruptedException {
        all = tasks.ofService(name.key());
        Set<String> ids = all.stream().map(t -> t.task().id()).collect(Collectors.toSet());
        judged.retainAll(ids);
        healthyOnce.retainAll(ids);
        if (state.daemon() && state.active()) {
            try {
                nodes = on.nodes().list();
            } catch (IOException e) {
                // Those that were known stay.
                nodes = nodes.isEmpty() ? List.of() : nodes;
            }
        }
    }

    /// Decides the next step and notes it in the state.
    Step decide() {
        Instant now = on.clock().instant();
        List<TaskRun> live = all.stream().filter(t -> !t.stopping()).toList();
        List<Runnable> actions = new ArrayList<>();
        if (!state.active()) {
            drain(live, actions);
            return new Step(actions, null);
        }
        if (state.daemon() && state.desired() != nodes.size()) {
            desired(nodes.size(), now);
        }
        Instant next = null;
        Set<String> healthy = new HashSet<>();
        List<TaskRun> sick = new ArrayList<>();
        for (TaskRun task : live) {
            Instant when = healthyFrom(task);
            if (when != null && !when.isAfter(now)) {
                healthy.add(task.task().id());
                healthyOnce.add(task.task().id());
            } else if (unhealthy(task, now, actions)) {
                sick.add(task);
            } else {
                next = Signal.earlier(next, when);
                next = Signal.earlier(next, graceEnd(task, now));
            }
        }
        countFailures(now);
        circuitBreaker(now);
        List<TaskRun> rest = live.stream().filter(t -> !sick.contains(t)).toList();
        Rollout.Plan plan = state.rollout().next(members(rest, healthy));
        stop(rest, plan.stop(), actions);
        next = Signal.earlier(next, start(plan.start(), rest, now, actions));
        complete(rest, healthy, plan, now);
        return new Step(actions, next);
    }

    private void desired(int count, Instant now) {
        state.change(Json.object().put("desiredCount", count));
        state.primary(state.primary().wanting(count, now));
    }

    private void drain(List<TaskRun> live, List<Runnable> actions) {
        stop(live, live.stream().map(t -> t.task().id()).collect(Collectors.toSet()), actions);
        boolean over = all.stream().allMatch(t -> t.text("lastStatus").equals("STOPPED"));
        if (over && state.text("status").equals("DRAINING")) {
            state.change(Json.object().put("status", "INACTIVE"));
        }
    }

    private List<Rollout.Member> members(List<TaskRun> live, Set<String> healthy) {
        String current = state.primary().id();
        return live.stream()
                .map(t -> new Rollout.Member(
                        t.task().id(),
                        current.equals(t.task().startedBy()),
                        healthy.contains(t.task().id()),
                        Instant.parse(t.text("createdAt")).toEpochMilli()))
                .toList();
    }

    /// From when on a task counts as healthy if nothing happens; null while something has to.
    private @Nullable Instant healthyFrom(TaskRun task) {
        if (!task.running()) {
            return null;
        }
        boolean checked = false;
        for (var definition : task.task().definition().containers()) {
            checked |= definition.has("healthCheck");
        }
        Instant started = Instant.parse(task.text("startedAt"));
        if (checked && !task.text("healthStatus").equals("HEALTHY")) {
            return null;
        }
        if (!task.task().targets().isEmpty()) {
            return task.targets().healthy() ? started : null;
        }
        return checked ? started : started.plus(SETTLED);
    }

    /// Ends a task that has failed its health checks.
    private boolean unhealthy(TaskRun task, Instant now, List<Runnable> actions) {
        Instant grace = graceEnd(task, now);
        if (!task.running() || grace != null) {
            return false;
        }
        String group = task.targets().unhealthyIn();
        String reason = task.text("healthStatus").equals("UNHEALTHY")
                ? "Task failed container health checks"
                : group == null ? "" : "Task failed ELB health checks in (target-group " + group + ")";
        if (reason.isEmpty()) {
            return false;
        }
        state.event("(task " + task.task().id() + ") " + reason.replaceFirst("^Task ", ""));
        actions.add(() -> task.stop(new Stop(Stop.Code.SERVICE_SCHEDULER_INITIATED, reason, false)));
        return true;
    }

    /// Until when a task's health does not count; null when it does.
    private @Nullable Instant graceEnd(TaskRun task, Instant now) {
        if (!task.running()) {
            return null;
        }
        Instant end = Instant.parse(task.text("startedAt")).plusSeconds(state.grace());
        return end.isAfter(now) ? end : null;
    }

    /// Notes which tasks of the newest deployment have ended before they were healthy.
    private void countFailures(Instant now) {
        Deployment primary = state.primary();
        int failed = 0;
        for (TaskRun task : all) {
            boolean own = primary.id().equals(task.task().startedBy());
            if (!own || !task.stopping() || !judged.add(task.task().id())) {
                continue;
            }
            String code = task.text("stopCode");
            boolean asked = code.equals(Stop.Code.USER_INITIATED.text())
                    || (code.equals(Stop.Code.SERVICE_SCHEDULER_INITIATED.text())
                            && !task.text("stoppedReason").contains("health checks"));
            // What went away with its pod, as in a restart, was not its own fault.
            boolean lost = code.equals(Stop.Code.TERMINATION_NOTICE.text())
                    && !task.text("startedAt").isEmpty();
            boolean was = lost || healthyOnce.contains(task.task().id());
            failed += asked || was ? 0 : 1;
            if (was) {
                backoff.reset();
            }
        }
        if (failed > 0) {
            backoff.failed(now);
            state.primary(primary.failing(primary.failed() + failed, now));
        }
    }

    private void circuitBreaker(Instant now) {
        Deployment primary = state.primary();
        int limit = Math.clamp((primary.desired() + 1) / 2, LEAST_FAILURES, MOST_FAILURES);
        if (!primary.rollout().equals("IN_PROGRESS") || !state.breaker() || primary.failed() < limit) {
            return;
        }
        state.event("(deployment " + primary.id() + ") deployment failed: tasks failed to start.");
        state.primary(primary.became("FAILED", "ECS deployment circuit breaker: tasks failed to start.", now));
        Deployment earlier = state.deployments().stream()
                .filter(d -> !d.primary() && d.completed())
                .findFirst()
                .orElse(null);
        if (state.rollback() && earlier != null) {
            state.event("rolling back to deployment " + earlier.id() + ".");
            state.begin(earlier.resumed(
                    state.desired(),
                    "ECS deployment circuit breaker: rolling back to deploymentId " + earlier.id() + ".",
                    now));
            backoff.reset();
        }
    }

    private void stop(List<TaskRun> live, Set<String> ids, List<Runnable> actions) {
        List<TaskRun> chosen =
                live.stream().filter(t -> ids.contains(t.task().id())).toList();
        if (chosen.isEmpty()) {
            return;
        }
        boolean drained = chosen.stream().anyMatch(t -> t.targets().registered());
        state.event(
                drained
                        ? "has begun draining connections on " + chosen.size() + " tasks."
                        : "has stopped " + chosen.size() + " running tasks: " + listed(chosen));
        for (TaskRun task : chosen) {
            String reason = "Scaling activity initiated by (deployment "
                    + state.primary().id() + ")";
            actions.add(() -> task.stop(new Stop(Stop.Code.SERVICE_SCHEDULER_INITIATED, reason, true)));
        }
    }

    /// Starts tasks, unless earlier ones have just failed.
    ///
    /// @return when it may be tried again, or null
    private @Nullable Instant start(int count, List<TaskRun> live, Instant now, List<Runnable> actions) {
        Deployment primary = state.primary();
        if (count == 0 || primary.rollout().equals("FAILED")) {
            return null;
        }
        Instant until = backoff.until();
        if (until != null && until.isAfter(now)) {
            if (backoff.hopeless()) {
                once("is unable to consistently start tasks successfully. For more information, see the Troubleshooting"
                        + " section of the Amazon ECS Developer Guide.");
            }
            return until;
        }
        List<String> free = new ArrayList<>(nodes);
        live.forEach(t -> free.remove(String.valueOf(t.task().node())));
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < count && (!state.daemon() || i < free.size()); i++) {
            specs.add(spec(primary, state.daemon() ? free.get(i) : null));
        }
        if (!specs.isEmpty()) {
            state.event("has started " + specs.size() + " tasks: "
                    + specs.stream().map(s -> "(task " + s.id() + ")").collect(Collectors.joining(" ")) + ".");
            actions.add(() -> tasks.run(specs));
        }
        return null;
    }

    private TaskSpec spec(Deployment deployment, @Nullable String node) {
        return new TaskSpec(
                name.cluster(),
                Names.id(),
                deployment.definition(),
                Json.object(),
                deployment.launching(),
                "service:" + name.name(),
                deployment.id(),
                name.name(),
                deployment.targets(),
                node,
                state.taskTags(deployment),
                null);
    }

    private void complete(List<TaskRun> live, Set<String> healthy, Rollout.Plan plan, Instant now) {
        Deployment primary = state.primary();
        Set<String> inUse = all.stream()
                .filter(t -> !t.text("lastStatus").equals("STOPPED"))
                .map(t -> String.valueOf(t.task().startedBy()))
                .collect(Collectors.toSet());
        boolean steady = plan.start() == 0
                && plan.stop().isEmpty()
                && live.size() == state.desired()
                && live.stream().allMatch(t -> healthy.contains(t.task().id()));
        if (!steady) {
            return;
        }
        backoff.reset();
        boolean over = inUse.stream().allMatch(primary.id()::equals);
        if (over && !primary.rollout().equals("FAILED")) {
            boolean changed = state.deployments().size() > 1 || !primary.completed();
            state.keep(Set.of());
            if (changed) {
                state.primary(primary.became("COMPLETED", "ECS deployment " + primary.id() + " completed.", now));
                state.event("(deployment " + primary.id() + ") deployment completed.");
            }
            once("has reached a steady state.");
        }
    }

    /// Notes an event unless it is the last one already.
    private void once(String what) {
        if (!state.lastEvent().endsWith(what)) {
            state.event(what);
        }
    }

    private static String listed(List<TaskRun> tasks) {
        return tasks.stream().map(t -> "(task " + t.task().id() + ")").collect(Collectors.joining(" ")) + ".";
    }
}
