package dev.podium.bench;

import dev.podium.elb.proxy.Action;
import dev.podium.elb.proxy.Listener;
import dev.podium.elb.proxy.LoadBalancer;
import dev.podium.elb.proxy.LoadBalancers;
import dev.podium.elb.proxy.ProxySettings;
import dev.podium.elb.proxy.Rule;
import dev.podium.elb.proxy.TargetGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/// A load balancer in a process of its own, in front of one target.
final class ProxyServer {
    private ProxyServer() {}

    /// Takes the target's port, prints its own, then serves until it is stopped.
    public static void main(String[] args) throws Exception {
        LoadBalancers balancers = LoadBalancers.with(ProxySettings.defaults(), (function, event) -> {
            throw new IOException("no functions here");
        });
        TargetGroup.Target target = new TargetGroup.Target("127.0.0.1", Integer.parseInt(args[0]), "127.0.0.1");
        balancers.apply(new TargetGroup(
                "group",
                "bench",
                TargetGroup.Protocol.HTTP,
                TargetGroup.HealthCheck.defaults(),
                TargetGroup.Attributes.defaults(),
                List.of(target)));
        Listener listener = new Listener(
                "listener",
                Listener.Protocol.HTTP,
                80,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(),
                List.of(new Rule("rule", Rule.DEFAULT, List.of(), Action.Forward.to("group"))),
                Listener.Attributes.defaults());
        balancers.apply(new LoadBalancer(
                "balancer",
                "bench",
                "bench-1.elb.localhost",
                Instant.EPOCH,
                LoadBalancer.Type.APPLICATION,
                LoadBalancer.Attributes.defaults(),
                List.of(listener)));
        System.out.println(balancers.address("listener").orElseThrow().getPort());
        Thread.currentThread().join();
    }
}
