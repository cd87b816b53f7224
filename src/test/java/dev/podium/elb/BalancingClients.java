package dev.podium.elb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2ServiceClientConfiguration;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/// What the tests of load balancing share: clients, and the usual resources.
@NullMarked
public final class BalancingClients {
    private BalancingClients() {}

    /// What EC2 answers to whoever uses a client.
    private static Ec2Client network(ElasticLoadBalancingV2Client client) {
        ElasticLoadBalancingV2ServiceClientConfiguration same = client.serviceClientConfiguration();
        return Ec2Client.builder()
                .endpointOverride(same.endpointOverride().orElseThrow())
                .region(same.region())
                .credentialsProvider(same.credentialsProvider())
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /// The default subnets, one in each zone.
    static List<String> subnets(ElasticLoadBalancingV2Client client) {
        try (Ec2Client ec2 = network(client)) {
            return ec2.describeSubnets().subnets().stream()
                    .filter(Subnet::defaultForAz)
                    .map(Subnet::subnetId)
                    .toList();
        }
    }

    /// A new subnet in the zone of another one.
    static String subnetBeside(ElasticLoadBalancingV2Client client, String id) {
        try (Ec2Client ec2 = network(client)) {
            Subnet other = ec2.describeSubnets(b -> b.subnetIds(id)).subnets().getFirst();
            return ec2.createSubnet(b -> b.vpcId(other.vpcId())
                            .cidrBlock("172.31.240.0/24")
                            .availabilityZone(other.availabilityZone()))
                    .subnet()
                    .subnetId();
        }
    }

    /// A new security group.
    static String securityGroup(ElasticLoadBalancingV2Client client, String name) {
        try (Ec2Client ec2 = network(client)) {
            return ec2.createSecurityGroup(b -> b.groupName(name).description(name)).groupId();
        }
    }

    /// A client of a server, in the configured account.
    public static ElasticLoadBalancingV2Client of(TestServer server) {
        return of(server.endpoint(), "test", Region.US_EAST_1);
    }

    static ElasticLoadBalancingV2Client of(URI endpoint, String key, Region region) {
        return ElasticLoadBalancingV2Client.builder()
                .endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, "test")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    /// A new application load balancer.
    public static LoadBalancer application(ElasticLoadBalancingV2Client client, String name) {
        return client.createLoadBalancer(b -> b.name(name).subnets(subnets(client)))
                .loadBalancers()
                .getFirst();
    }

    static LoadBalancer network(ElasticLoadBalancingV2Client client, String name) {
        return client.createLoadBalancer(
                        b -> b.name(name).type(LoadBalancerTypeEnum.NETWORK).subnets(subnets(client).getFirst()))
                .loadBalancers()
                .getFirst();
    }

    /// A new target group of addresses, checked as fast as AWS allows.
    ///
    /// @return its ARN
    public static String group(ElasticLoadBalancingV2Client client, String name, ProtocolEnum protocol) {
        return client.createTargetGroup(b -> b.name(name)
                        .protocol(protocol)
                        .port(80)
                        .vpcId("vpc-00000000")
                        .targetType(TargetTypeEnum.IP)
                        .healthCheckIntervalSeconds(5)
                        .healthCheckTimeoutSeconds(2)
                        .healthyThresholdCount(2)
                        .unhealthyThresholdCount(2))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
    }

    /// Forwards to one target group.
    public static Action to(String targetGroupArn) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(targetGroupArn)
                .build();
    }

    static Action fixed(String body) {
        return Action.builder()
                .type(ActionTypeEnum.FIXED_RESPONSE)
                .fixedResponseConfig(
                        c -> c.statusCode("200").contentType("text/plain").messageBody(body))
                .build();
    }

    /// Checks that a call is refused with a code and a message that contains a text.
    static void refused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ElasticLoadBalancingV2Exception.class, e -> {
            assertThat(e.statusCode()).isEqualTo(400);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).contains(message);
        });
    }
}
