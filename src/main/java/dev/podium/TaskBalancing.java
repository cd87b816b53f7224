package dev.podium;

import dev.podium.ecs.LoadBalancing;
import dev.podium.elb.Targets;
import dev.podium.elb.proxy.LoadBalancers;
import java.util.function.Consumer;

/// Puts ECS's tasks behind load balancers.
record TaskBalancing(Targets targets, LoadBalancers proxy) implements LoadBalancing {
    @Override
    public boolean exists(String targetGroupArn) {
        return targets.group(targetGroupArn)
                .filter(group -> group.targetType().equals("ip"))
                .isPresent();
    }

    @Override
    public void register(String targetGroupArn, String ip, int port) {
        targets.register(targetGroupArn, ip, port);
    }

    @Override
    public void deregister(String targetGroupArn, String ip, int port) {
        targets.deregister(targetGroupArn, ip, port);
    }

    @Override
    public Health health(String targetGroupArn, String ip, int port) {
        return switch (targets.state(targetGroupArn, ip, port).orElse("")) {
            case "initial" -> Health.INITIAL;
            case "healthy" -> Health.HEALTHY;
            // A group that no listener uses has no health checks.
            case "unused" -> Health.HEALTHY;
            case "draining" -> targets.isDrained(targetGroupArn, ip, port) ? Health.GONE : Health.DRAINING;
            case "" -> Health.GONE;
            default -> Health.UNHEALTHY;
        };
    }

    @Override
    public void onChange(Consumer<String> listener) {
        proxy.onHealthChange(listener);
    }
}
