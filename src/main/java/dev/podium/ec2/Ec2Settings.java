package dev.podium.ec2;

import dev.podium.aws.RoleCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the operator sets for instances, and where their pods run.
///
/// @param images             container image by AMI id, on top of Podium's own
/// @param imagePrefix        put before the names of Podium's own images
/// @param startTimeout       how long an instance may be pending
/// @param selfIp             address under which pods reach this server
/// @param selfPort           port for pods there
/// @param podDomain          behind a pod's address in its DNS name, or null where pods have no names
/// @param ignoreArchitecture whether pods go to nodes of any architecture
/// @param networkPolicies    whether security groups become NetworkPolicies
/// @param credentials        what instances sign their calls with
public record Ec2Settings(
        Map<String, String> images,
        String imagePrefix,
        Duration startTimeout,
        String selfIp,
        int selfPort,
        @Nullable String podDomain,
        boolean ignoreArchitecture,
        boolean networkPolicies,
        Clock clock,
        RoleCredentials credentials) {
    /// Copies the map.
    public Ec2Settings {
        images = Map.copyOf(images);
    }
}
