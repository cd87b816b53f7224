package dev.podium.elb.proxy;

import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.http.wire.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All load balancers and target groups of this server: what the control plane talks to.
///
/// Nothing runs before there is a listener or a target in use. Calls may come from any thread;
/// each takes effect before it returns. Target groups are to be applied before the load balancers
/// that forward to them, and removed after.
public final class LoadBalancers implements AutoCloseable {
    private final ProxySettings settings;
    private final FunctionForwarder functions;
    private final ListenerPort.Parts parts;
    private final Watchdog watchdog = new Watchdog("elb");
    private final Timer timer = new Timer();
    private final Forwarder forwarder;
    private final ReentrantLock changes = new ReentrantLock(); // one at a time, with the ports that they open
    private final Map<String, Registrations> groups = new ConcurrentHashMap<>();
    private final Map<String, LoadBalancer> balancers = new ConcurrentHashMap<>();
    private final Map<String, Plain> byHost = new ConcurrentHashMap<>();
    private final Map<String, Open> ports = new HashMap<>(); // by the listener's ARN
    private volatile Consumer<String> onHealthChange = arn -> {};

    /// What is done with requests that come by a host name.
    ///
    /// @param routes null if there is no HTTP listener
    private record Plain(String balancerArn, @Nullable HttpRoutes routes) {
        static Plain of(LoadBalancer balancer) {
            return new Plain(
                    balancer.arn(),
                    balancer.listeners().stream()
                            .filter(listener -> listener.protocol().http())
                            .min(Comparator.comparing((Listener listener) -> listener.port() != 80)
                                    .thenComparing(Listener::protocol))
                            .map(listener -> HttpRoutes.of(balancer, listener))
                            .orElse(null));
        }
    }

    private record Open(String balancerArn, Listener listener, ListenerPort port) {
        boolean fits(Listener changed) {
            return Objects.equals(changed.address(), listener.address()) && changed.protocol() == listener.protocol();
        }
    }

    private LoadBalancers(ProxySettings settings, FunctionTargets functions) {
        this.settings = settings;
        this.functions = new FunctionForwarder(functions);
        this.forwarder = new Forwarder(this::live, this.functions);
        this.parts = new ListenerPort.Parts(settings, forwarder, this::live, watchdog, new HashMap<>());
    }

    /// Makes an empty one.
    public static LoadBalancers with(ProxySettings settings, FunctionTargets functions) {
        return new LoadBalancers(settings, functions);
    }

    private @Nullable LiveGroup live(String arn) {
        Registrations group = groups.get(arn);
        return group == null ? null : group.live();
    }

    /// Adds or changes a load balancer. Listeners that stay go on with their connections; those
    /// that are gone stop.
    ///
    /// @throws IOException if a listener's address can't be had, or a certificate can't be used;
    ///     the listeners before it may have changed then
    public void apply(LoadBalancer balancer) throws IOException {
        changes.lock();
        try {
            Map<String, Open> opened = open(balancer);
            for (Listener listener : balancer.listeners()) {
                Open known = ports.get(listener.arn());
                if (!opened.containsKey(listener.arn()) && known != null) {
                    known.port().update(balancer, listener);
                    opened.put(listener.arn(), new Open(balancer.arn(), listener, known.port()));
                }
            }
            Set<String> stay = new HashSet<>();
            balancer.listeners().forEach(listener -> stay.add(listener.arn()));
            drain(balancer.arn(), stay);
            opened.forEach((arn, open) -> {
                Open former = ports.put(arn, open);
                if (former != null && !former.port().equals(open.port())) {
                    former.port().drain();
                }
            });
            byHost.values().removeIf(plain -> plain.balancerArn().equals(balancer.arn()));
            byHost.put(balancer.hostName().toLowerCase(Locale.ROOT), Plain.of(balancer));
            balancers.put(balancer.arn(), balancer);
            markUsed();
        } finally {
            changes.unlock();
        }
    }

    private Map<String, Open> open(LoadBalancer balancer) throws IOException {
        Map<String, Open> opened = new HashMap<>();
        boolean done = false;
        try {
            for (Listener listener : balancer.listeners()) {
                Open known = ports.get(listener.arn());
                if (listener.address() != null && (known == null || !known.fits(listener))) {
                    if (known != null && known.port().address().equals(listener.address())) {
                        known.port().drain(); // the address is wanted again at once
                    }
                    ListenerPort port = ListenerPort.start(parts, balancer, listener);
                    opened.put(listener.arn(), new Open(balancer.arn(), listener, port));
                }
            }
            done = true;
            return opened;
        } finally {
            if (!done) {
                opened.values().forEach(open -> open.port().close());
            }
        }
    }

