package dev.podium.elb.proxy;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Load balancers with one listener, as tests want them.
@NullMarked
final class TestBalancer implements AutoCloseable {
    static final String GROUP = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef";
    private static final String BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/1";
    private static final String LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/web/1/2";
    private static final Duration SOON = Duration.ofMinutes(1);

    final LoadBalancers balancers;
    private LoadBalancer.Attributes attributes = LoadBalancer.Attributes.defaults();
    private Listener.Attributes listenerAttributes = Listener.Attributes.defaults();
    private Listener.Protocol protocol = Listener.Protocol.HTTP;
    private List<Certificate> certificates = List.of();
    private List<Rule> rules = List.of(otherwise(Action.Forward.to(GROUP)));

    TestBalancer() {
        this((arn, event) -> {
            throw new IOException("no functions here");
        });
    }

    TestBalancer(FunctionTargets functions) {
        ProxySettings settings = new ProxySettings(200, Duration.ofSeconds(30), 64, Duration.ofMinutes(1));
        balancers = LoadBalancers.with(settings, functions);
    }

    static Rule otherwise(Action action) {
        return new Rule("default", Rule.DEFAULT, List.of(), action);
    }

    /// Quick checks of `/health`, which may take long on a slow machine.
    static TargetGroup.HealthCheck check() {
        return new TargetGroup.HealthCheck(
                true,
                TargetGroup.Protocol.HTTP,
                0,
                "/health",
                "200",
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                2,
                2);
    }

    static TargetGroup group(TargetGroup.Attributes attributes, TestTarget... targets) {
        return new TargetGroup(
                GROUP,
                "web",
                TargetGroup.Protocol.HTTP,
                check(),
                attributes,
                Arrays.stream(targets).map(TestTarget::target).toList());
    }

    /// With no waiting for what is in progress longer than a minute.
    static TargetGroup.Attributes plain() {
        return with(TargetGroup.Algorithm.ROUND_ROBIN, new TargetGroup.Stickiness.None(), Duration.ofMinutes(1));
    }

    static TargetGroup.Attributes with(
            TargetGroup.Algorithm algorithm, TargetGroup.Stickiness stickiness, Duration delay) {
        return new TargetGroup.Attributes(algorithm, stickiness, delay, false, true, Duration.ZERO, 1, 0, false, false);
    }

    TestBalancer attributes(LoadBalancer.Attributes changed) {
        attributes = changed;
        return this;
    }

    TestBalancer listener(
            Listener.Protocol changed, Listener.Attributes itsAttributes, Certificate... itsCertificates) {
        protocol = changed;
        listenerAttributes = itsAttributes;
        certificates = List.of(itsCertificates);
        return this;
    }

    TestBalancer rules(Rule... changed) {
        rules = List.of(changed);
        return this;
    }

    /// Applies the load balancer as it is now.
    TestBalancer apply() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Listener listener = new Listener(LISTENER, protocol, 80, any, certificates, rules, listenerAttributes);
        boolean tcp = protocol == Listener.Protocol.TCP;
        balancers.apply(new LoadBalancer(
                BALANCER,
                "web",
                "web-1.elb.localhost",
                Instant.EPOCH,
                tcp ? LoadBalancer.Type.NETWORK : LoadBalancer.Type.APPLICATION,
                attributes,
                List.of(listener)));
        return this;
    }

    /// Applies a group of healthy targets, and the load balancer.
    TestBalancer serve(TestTarget... targets) throws Exception {
        return serve(group(plain(), targets));
    }

    TestBalancer serve(TargetGroup group) throws Exception {
        balancers.apply(group);
        apply();
        awaitHealthy(group.targets().size());
        return this;
    }

    void awaitHealthy(int count) throws InterruptedException {
        Eventually.within(SOON, () -> healthy() == count);
    }

    long healthy() {
        return balancers.health(GROUP).stream()
                .filter(health -> health.state() == TargetHealth.State.HEALTHY)
                .count();
    }

    void remove() {
        balancers.remove(BALANCER);
    }

    InetSocketAddress address() {
        return balancers.address(LISTENER).orElseThrow();
    }

    RawConnection connect() throws IOException {
        return new RawConnection(address());
    }

    URI uri(String path) {
        String scheme = protocol == Listener.Protocol.HTTPS ? "https" : "http";
        return URI.create(scheme + "://localhost:" + address().getPort() + path);
    }

    @Override
    public void close() {
        balancers.close();
    }
}
