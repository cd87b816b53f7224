package dev.podium.ec2;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Starting, stopping, rebooting and terminating instances, and their console output.
final class LifecycleApi implements Ec2Operations {
    private final Instances instances;

    LifecycleApi(Instances instances) {
        this.instances = instances;
    }

    record InstancesRequest(
            List<String> instanceIds, @Nullable Boolean dryRun) {}

    record StopRequest(
            List<String> instanceIds,
            @Nullable Boolean dryRun,
            @Nullable Boolean force) {}

    record TerminateRequest(
            List<String> instanceIds,
            @Nullable Boolean dryRun,
            @Nullable Boolean force) {}

    record Change(String instanceId, InstanceState.Shown currentState, InstanceState.Shown previousState) {
        static Change of(StoredInstance before, StoredInstance after) {
            return new Change(before.id(), after.state().shown(), before.state().shown());
        }
    }

    record StartResult(List<Change> startingInstances) {}

    record StopResult(List<Change> stoppingInstances) {}

    record TerminateResult(List<Change> terminatingInstances) {}

    record ConsoleRequest(
            String instanceId,
            @Nullable Boolean latest,
            @Nullable Boolean dryRun) {}

    record ConsoleResult(
            String instanceId, Instant timestamp, @Nullable String output) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark(
                        "StopInstances",
                        "The pod is deleted, and with it all files; the private address is another after a start, where AWS"
                                + " keeps it.")
                .remark(
                        "RebootInstances",
                        "The instance's processes end and it begins anew in its pod: address and files stay, user data runs"
                                + " no second time, scripts in `/var/lib/cloud/scripts/per-boot` do. An instance whose image has"
                                + " neither bash nor wget nor curl gets another pod instead, with another address.")
                .remark("TerminateInstances", "Terminated instances are shown for an hour.")
                .remark("GetConsoleOutput", "The last 64 KB of the pod's log; of the last pod when there is none.");
        service.operation("StartInstances", InstancesRequest.class, StartResult.class, this::start)
                .operation("StopInstances", StopRequest.class, StopResult.class, this::stop)
                .operation("RebootInstances", InstancesRequest.class, Void.class, this::reboot)
                .operation("TerminateInstances", TerminateRequest.class, TerminateResult.class, this::terminate)
                .operation("GetConsoleOutput", ConsoleRequest.class, ConsoleResult.class, this::console);
    }

    private List<StoredInstance> found(Call call, List<String> ids) {
        if (ids.isEmpty()) {
            throw Ec2Error.missing("InstanceId");
        }
        return instances.require(call.scope(), List.copyOf(new LinkedHashSet<>(ids)));
    }

    private static void check(StoredInstance instance, String action, InstanceState... possible) {
        if (!List.of(possible).contains(instance.state())) {
            throw Ec2Error.incorrectState(instance.id(), action);
        }
    }

    private StartResult start(Call call, InstancesRequest request) {
        List<StoredInstance> all = found(call, request.instanceIds());
        all.forEach(i -> check(i, "started", InstanceState.STOPPED, InstanceState.RUNNING, InstanceState.PENDING));
        Ec2Error.dryRun(request.dryRun());
        List<Change> changes = new ArrayList<>();
        for (StoredInstance instance : all) {
            StoredInstance after = instances.change(
                    instance,
                    now -> now.state() == InstanceState.STOPPED
                            ? now.with(now.life()
                                    .again(
                                            InstanceState.PENDING,
                                            instances.clock().instant()))
                            : now);
            if (after.life().generation() != instance.life().generation()) {
                instances.machines().launch(after);
            }
            changes.add(Change.of(instance, after));
        }
        return new StartResult(changes);
    }

    private StopResult stop(Call call, StopRequest request) {
        List<StoredInstance> all = found(call, request.instanceIds());
        for (StoredInstance instance : all) {
            check(instance, "stopped", InstanceState.RUNNING, InstanceState.STOPPING, InstanceState.STOPPED);
            protect(instance, instance.definition().disableApiStop(), "stopped", "disableApiStop");
        }
        Ec2Error.dryRun(request.dryRun());
        List<Change> changes = new ArrayList<>();
        for (StoredInstance instance : all) {
            StoredInstance after = instance.state() != InstanceState.RUNNING
                    ? instance
                    : instances.machines().end(instance, InstanceState.STOPPING, reason(), grace(request.force()));
            changes.add(Change.of(instance, after));
        }
        return new StopResult(changes);
    }

    private Machines.Reason reason() {
        return Reasons.user(instances.clock().instant());
    }

    private static @Nullable Duration grace(@Nullable Boolean force) {
        return Boolean.TRUE.equals(force) ? Duration.ZERO : null;
    }

    private static void protect(StoredInstance instance, boolean protection, String action, String attribute) {
        if (protection) {
            throw Ec2Error.coded(
                    "OperationNotPermitted",
                    "The instance '" + instance.id() + "' may not be " + action + ". Modify its '" + attribute
                            + "' instance attribute and try again.");
        }
    }

    private @Nullable Void reboot(Call call, InstancesRequest request) {
        List<StoredInstance> all = found(call, request.instanceIds());
        all.forEach(i -> check(i, "rebooted", InstanceState.RUNNING, InstanceState.PENDING));
        Ec2Error.dryRun(request.dryRun());
        all.forEach(instances.machines()::reboot);
        return null;
    }

    private TerminateResult terminate(Call call, TerminateRequest request) {
        List<StoredInstance> all = found(call, request.instanceIds());
        all.forEach(i -> protect(
                i, i.definition().disableApiTermination() && !i.state().over(), "terminated", "disableApiTermination"));
        Ec2Error.dryRun(request.dryRun());
        List<Change> changes = new ArrayList<>();
        for (StoredInstance instance : all) {
            StoredInstance after = instance.state().over()
                    ? instance
                    : instances.machines().end(instance, InstanceState.SHUTTING_DOWN, reason(), grace(request.force()));
            changes.add(Change.of(instance, after));
        }
        return new TerminateResult(changes);
    }

    private ConsoleResult console(Call call, ConsoleRequest request) throws InterruptedException {
        StoredInstance instance =
                instances.require(call.scope(), List.of(request.instanceId())).getFirst();
        Ec2Error.dryRun(request.dryRun());
        String output = instances
                .machines()
                .consoles()
                .output(instance)
                .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .orElse(null);
        return new ConsoleResult(instance.id(), instances.clock().instant(), output);
    }
}