    private void drain(String balancerArn, Set<String> stay) {
        ports.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue().balancerArn().equals(balancerArn) && !stay.contains(entry.getKey());
            if (gone) {
                entry.getValue().port().drain();
            }
            return gone;
        });
    }

    private void markUsed() {
        Set<String> used = new HashSet<>();
        for (LoadBalancer balancer : balancers.values()) {
            for (Listener listener : balancer.listeners()) {
                for (Rule rule : listener.rules()) {
                    if (rule.action() instanceof Action.Forward forward) {
                        forward.groups().forEach(group -> used.add(group.targetGroupArn()));
                    }
                }
            }
        }
        groups.forEach((arn, group) -> group.use(used.contains(arn)));
    }

    /// Removes a load balancer; connections end after the requests in progress.
    public void remove(String loadBalancerArn) {
        changes.lock();
        try {
            if (balancers.remove(loadBalancerArn) != null) {
                byHost.values().removeIf(plain -> plain.balancerArn().equals(loadBalancerArn));
                drain(loadBalancerArn, Set.of());
                markUsed();
            }
        } finally {
            changes.unlock();
        }
    }

    /// Adds or changes a target group. Registering is adding to its targets, deregistering
    /// leaving out.
    public void apply(TargetGroup group) {
        changes.lock();
        try {
            groups.computeIfAbsent(
                            group.arn(),
                            arn -> new Registrations(
                                    group,
                                    new Registrations.Parts(
                                            timer,
                                            settings,
                                            watchdog,
                                            this.functions,
                                            changed -> onHealthChange.accept(changed))))
                    .apply(group);
            markUsed();
        } finally {
            changes.unlock();
        }
    }

    /// Removes a target group, with its targets, at once.
    public void removeGroup(String targetGroupArn) {
        Registrations former = groups.remove(targetGroupArn);
        if (former != null) {
            former.close();
        }
    }

    /// The health of a group's targets, those that are being drained included. Empty for an
    /// unknown group.
    public List<TargetHealth> health(String targetGroupArn) {
        Registrations group = groups.get(targetGroupArn);
        return group == null ? List.of() : group.health();
    }

    /// Whether a target has been deregistered and nothing of it is in progress any more, although
    /// [#health] may say `draining` until the delay is over.
    public boolean isDrained(String targetGroupArn, String id, int port) {
        Registrations group = groups.get(targetGroupArn);
        return group == null || group.isDrained(id, port);
    }

    /// Has a task run whenever the health of a target of some group may have changed. It gets the
    /// group's ARN and must not block. There is one such task.
    public void onHealthChange(Consumer<String> task) {
        onHealthChange = task;
    }

    /// What a listener really listens on: with port 0 in its address, the port that was free.
    public Optional<InetSocketAddress> address(String listenerArn) {
        changes.lock();
        try {
            return Optional.ofNullable(ports.get(listenerArn))
                    .map(open -> open.port().address());
        } finally {
            changes.unlock();
        }
    }

    /// Answers a plain request that came to the server's own port for a load balancer's host name
    /// (`<name>-<id>.elb.localhost`): by the listener of port 80, else the first HTTP one.
    ///
    /// @return empty if its `Host` is no load balancer's
    public Optional<Response> answer(Request request) throws IOException, InterruptedException {
        if (byHost.isEmpty()) {
            return Optional.empty(); // every request of the server comes here
        }
        Plain plain = byHost.get(RequestTarget.host(request.headers().first("Host", "")));
        if (plain == null) {
            return Optional.empty();
        }
        HttpRoutes routes = plain.routes();
        if (routes == null) {
            return Optional.of(PlainAnswers.of(Answers.error(503)));
        }
        Incoming incoming;
        try {
            incoming = PlainIncoming.of(request);
        } catch (IllegalArgumentException e) {
            return Optional.of(PlainAnswers.of(Answers.error(400))); // a header that can't be passed on
        }
        return Optional.of(PlainAnswers.of(forwarder.answer(incoming, routes)));
    }

    /// Whether a host name, without port, is an applied load balancer's.
    public boolean serves(String host) {
        return byHost.containsKey(host.toLowerCase(Locale.ROOT));
    }

    /// Forgets everything: ends listeners, checks and connections.
    public void clear() {
        changes.lock();
        try {
            ports.values().forEach(open -> open.port().close());
            ports.clear();
            balancers.clear();
            byHost.clear();
            groups.values().forEach(Registrations::close);
            groups.clear();
        } finally {
            changes.unlock();
        }
    }

    @Override
    public void close() {
        clear();
        timer.close();
        watchdog.close();
    }
}
