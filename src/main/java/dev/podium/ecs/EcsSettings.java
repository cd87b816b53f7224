package dev.podium.ecs;

import dev.podium.aws.RoleCredentials;
import java.time.Duration;
import java.util.function.UnaryOperator;

/// What the operator's configuration and the cluster say about tasks.
///
/// @param selfIp IPv4 address under which pods reach this server
/// @param selfPort its port for pods
/// @param images turns a container definition's image into the one to pull
/// @param ownCredentials whether a container gets its role's credentials as variables too, because its SDK
///     takes an
///     address only on loopback and this server is elsewhere
/// @param anyArchitecture whether tasks run on nodes of any architecture
/// @param deleteGrace how long an ended task's pod may take to go
/// @param credentials what tasks sign their calls with
public record EcsSettings(
        String selfIp,
        int selfPort,
        UnaryOperator<String> images,
        boolean ownCredentials,
        boolean anyArchitecture,
        Duration deleteGrace,
        RoleCredentials credentials) {}
