package dev.podium.ecs;

import dev.podium.aws.RoleCredentials;
import java.util.function.UnaryOperator;

/// What the operator's configuration and the cluster say about tasks.
///
/// @param selfIp IPv4 address under which pods reach this server
/// @param selfPort its port for pods
/// @param images turns a container definition's image into the one to pull
/// @param embedded whether pods are processes of this machine: images, and so their entry points, don't count
///     then; any architecture will do; and this server is on loopback, where SDKs take credentials from
/// @param initImage image with busybox in `/bin`
/// @param credentials what tasks sign their calls with
public record EcsSettings(
        String selfIp,
        int selfPort,
        UnaryOperator<String> images,
        boolean embedded,
        String initImage,
        RoleCredentials credentials) {}
