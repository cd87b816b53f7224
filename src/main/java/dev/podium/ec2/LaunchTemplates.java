package dev.podium.ec2;

import dev.podium.aws.Scope;

/// Launch templates.
final class LaunchTemplates {
    RunInstancesRequest under(Scope scope, RunInstancesRequest given) {
        return given;
    }
}
