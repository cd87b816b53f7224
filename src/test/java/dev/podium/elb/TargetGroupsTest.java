package dev.podium.elb;

import static dev.podium.elb.BalancingClients.application;
import static dev.podium.elb.BalancingClients.group;
import static dev.podium.elb.BalancingClients.network;
import static dev.podium.elb.BalancingClients.refused;
import static dev.podium.elb.BalancingClients.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.FreePort;
import dev.podium.TestServer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/// Target groups, their health checks, attributes and targets through the AWS SDK.
@NullMarked
@SuppressWarnings("unchecked") // the SDK makes arrays of builders
final class TargetGroupsTest {
    private static TestServer server;
    private static ElasticLoadBalancingV2Client elb;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        elb = BalancingClients.of(server);
    }

    @AfterAll
    static void stop() throws Exception {
        elb.close();
        server.close();
    }

    private static TargetGroup plain(String name, ProtocolEnum protocol) {
        return elb.createTargetGroup(
                        b -> b.name(name).protocol(protocol).port(80).vpcId("vpc-00000000"))
                .targetGroups()
                .getFirst();
    }

    @Test
    void defaultsAreThoseOfTheProtocol() {
        TargetGroup http = plain("http", ProtocolEnum.HTTP);
        assertThat(http.targetGroupArn())
                .matches("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/http/[0-9a-f]{16}");
        assertThat(http.targetType()).isEqualTo(TargetTypeEnum.INSTANCE);
        assertThat(http.healthCheckPath()).isEqualTo("/");
        assertThat(http.matcher().httpCode()).isEqualTo("200");
        assertThat(http.healthCheckTimeoutSeconds()).isEqualTo(5);
        assertThat(http.protocolVersion()).isEqualTo("HTTP1");
        TargetGroup tcp = plain("tcp", ProtocolEnum.TCP);
        assertThat(tcp.healthCheckProtocol()).isEqualTo(ProtocolEnum.TCP);
        assertThat(tcp.healthCheckPath()).isNull();
        assertThat(tcp.matcher()).isNull();
        assertThat(tcp.healthCheckTimeoutSeconds()).isEqualTo(10);
        TargetGroup lambda = elb.createTargetGroup(b -> b.name("lambda").targetType(TargetTypeEnum.LAMBDA))
                .targetGroups()
                .getFirst();
        assertThat(lambda.healthCheckEnabled()).isFalse();
        assertThat(lambda.healthCheckIntervalSeconds()).isEqualTo(35);
        assertThat(lambda.protocol()).isNull();
    }

    @Test
    void theSameCallGivesTheSameGroupAndAnotherOneIsRefused() {
        TargetGroup made = plain("same", ProtocolEnum.HTTP);
        assertThat(plain("same", ProtocolEnum.HTTP).targetGroupArn()).isEqualTo(made.targetGroupArn());
        refused(
                () -> plain("same", ProtocolEnum.HTTPS),
                "DuplicateTargetGroupName",
                "A target group with the same name 'same' exists, but with different settings");
    }

    @Test
    void settingsAreCheckedAsAwsDoes() {
        refused(() -> elb.createTargetGroup(b -> b.name("x")), "ValidationError", "A protocol must be specified");
        refused(
                () -> elb.createTargetGroup(b -> b.name("x").protocol(ProtocolEnum.HTTP)),
                "ValidationError",
                "A port must be specified");
        refused(
                () -> elb.createTargetGroup(
                        b -> b.name("x").protocol(ProtocolEnum.HTTP).port(80)),
                "ValidationError",
                "A VPC ID must be specified");
        refused(
                () -> elb.createTargetGroup(
                        b -> b.name("x").targetType(TargetTypeEnum.LAMBDA).port(80)),
                "ValidationError",
                "Port cannot be specified for target groups with target type 'lambda'");
        refused(
                () -> plain("x", ProtocolEnum.UDP),
                "InvalidConfigurationRequest",
                "The target group protocol 'UDP' is not supported by Podium");
        for (String version : List.of("HTTP2", "GRPC")) {
            refused(
                    () -> elb.createTargetGroup(b -> b.name("x")
                            .protocol(ProtocolEnum.HTTP)
                            .port(80)
                            .vpcId("vpc-00000000")
                            .protocolVersion(version)),
                    "InvalidConfigurationRequest",
                    "The protocol version '" + version + "' is not supported by Podium");
        }
        String arn = plain("checked", ProtocolEnum.HTTP).targetGroupArn();
        refused(
                () -> elb.modifyTargetGroup(b -> b.targetGroupArn(arn).healthCheckPort("0")),
                "ValidationError",
                "Health check port '0' must be either 'traffic-port' or");
        refused(
                () -> elb.modifyTargetGroup(b -> b.targetGroupArn(arn).healthCheckTimeoutSeconds(30)),
                "ValidationError",
                "Health check interval must be greater than the timeout.");
        refused(
                () -> elb.modifyTargetGroup(b -> b.targetGroupArn(arn).matcher(m -> m.httpCode("600"))),
                "ValidationError",
                "must be within '200-499' inclusive");
        assertThat(elb.modifyTargetGroup(b -> b.targetGroupArn(arn).matcher(m -> m.httpCode("200,300-301")))
                        .targetGroups()
                        .getFirst()
                        .matcher()
                        .httpCode())
                .isEqualTo("200,300-301");
    }

    @Test
    void attributesAreCheckedTogether() {
        String arn = plain("attributes", ProtocolEnum.HTTP).targetGroupArn();
        refused(
                () -> elb.modifyTargetGroupAttributes(b -> b.targetGroupArn(arn)
                        .attributes(a -> a.key("stickiness.type").value("app_cookie"))),
                "InvalidConfigurationRequest",
                "cookie_name");
        refused(
                () -> elb.modifyTargetGroupAttributes(b -> b.targetGroupArn(arn)
                        .attributes(a -> a.key("slow_start.duration_seconds").value("10"))),
                "ValidationError",
                "must be '0' or between '30' and '900'");
        refused(
                () -> elb.modifyTargetGroupAttributes(b -> b.targetGroupArn(arn)
                        .attributes(a -> a.key("proxy_protocol_v2.enabled").value("true"))),
                "InvalidConfigurationRequest",
                "not supported on target groups with protocol 'HTTP'");
        elb.modifyTargetGroupAttributes(b -> b.targetGroupArn(arn)
                .attributes(a -> a.key("deregistration_delay.timeout_seconds").value("0")));
        assertThat(elb.describeTargetGroupAttributes(b -> b.targetGroupArn(arn)).attributes())
                .anySatisfy(attribute -> {
                    assertThat(attribute.key()).isEqualTo("deregistration_delay.timeout_seconds");
                    assertThat(attribute.value()).isEqualTo("0");
                });
    }

    @Test
    void aGroupBelongsToOneLoadBalancerAndIsInUseThere() {
        int port = FreePort.next();
        LoadBalancer first = application(elb, "first");
        LoadBalancer second = application(elb, "second");
        String arn = group(elb, "owned", ProtocolEnum.HTTP);
        Listener listener = elb.createListener(b -> b.loadBalancerArn(first.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(to(arn)))
                .listeners()
                .getFirst();
        assertThat(listener.defaultActions().getFirst().forwardConfig().targetGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.weight()).isEqualTo(1));
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(second.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(to(arn))),
                "TargetGroupAssociationLimit",
                "cannot be associated with more than one load balancer: " + arn);
        refused(
                () -> elb.deleteTargetGroup(b -> b.targetGroupArn(arn)),
                "ResourceInUse",
                "Target group '" + arn + "' is currently in use by a listener or a rule");
        assertThat(elb.describeTargetGroups(b -> b.loadBalancerArn(first.loadBalancerArn()))
                        .targetGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.loadBalancerArns()).containsExactly(first.loadBalancerArn()));
        elb.deleteLoadBalancer(b -> b.loadBalancerArn(first.loadBalancerArn()));
        elb.deleteTargetGroup(b -> b.targetGroupArn(arn));
        refused(() -> elb.describeTargetGroups(b -> b.targetGroupArns(arn)), "TargetGroupNotFound", "not found");
    }

    @Test
    void protocolsMustFitTheLoadBalancer() {
        int port = FreePort.next();
        LoadBalancer at = network(elb, "network");
        String arn = group(elb, "web", ProtocolEnum.HTTP);
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.TCP)
                        .defaultActions(to(arn))),
                "IncompatibleProtocols",
                "protocol 'HTTP' can't be used with load balancers of type 'network'");
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.UDP)
                        .defaultActions(to(arn))),
                "UnsupportedProtocol",
                "'UDP' is not supported by Podium");
    }

    @Test
    void targetsAreCheckedByType() {
        String addresses = group(elb, "addresses", ProtocolEnum.HTTP);
        refused(
                () -> elb.registerTargets(b -> b.targetGroupArn(addresses).targets(t -> t.id("somewhere"))),
                "ValidationError",
                "The IP address 'somewhere' is not a valid IPv4 address");
        String instances = plain("instances", ProtocolEnum.HTTP).targetGroupArn();
        refused(
                () -> elb.registerTargets(b -> b.targetGroupArn(instances).targets(t -> t.id("i-00000000000000000"))),
                "InvalidTarget",
                "i-00000000000000000");
        refused(
                () -> elb.registerTargets(b -> b.targetGroupArn(instances).targets(t -> t.id("x"))),
                "ValidationError",
                "Instance ID 'x' is not valid");
    }

    @Test
    void targetsOfAnUnusedGroupAreUnusedAndThoseNotRegisteredAreSaidToBe() {
        String arn = group(elb, "unused", ProtocolEnum.HTTP);
        elb.registerTargets(b -> b.targetGroupArn(arn)
                .targets(t -> t.id("127.0.0.1"), t -> t.id("127.0.0.1").port(81)));
        assertThat(elb.describeTargetHealth(b -> b.targetGroupArn(arn)).targetHealthDescriptions())
                .hasSize(2)
                .allSatisfy(target -> {
                    assertThat(target.targetHealth().state()).isEqualTo(TargetHealthStateEnum.UNUSED);
                    assertThat(target.targetHealth().reasonAsString()).isEqualTo("Target.NotInUse");
                });
        elb.deregisterTargets(
                b -> b.targetGroupArn(arn).targets(t -> t.id("127.0.0.1").port(81)));
        TargetHealthDescription gone = elb.waiter()
                .waitUntilTargetDeregistered(b ->
                        b.targetGroupArn(arn).targets(t -> t.id("127.0.0.1").port(81)))
                .matched()
                .response()
                .orElseThrow()
                .targetHealthDescriptions()
                .getFirst();
        assertThat(gone.targetHealth().reasonAsString()).isEqualTo("Target.NotRegistered");
        assertThat(elb.describeTargetHealth(b -> b.targetGroupArn(arn)).targetHealthDescriptions())
                .singleElement()
                .satisfies(target -> assertThat(target.target().port()).isEqualTo(80));
    }
}
