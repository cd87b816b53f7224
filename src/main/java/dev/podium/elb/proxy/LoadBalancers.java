package dev.podium.elb.proxy;

import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// All load balancers and target groups of this server: what the control plane talks to.
///
/// Nothing runs before there is a listener or a target in use. Calls may come from any thread;
/// each takes effect before it returns. Target groups are to be applied before the load balancers
/// that forward to them, and removed after.
public final class LoadBalancers implements AutoCloseable {
    private LoadBalancers() {}

    /// Makes an empty one.
    public static LoadBalancers with(ProxySettings settings, FunctionTargets functions) {
        return new LoadBalancers();
    }

    /// Adds or changes a load balancer. Listeners that stay go on with their connections; those
    /// that are gone stop.
    ///
    /// @throws IOException if a listener's address can't be had, or a certificate can't be used;
    ///     nothing has changed then
    public void apply(LoadBalancer balancer) throws IOException {
        // follows
    }

    /// Removes a load balancer; connections end after the requests in progress.
    public void remove(String loadBalancerArn) {
        // follows
    }

    /// Adds or changes a target group. Registering is adding to its targets, deregistering
    /// leaving out.
    public void apply(TargetGroup group) {
        // follows
    }

    /// Removes a target group, with its targets, at once.
    public void removeGroup(String targetGroupArn) {
        // follows
    }

    /// The health of a group's targets, those that are being drained included. Empty for an
    /// unknown group.
    public List<TargetHealth> health(String targetGroupArn) {
        return List.of();
    }

    /// Has a task run whenever the health of a target of some group changes, on a thread of this
    /// class. It gets the group's ARN and must not block.
    public void onHealthChange(java.util.function.Consumer<String> task) {
        // follows
    }

    /// Answers a plain request that came to the server's own port for a load balancer's host name
    /// (`<name>-<id>.elb.localhost`): by the listener of port 80, else the first HTTP one.
    ///
    /// @return empty if its `Host` is no load balancer's
    public Optional<Response> answer(Request request) throws IOException, InterruptedException {
        return Optional.empty();
    }

    /// Whether a host name, without port, is an applied load balancer's.
    public boolean serves(String host) {
        return false;
    }

    /// Forgets everything: ends listeners, checks and connections.
    public void clear() {}

    @Override
    public void close() {
        clear();
    }
}
