package dev.podium.ec2;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Words for the reasons of states.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html">StateReason</a>
final class Reasons {
    static final String INTERNAL = "Server.InternalError";
    static final String CAPACITY = "Server.InsufficientInstanceCapacity";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Reasons() {}

    /// Somebody stopped or terminated it by the API.
    static Machines.Reason user(Instant now) {
        return new Machines.Reason(
                "User initiated (" + TIME.format(now) + ")",
                "Client.UserInitiatedShutdown",
                "Client.UserInitiatedShutdown: User initiated shutdown");
    }

    /// It ended by itself.
    static Machines.Reason own() {
        return new Machines.Reason(
                "",
                "Client.InstanceInitiatedShutdown",
                "Client.InstanceInitiatedShutdown: Instance initiated shutdown");
    }

    /// No node takes it.
    static String capacity(String why) {
        return CAPACITY + ": There was insufficient capacity available to satisfy the instance request: " + why;
    }
}
