package dev.podium.elb;

import static dev.podium.elb.BalancingClients.application;
import static dev.podium.elb.BalancingClients.fixed;
import static dev.podium.elb.BalancingClients.network;
import static dev.podium.elb.BalancingClients.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.FreePort;
import dev.podium.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;

/// Load balancers, listeners, rules, attributes and tags through the AWS SDK.
@NullMarked
@SuppressWarnings("unchecked") // the SDK makes arrays of builders
final class LoadBalancersTest {
    private static TestServer server;
    private static ElasticLoadBalancingV2Client elb;
    private static List<String> subnets;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of("PODIUM_ELB_PORTS", FreePort.FIRST + "-" + FreePort.LAST + ",443"));
        elb = BalancingClients.of(server);
        subnets = BalancingClients.subnets(elb);
    }

    @AfterAll
    static void stop() throws Exception {
        elb.close();
        server.close();
    }

    private static Listener listener(LoadBalancer at, Action action) {
        int port = FreePort.next();
        return elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(action))
                .listeners()
                .getFirst();
    }

    @Test
    void aNewLoadBalancerIsProvisioningAndThenActive() {
        LoadBalancer made = application(elb, "fresh");
        assertThat(made.state().code()).isEqualTo(LoadBalancerStateEnum.PROVISIONING);
        assertThat(made.loadBalancerArn())
                .matches("arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/fresh/[0-9a-f]{16}");
        assertThat(made.dnsName()).matches("fresh-[0-9a-f]{16}\\.elb\\.localhost");
        assertThat(made.availabilityZones()).hasSize(3);
        assertThat(made.securityGroups()).hasSize(1);
        LoadBalancer found = elb.waiter()
                .waitUntilLoadBalancerAvailable(b -> b.names("fresh"))
                .matched()
                .response()
                .orElseThrow()
                .loadBalancers()
                .getFirst();
        assertThat(found.state().code()).isEqualTo(LoadBalancerStateEnum.ACTIVE);
        assertThat(found.createdTime()).isEqualTo(made.createdTime());
        elb.deleteLoadBalancer(b -> b.loadBalancerArn(made.loadBalancerArn()));
        elb.deleteLoadBalancer(b -> b.loadBalancerArn(made.loadBalancerArn()));
        assertThat(elb.waiter()
                        .waitUntilLoadBalancersDeleted(b -> b.loadBalancerArns(made.loadBalancerArn()))
                        .matched()
                        .exception())
                .isPresent();
    }

    @Test
    void theSameCallGivesTheSameLoadBalancerAndAnotherOneIsRefused() {
        LoadBalancer made = application(elb, "same");
        assertThat(application(elb, "same").loadBalancerArn()).isEqualTo(made.loadBalancerArn());
        refused(
                () -> elb.createLoadBalancer(
                        b -> b.name("same").subnets(subnets).scheme("internal")),
                "DuplicateLoadBalancerName",
                "A load balancer with the same name 'same' exists, but with different settings");
    }

    @Test
    void accountsAndRegionsKeepTheirOwn() {
        LoadBalancer made = application(elb, "mine");
        try (ElasticLoadBalancingV2Client other =
                BalancingClients.of(server.endpoint(), "111122223333", Region.US_EAST_1)) {
            refused(
                    () -> other.describeLoadBalancers(b -> b.names("mine")),
                    "LoadBalancerNotFound",
                    "'[mine]' not found");
            refused(
                    () -> other.deleteLoadBalancer(b -> b.loadBalancerArn(made.loadBalancerArn())),
                    "ValidationError",
                    "is not a valid load balancer ARN");
            assertThat(application(other, "mine").loadBalancerArn()).contains(":111122223333:");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a_b|can only contain characters",
                "-a|cannot begin or end with a hyphen",
                "internal-a|cannot begin with 'internal-'",
                "abcdefghijklmnopqrstuvwxyz1234567|cannot be longer than '32' characters",
            })
    void namesAreCheckedAsAwsDoes(String name, String message) {
        refused(() -> application(elb, name), "ValidationError", message);
    }

    @Test
    void placesAreCheckedAsAwsDoes() {
        String second = BalancingClients.subnetBeside(elb, subnets.getFirst());
        refused(() -> elb.createLoadBalancer(b -> b.name("p")), "ValidationError", "At least one subnet");
        refused(
                () -> elb.createLoadBalancer(b -> b.name("p").subnets(subnets.getFirst())),
                "ValidationError",
                "At least two subnets in two different Availability Zones must be specified");
        refused(
                () -> elb.createLoadBalancer(b -> b.name("p").subnets(subnets.getFirst(), second)),
                "InvalidConfigurationRequest",
                "multiple subnets in the same Availability Zone");
        refused(
                () -> elb.createLoadBalancer(b -> b.name("p").subnets("nothing", subnets.getFirst())),
                "SubnetNotFound",
                "The subnet ID 'nothing' does not exist");
        refused(
                () -> elb.createLoadBalancer(b -> b.name("p").subnets(subnets).securityGroups("none")),
                "InvalidSecurityGroup",
                "'none'");
        refused(
                () -> elb.createLoadBalancer(b -> b.name("p").subnets(subnets).type(LoadBalancerTypeEnum.GATEWAY)),
                "InvalidConfigurationRequest",
                "'gateway' is not supported by Podium");
    }

    @Test
    void pagesFollowEachOther() {
        for (String name : List.of("page-a", "page-b", "page-c")) {
            application(elb, name);
        }
        List<String> names = new ArrayList<>();
        elb.describeLoadBalancersPaginator(b -> b.pageSize(1))
                .loadBalancers()
                .forEach(lb -> names.add(lb.loadBalancerName()));
        assertThat(names).contains("page-a", "page-b", "page-c").isSorted().doesNotHaveDuplicates();
    }

    @Test
    void deletionProtectionHolds() {
        String arn = application(elb, "kept").loadBalancerArn();
        elb.modifyLoadBalancerAttributes(b -> b.loadBalancerArn(arn)
                .attributes(a -> a.key("deletion_protection.enabled").value("true")));
        refused(
                () -> elb.deleteLoadBalancer(b -> b.loadBalancerArn(arn)),
                "OperationNotPermitted",
                "deletion protection is enabled");
    }

    @Test
    void attributesAreChecked() {
        String arn = network(elb, "attributes").loadBalancerArn();
        refused(
                () -> elb.modifyLoadBalancerAttributes(
                        b -> b.loadBalancerArn(arn).attributes(a -> a.key("a.b").value("true"))),
                "ValidationError",
                "Load balancer attribute key 'a.b' is not recognized");
        refused(
                () -> elb.modifyLoadBalancerAttributes(b -> b.loadBalancerArn(arn)
                        .attributes(a -> a.key("routing.http2.enabled").value("true"))),
                "InvalidConfigurationRequest",
                "is not supported on load balancers with type 'network'");
        refused(
                () -> elb.modifyLoadBalancerAttributes(b -> b.loadBalancerArn(arn)
                        .attributes(a -> a.key("deletion_protection.enabled").value("yes"))),
                "ValidationError",
                "must be one of [true, false]");
        assertThat(elb.describeLoadBalancerAttributes(b -> b.loadBalancerArn(arn))
                        .attributes())
                .anySatisfy(attribute -> {
                    assertThat(attribute.key()).isEqualTo("load_balancing.cross_zone.enabled");
                    assertThat(attribute.value()).isEqualTo("false");
                });
    }

    @Test
    void networkSettingsAreReplaced() {
        String arn = application(elb, "moving").loadBalancerArn();
        String one = BalancingClients.securityGroup(elb, "one");
        String two = BalancingClients.securityGroup(elb, "two");
        assertThat(elb.setSecurityGroups(b -> b.loadBalancerArn(arn).securityGroups(one, two))
                        .securityGroupIds())
                .containsExactly(one, two);
        assertThat(elb.setSubnets(b -> b.loadBalancerArn(arn).subnets(subnets)).availabilityZones())
                .hasSize(3);
        assertThat(elb.setIpAddressType(b -> b.loadBalancerArn(arn).ipAddressType("dualstack"))
                        .ipAddressTypeAsString())
                .isEqualTo("dualstack");
        LoadBalancer found = elb.describeLoadBalancers(b -> b.loadBalancerArns(arn))
                .loadBalancers()
                .getFirst();
        assertThat(found.securityGroups()).containsExactly(one, two);
        assertThat(found.availabilityZones()).hasSize(3);
        assertThat(found.ipAddressTypeAsString()).isEqualTo("dualstack");
    }

    @Test
    void aListenerIsMadeOnceAndItsPortIsItsOwn() {
        LoadBalancer at = application(elb, "listening");
        Listener made = listener(at, fixed("hello"));
        Listener again = elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(made.port())
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(fixed("hello")))
                .listeners()
                .getFirst();
        assertThat(again.listenerArn()).isEqualTo(made.listenerArn());
        assertThat(made.listenerArn()).startsWith(at.loadBalancerArn().replace("loadbalancer/", "listener/") + "/");
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(made.port())
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(fixed("other"))),
                "DuplicateListener",
                "A listener already exists on this port for this load balancer '" + at.loadBalancerArn() + "'");
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(FreePort.LAST + 1)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(fixed("hello"))),
                "InvalidConfigurationRequest",
                "PODIUM_ELB_PORTS");
        elb.deleteListener(b -> b.listenerArn(made.listenerArn()));
        refused(
                () -> elb.describeListeners(b -> b.listenerArns(made.listenerArn())),
                "ListenerNotFound",
                made.listenerArn());
    }

    @Test
    void httpsListenersNeedCertificates() {
        LoadBalancer at = application(elb, "secure");
        int port = FreePort.next();
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.HTTPS)
                        .defaultActions(fixed("x"))),
                "ValidationError",
                "A certificate must be specified for HTTPS listeners");
        refused(
                () -> elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.TCP)
                        .defaultActions(fixed("x"))),
                "ValidationError",
                "Listener protocol 'TCP' must be one of 'HTTPS, HTTP'");
        String first = "arn:aws:acm:us-east-1:000000000000:certificate/one";
        String second = "arn:aws:acm:us-east-1:000000000000:certificate/two";
        Listener made = elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(ProtocolEnum.HTTPS)
                        .certificates(c -> c.certificateArn(first))
                        .defaultActions(fixed("x")))
                .listeners()
                .getFirst();
        assertThat(made.sslPolicy()).isEqualTo("ELBSecurityPolicy-2016-08");
        elb.addListenerCertificates(b -> b.listenerArn(made.listenerArn()).certificates(c -> c.certificateArn(second)));
        assertThat(elb.describeListenerCertificates(b -> b.listenerArn(made.listenerArn()))
                        .certificates())
                .extracting(certificate -> certificate.certificateArn() + certificate.isDefault())
                .containsExactly(first + true, second + false);
        refused(
                () -> elb.removeListenerCertificates(
                        b -> b.listenerArn(made.listenerArn()).certificates(c -> c.certificateArn(first))),
                "OperationNotPermitted",
                "default certificate");
        elb.removeListenerCertificates(
                b -> b.listenerArn(made.listenerArn()).certificates(c -> c.certificateArn(second)));
        assertThat(elb.describeListenerCertificates(b -> b.listenerArn(made.listenerArn()))
                        .certificates())
                .hasSize(1);
        refused(
                () -> elb.modifyListener(b -> b.listenerArn(made.listenerArn()).sslPolicy("none")),
                "SSLPolicyNotFound",
                "'none'");
        Listener plain = elb.modifyListener(
                        b -> b.listenerArn(made.listenerArn()).protocol(ProtocolEnum.HTTP))
                .listeners()
                .getFirst();
        assertThat(plain.certificates()).isEmpty();
        assertThat(plain.sslPolicy()).isNull();
    }

    private static Rule rule(Listener at, int priority, String path) {
        return elb.createRule(b -> b.listenerArn(at.listenerArn())
                        .priority(priority)
                        .conditions(c -> c.field("path-pattern").values(path))
                        .actions(fixed(path)))
                .rules()
                .getFirst();
    }

    @Test
    void rulesAreOrderedByPriorityAndTheDefaultOneIsLast() {
        Listener at = listener(application(elb, "rules"), fixed("default"));
        Rule ten = rule(at, 10, "/ten");
        Rule five = rule(at, 5, "/five");
        assertThat(ten.conditions().getFirst().pathPatternConfig().values()).containsExactly("/ten");
        refused(() -> rule(at, 10, "/other"), "PriorityInUse", "Priority '10' is currently in use");
        assertThat(elb.describeRules(b -> b.listenerArn(at.listenerArn())).rules())
                .extracting(Rule::priority)
                .containsExactly("5", "10", "default");
        elb.setRulePriorities(b -> b.rulePriorities(
                p -> p.ruleArn(ten.ruleArn()).priority(5),
                p -> p.ruleArn(five.ruleArn()).priority(10)));
        assertThat(elb.describeRules(b -> b.listenerArn(at.listenerArn())).rules())
                .extracting(Rule::ruleArn)
                .startsWith(ten.ruleArn(), five.ruleArn());
        refused(
                () -> elb.setRulePriorities(
                        b -> b.rulePriorities(p -> p.ruleArn(ten.ruleArn()).priority(10))),
                "PriorityInUse",
                "'10'");
        Rule standard =
                elb.describeRules(b -> b.listenerArn(at.listenerArn())).rules().getLast();
        assertThat(standard.isDefault()).isTrue();
        refused(() -> elb.deleteRule(b -> b.ruleArn(standard.ruleArn())), "OperationNotPermitted", "cannot be deleted");
        elb.deleteRule(b -> b.ruleArn(ten.ruleArn()));
        refused(() -> elb.deleteRule(b -> b.ruleArn(ten.ruleArn())), "RuleNotFound", ten.ruleArn());
    }

    @Test
    void aRuleKeepsWhatAModificationDoesNotName() {
        Listener at = listener(application(elb, "modified"), fixed("default"));
        Rule made = rule(at, 1, "/old");
        Rule changed = elb.modifyRule(b -> b.ruleArn(made.ruleArn())
                        .conditions(c -> c.field("host-header").hostHeaderConfig(h -> h.values("*.example.com"))))
                .rules()
                .getFirst();
        assertThat(changed.conditions().getFirst().values()).containsExactly("*.example.com");
        assertThat(changed.actions().getFirst().fixedResponseConfig().messageBody())
                .isEqualTo("/old");
    }

    @Test
    void conditionsAreChecked() {
        Listener at = listener(application(elb, "conditions"), fixed("default"));
        condition(at, c -> c.field("colour").values("blue"), "Condition field 'colour' must be one of");
        condition(
                at,
                c -> c.field("query-string").queryStringConfig(q -> q.values(v -> v.key("a"))),
                "each query string parameter");
        condition(at, c -> c.field("path-pattern"), "A condition value must be specified");
        condition(at, c -> c.field("source-ip").sourceIpConfig(s -> s.values("10.0.0.0")), "not a valid CIDR block");
        condition(
                at,
                c -> c.field("http-header")
                        .httpHeaderConfig(h -> h.httpHeaderName("Host").values("a")),
                "host-header");
        condition(
                at,
                c -> c.field("http-request-method").httpRequestMethodConfig(m -> m.values("get")),
                "The HTTP method 'get'");
        condition(
                at,
                c -> c.field("path-pattern")
                        .pathPatternConfig(p -> p.values("/a").regexValues("^/b")),
                "Values and RegexValues can't both be specified");
        condition(
                at,
                c -> c.field("host-header").hostHeaderConfig(h -> h.regexValues("(")),
                "The regular expression '(' is not valid");
        condition(
                at,
                c -> c.field("path-pattern").values("/1", "/2", "/3", "/4", "/5", "/6"),
                "can only have '5' condition values");
    }

    @Test
    void actionsThatLogSomebodyInAreRefusedByName() {
        Listener at = listener(application(elb, "actions"), fixed("default"));
        for (ActionTypeEnum type : List.of(ActionTypeEnum.AUTHENTICATE_OIDC, ActionTypeEnum.AUTHENTICATE_COGNITO)) {
            refused(
                    () -> elb.createRule(b -> b.listenerArn(at.listenerArn())
                            .priority(1)
                            .conditions(c -> c.field("path-pattern").values("/x"))
                            .actions(
                                    Action.builder().type(type).order(1).build(),
                                    fixed("x").toBuilder().order(2).build())),
                    "InvalidConfigurationRequest",
                    "The action type '" + type + "' is not supported by Podium");
        }
    }

    private static void condition(
            Listener at, java.util.function.Consumer<RuleCondition.Builder> condition, String message) {
        refused(
                () -> elb.createRule(b -> b.listenerArn(at.listenerArn())
                        .priority(1)
                        .conditions(condition)
                        .actions(fixed("x"))),
                "ValidationError",
                message);
    }

    @Test
    void tagsAreAddedReplacedAndRemoved() {
        LoadBalancer at = application(elb, "tagged");
        String listener = listener(at, fixed("x")).listenerArn();
        elb.addTags(b -> b.resourceArns(at.loadBalancerArn(), listener)
                .tags(t -> t.key("a").value("1"), t -> t.key("b").value("2")));
        elb.addTags(b -> b.resourceArns(listener).tags(t -> t.key("a").value("3")));
        elb.removeTags(b -> b.resourceArns(at.loadBalancerArn()).tagKeys("a"));
        assertThat(elb.describeTags(b -> b.resourceArns(at.loadBalancerArn(), listener))
                        .tagDescriptions())
                .extracting(description -> description.tags().toString().replaceAll("Tag\\(Key=|Value=|\\)", ""))
                .containsExactly("[b, 2]", "[a, 3, b, 2]");
        refused(
                () -> elb.addTags(b -> b.resourceArns(listener)
                        .tags(t -> t.key("a").value("1"), t -> t.key("a").value("2"))),
                "DuplicateTagKeys",
                "'a'");
    }

    @Test
    void classicLoadBalancersAreAnotherService() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.endpoint())
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header(
                            "Authorization",
                            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/elasticloadbalancing/aws4_request,"
                                    + " SignedHeaders=host, Signature=00")
                    .POST(HttpRequest.BodyPublishers.ofString("Action=DescribeLoadBalancers&Version=2012-06-01"))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("<Code>NotImplemented</Code>");
        }
    }

    @Test
    void policiesAndLimitsAreShown() {
        assertThat(elb.describeSSLPolicies(b -> b.names("ELBSecurityPolicy-TLS13-1-2-2021-06"))
                        .sslPolicies()
                        .getFirst()
                        .sslProtocols())
                .containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(elb.describeAccountLimits().limits()).anySatisfy(limit -> {
            assertThat(limit.name()).isEqualTo("target-groups");
            assertThat(limit.max()).isEqualTo("3000");
        });
    }
}
