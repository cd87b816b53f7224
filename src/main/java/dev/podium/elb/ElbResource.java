package dev.podium.elb;

import dev.podium.aws.Scope;

/// What has a name of its own in an account and region: a load balancer or a target group.
interface ElbResource {
    String arn();

    String name();

    /// Account and region.
    default Scope scope() {
        return ElbArn.parse(arn()).orElseThrow().scope();
    }
}
