package dev.podium.elb;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.elb.proxy.TargetHealth;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Makes the data plane do what is stored: every change of a load balancer, a listener, a rule or a target
/// group goes
/// through here.
public final class Traffic {
    private static final Logger LOG = System.getLogger("elb");

    private final LoadBalancers loadBalancers;
    private final TargetGroups groups;
    private final dev.podium.elb.proxy.LoadBalancers proxy;
    private final Snapshots snapshots;
    private final Map<String, String> impaired = new ConcurrentHashMap<>();
    /// Held while the data plane gets a snapshot, so that a later change isn't undone by an earlier one. That
    /// opens
    /// ports of this host, and waits for nobody else.
    private final ReentrantLock lock = new ReentrantLock();

    /// Makes one over the collections; nothing flows before [#start].
    ///
    /// @param proxy belongs to the caller
    public Traffic(
            LoadBalancers loadBalancers,
            TargetGroups groups,
            dev.podium.elb.proxy.LoadBalancers proxy,
            TrafficSettings settings,
            InstanceAddresses instances) {
        this.loadBalancers = loadBalancers;
        this.groups = groups;
        this.proxy = proxy;
        this.snapshots =
                new Snapshots(settings.ports().open() ? settings.address() : null, settings.certificates(), instances);
    }

    /// Lets traffic flow through what was stored before. A listener whose port is taken meanwhile is left out, and
    /// its load balancer is shown as impaired.
    public void start() {
        groups.table().all().forEach(group -> applyGroup(group.arn()));
        for (StoredLoadBalancer stored : loadBalancers.table().all()) {
            lock.lock();
            try {
                applyWhatIsPossible(stored);
            } finally {
                lock.unlock();
            }
        }
    }

    private void applyWhatIsPossible(StoredLoadBalancer stored) {
        List<StoredListener> possible = new ArrayList<>();
        try {
            proxy.apply(snapshots.of(stored, possible));
        } catch (IOException e) {
            throw new IllegalStateException("a load balancer without listeners can't be applied", e);
        }
        for (StoredListener listener : stored.listeners()) {
            possible.add(listener);
            try {
                proxy.apply(snapshots.of(stored, possible));
            } catch (IOException e) {
                possible.removeLast();
                String why = "The listener on port " + listener.port() + " can't be opened: " + e.getMessage();
                impaired.put(stored.arn(), why);
                LOG.log(Level.WARNING, "load balancer {0}: {1}", stored.name(), why);
            }
        }
    }

    /// Why a load balancer doesn't listen on all its ports; null when it does.
    @Nullable
    String impairment(String loadBalancerArn) {
        return impaired.get(loadBalancerArn);
    }

    /// Changes a load balancer, and what flows through it. When that isn't possible, the change is taken back.
    ///
    /// @throws AwsException LoadBalancerNotFound, what `change` throws, or InvalidConfigurationRequest when a port
    ///     can't be opened
    StoredLoadBalancer change(String arn, UnaryOperator<StoredLoadBalancer> change) {
        AtomicReference<StoredLoadBalancer> before = new AtomicReference<>();
        StoredLoadBalancer after = loadBalancers.table().change(arn, now -> {
            before.set(now);
            return change.apply(now);
        });
        try {
            apply(after);
            return after;
        } catch (AwsException e) {
            StoredLoadBalancer kept = loadBalancers.table().change(arn, now -> now.equals(after) ? before.get() : now);
            try {
                apply(kept); // a port may have been given up for what can't be had
            } catch (AwsException again) {
                LOG.log(Level.WARNING, "load balancer {0}: {1}", kept.name(), again.getMessage());
            }
            throw e;
        }
    }

    /// Changes one listener in the same way.
    ///
    /// @throws AwsException ListenerNotFound when it was deleted meanwhile
    StoredLoadBalancer changeListener(LoadBalancers.Found found, UnaryOperator<StoredListener> change) {
        return change(
                found.loadBalancer().arn(),
                now -> LoadBalancers.withListener(now, found.listener().arn(), change));
    }

    /// Lets traffic flow through a load balancer as it is stored now.
    void apply(StoredLoadBalancer changed) {
        lock.lock();
        try {
            Optional<StoredLoadBalancer> now = ElbArn.parse(changed.arn()).flatMap(loadBalancers::find);
            if (now.isPresent()) {
                proxy.apply(snapshots.of(now.get(), now.get().listeners()));
                impaired.remove(changed.arn());
            }
        } catch (IOException e) {
            throw ElbError.configuration("The listeners of the load balancer can't be opened: " + e.getMessage()
                    + ". Choose another port, or see PODIUM_ELB_PORTS and PODIUM_ELB_CERTIFICATES");
        } finally {
            lock.unlock();
        }
    }

    /// Ends the traffic of a load balancer that was deleted.
    void remove(StoredLoadBalancer gone) {
        lock.lock();
        try {
            proxy.remove(gone.arn());
            impaired.remove(gone.arn());
        } finally {
            lock.unlock();
        }
    }

    /// Changes a target group, and what flows to it.
    StoredTargetGroup changeGroup(String arn, UnaryOperator<StoredTargetGroup> change) {
        StoredTargetGroup after = groups.table().change(arn, change);
        applyGroup(arn);
        return after;
    }

    /// Lets traffic flow to a target group as it is stored now.
    void applyGroup(String arn) {
        lock.lock();
        try {
            ElbArn.parse(arn).flatMap(groups::find).ifPresent(now -> proxy.apply(snapshots.of(now)));
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a target group that was deleted.
    void removeGroup(String arn) {
        lock.lock();
        try {
            proxy.removeGroup(arn);
        } finally {
            lock.unlock();
        }
    }

    List<TargetHealth> health(String targetGroupArn) {
        return proxy.health(targetGroupArn);
    }

    void onHealthChange(Consumer<String> listener) {
        proxy.onHealthChange(listener);
    }

    boolean isDrained(String targetGroupArn, String id, int port) {
        return proxy.isDrained(targetGroupArn, id, port);
    }

    /// To be told when an instance starts, stops or gets another address: it may be a target.
    public void instanceChanged(Scope scope, String instanceId) {
        groups.table().all(scope).stream()
                .filter(group -> group.identity().targetType().equals("instance"))
                .filter(group ->
                        group.targets().stream().anyMatch(target -> target.id().equals(instanceId)))
                .forEach(group -> applyGroup(group.arn()));
    }

    /// Ends all traffic, for a reset: the collections are emptied with the store.
    public void clear() {
        lock.lock();
        try {
            proxy.clear();
            impaired.clear();
        } finally {
            lock.unlock();
        }
    }
}
