package dev.podium;

import dev.podium.aws.Service;
import dev.podium.config.Config;
import dev.podium.elb.CertificateFiles;
import dev.podium.elb.ElbApi;
import dev.podium.elb.InstanceAddresses;
import dev.podium.elb.LoadBalancers;
import dev.podium.elb.Network;
import dev.podium.elb.Ports;
import dev.podium.elb.TargetGroups;
import dev.podium.elb.Targets;
import dev.podium.elb.Traffic;
import dev.podium.elb.TrafficSettings;
import dev.podium.elb.proxy.FunctionTargets;
import dev.podium.elb.proxy.ProxySettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.util.Optional;

/// Elastic Load Balancing: its collections, its operations, and the traffic through its load balancers.
final class ElbPart implements ServicePart {
    private final dev.podium.elb.proxy.LoadBalancers proxy;
    private final Traffic traffic;
    private final Targets targets;
    private final Service service;

    ElbPart(Foundation on, FunctionTargets functions, InstanceAddresses instances, Network network) {
        proxy = on.parts().add(dev.podium.elb.proxy.LoadBalancers.with(ProxySettings.defaults(), functions));
        LoadBalancers loadBalancers = new LoadBalancers(on.store());
        TargetGroups groups = new TargetGroups(on.store());
        TrafficSettings settings = settings(on.config());
        traffic = new Traffic(loadBalancers, groups, proxy, settings, instances);
        targets = new Targets(groups, loadBalancers, traffic, instances);
        service = Service.lazy(
                "elbv2",
                () -> new ElbApi(loadBalancers, groups, targets, traffic, network, settings.ports(), on.clock())
                        .service());
    }

    private static TrafficSettings settings(Config config) {
        return new TrafficSettings(
                config.server().listen().address().getAddress(),
                new Ports(
                        config.elb().ports().open(),
                        config.elb().ports().ranges().stream()
                                .map(range -> new Ports.Range(range.first(), range.last()))
                                .toList()),
                new CertificateFiles(config.elb().certificates()));
    }

    /// Answers a request whose host is a load balancer's.
    Optional<Response> answer(Request request) throws IOException, InterruptedException {
        return proxy.answer(request);
    }

    /// Puts ECS's tasks behind load balancers.
    TaskBalancing balancing() {
        return new TaskBalancing(targets, proxy);
    }

    /// To be told of instances that change.
    Traffic traffic() {
        return traffic;
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public void start() {
        traffic.start();
    }

    @Override
    public void clear() {
        traffic.clear();
    }
}
