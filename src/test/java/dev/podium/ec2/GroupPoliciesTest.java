package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.ec2.SecurityGroup.PeerKind;
import dev.podium.ec2.SecurityGroup.Rule;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What becomes of the rules of a group.
@NullMarked
final class GroupPoliciesTest {
    private static final String GROUP = "sg-0123456789abcdef0";

    private static JsonNode spec(Rule... rules) {
        SecurityGroup group =
                new SecurityGroup("000000000000", "us-east-1", GROUP, "g", "d", "vpc-1", List.of(rules));
        return GroupPolicies.spec(group, 9001, label -> Json.object().put("label", label));
    }

    @Test
    void groupWithoutRulesLetsNothingInAndOnlyTheMetadataServiceAndNamesOut() {
        JsonNode spec = spec();
        assertThat(spec.path("policyTypes")).hasToString("[\"Ingress\",\"Egress\"]");
        assertThat(spec.path("ingress")).isEmpty();
        assertThat(spec.path("egress")).hasSize(1);
        assertThat(spec.path("egress").path(0).path("ports").path(0).path("port").asInt())
                .isEqualTo(9001);
    }

    @Test
    void rulesBecomePeersAndPorts() {
        JsonNode spec = spec(
                new Rule("1", false, "tcp", 8000, 8010, PeerKind.IPV4, "10.0.0.0/8", null),
                new Rule("2", false, "-1", null, null, PeerKind.GROUP, "sg-2", null),
                new Rule("3", false, "icmp", -1, -1, PeerKind.IPV4, "0.0.0.0/0", null),
                new Rule("4", true, "udp", 123, 123, PeerKind.IPV6, "::/0", null));
        assertThat(spec.path("ingress"))
                .hasToString("[{\"from\":[{\"ipBlock\":{\"cidr\":\"10.0.0.0/8\"}}],"
                        + "\"ports\":[{\"protocol\":\"TCP\",\"port\":8000,\"endPort\":8010}]},"
                        + "{\"from\":[{\"podSelector\":{\"label\":\"podium.dev/sg-2\"}}]}]");
        assertThat(spec.path("egress").path(0))
                .hasToString("{\"to\":[{\"ipBlock\":{\"cidr\":\"::/0\"}}],"
                        + "\"ports\":[{\"protocol\":\"UDP\",\"port\":123}]}");
    }
}
