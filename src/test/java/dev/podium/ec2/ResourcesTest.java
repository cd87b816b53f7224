package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.KeyType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/// What instances are launched with, through the AWS SDK.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's lists of consumers
final class ResourcesTest {
    @SuppressWarnings("NullAway.Init")
    private static Fixture fixture;

    @SuppressWarnings("NullAway.Init")
    private static Ec2Client ec2;

    @BeforeAll
    static void start() throws Exception {
        fixture = Fixture.start(Map.of("PODIUM_EC2_IMAGES", "ami-0123456789abcdef0=debian:12"));
        ec2 = fixture.ec2;
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    void everyRegionHasADefaultNetworkOfItsOwn() {
        var vpc = ec2.describeVpcs(b -> b.filters(f -> f.name("is-default").values("true")))
                .vpcs();
        assertThat(vpc)
                .singleElement()
                .satisfies(one -> assertThat(one.cidrBlock()).isEqualTo("172.31.0.0/16"));
        assertThat(ec2.describeSubnets(
                                b -> b.filters(f -> f.name("default-for-az").values("true")))
                        .subnets())
                .extracting(Subnet::availabilityZone)
                .containsExactlyInAnyOrder("us-east-1a", "us-east-1b", "us-east-1c");
        try (Ec2Client ireland = TestClients.ec2(fixture.server, Region.EU_WEST_1)) {
            assertThat(ireland.describeVpcs().vpcs().getFirst().vpcId())
                    .isNotEqualTo(vpc.getFirst().vpcId());
        }
    }

    @Test
    void groupsHaveRulesAndCannotGoWhileTheyAreUsed() {
        String id = ec2.createSecurityGroup(
                        b -> b.groupName("g-" + UUID.randomUUID()).description("test"))
                .groupId();
        IpPermission web = IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(80)
                .toPort(80)
                .ipRanges(r -> r.cidrIp("10.0.0.0/8"), r -> r.cidrIp("192.168.0.0/16"))
                .build();
        assertThat(ec2.authorizeSecurityGroupIngress(b -> b.groupId(id).ipPermissions(web))
                        .securityGroupRules())
                .hasSize(2);
        var shown =
                ec2.describeSecurityGroups(b -> b.groupIds(id)).securityGroups().getFirst();
        assertThat(shown.ipPermissions()).singleElement().satisfies(one -> {
            assertThat(one.ipRanges()).isEqualTo(web.ipRanges());
            assertThat(one.toPort()).isEqualTo(80);
        });
        assertThat(shown.ipPermissionsEgress()).hasSize(1);
        assertThat(Fixture.code(() ->
                        ec2.authorizeSecurityGroupIngress(b -> b.groupId(id).ipPermissions(web))))
                .isEqualTo("InvalidPermission.Duplicate");
        ec2.revokeSecurityGroupIngress(b -> b.groupId(id).ipPermissions(web));
        assertThat(ec2.describeSecurityGroups(b -> b.groupIds(id))
                        .securityGroups()
                        .getFirst()
                        .ipPermissions())
                .isEmpty();

        String instance = fixture.run(Fixture.request().securityGroupIds(id)).getFirst();
        assertThat(Fixture.code(() -> ec2.deleteSecurityGroup(b -> b.groupId(id))))
                .isEqualTo("DependencyViolation");
        fixture.running(instance);
        ec2.terminateInstances(b -> b.instanceIds(instance));
        fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(instance));
        ec2.deleteSecurityGroup(b -> b.groupId(id));
        assertThat(Fixture.code(() -> ec2.describeSecurityGroups(b -> b.groupIds(id))))
                .isEqualTo("InvalidGroup.NotFound");
    }

    @Test
    void templateFillsInWhatALaunchLeavesOut() {
        String name = "t-" + UUID.randomUUID();
        ec2.createLaunchTemplate(b -> b.launchTemplateName(name)
                .launchTemplateData(d -> d.imageId("ami-0123456789abcdef0")
                        .instanceType("t3.small")
                        .keyName(null)
                        .tagSpecifications(t -> t.resourceType(ResourceType.INSTANCE)
                                .tags(Tag.builder().key("by").value("template").build()))));
        var launched = ec2.runInstances(b -> b.launchTemplate(t -> t.launchTemplateName(name))
                        .instanceType("t3.nano")
                        .minCount(1)
                        .maxCount(1))
                .instances()
                .getFirst();
        assertThat(launched.imageId()).isEqualTo("ami-0123456789abcdef0");
        assertThat(launched.instanceTypeAsString()).isEqualTo("t3.nano");
        assertThat(launched.tags())
                .containsExactly(Tag.builder().key("by").value("template").build());
        ec2.terminateInstances(b -> b.instanceIds(launched.instanceId()));
    }

    @Test
    void keyPairsAreMadeAndImported() {
        String name = "k-" + UUID.randomUUID();
        var made = ec2.createKeyPair(b -> b.keyName(name).keyType(KeyType.RSA));
        assertThat(made.keyMaterial()).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
        assertThat(made.keyFingerprint()).hasSize(59);
        var shown = ec2.describeKeyPairs(b -> b.keyNames(name).includePublicKey(true))
                .keyPairs()
                .getFirst();
        assertThat(shown.publicKey()).startsWith("ssh-rsa AAAA").endsWith(" " + name);
        var again = ec2.importKeyPair(b -> b.keyName(name + "-2")
                .publicKeyMaterial(software.amazon.awssdk.core.SdkBytes.fromUtf8String(shown.publicKey())));
        assertThat(again.keyFingerprint()).hasSize(47);
        ec2.deleteKeyPair(b -> b.keyName(name));
        assertThat(Fixture.code(() -> ec2.describeKeyPairs(b -> b.keyNames(name))))
                .isEqualTo("InvalidKeyPair.NotFound");
    }

    @Test
    void tagsOfAllResourcesAreDescribedTogether() {
        String value = UUID.randomUUID().toString();
        TagSpecification tagged = TagSpecification.builder()
                .resourceType(ResourceType.VPC)
                .tags(Tag.builder().key("v").value(value).build())
                .build();
        String vpc = ec2.createVpc(b -> b.cidrBlock("10.0.0.0/16").tagSpecifications(tagged))
                .vpc()
                .vpcId();
        String subnet = ec2.createSubnet(b -> b.vpcId(vpc).cidrBlock("10.0.1.0/24"))
                .subnet()
                .subnetId();
        ec2.createTags(b ->
                b.resources(subnet).tags(Tag.builder().key("v").value(value).build()));
        assertThat(ec2.describeTags(b -> b.filters(f -> f.name("value").values(value)))
                        .tags())
                .extracting(tag -> tag.resourceId())
                .containsExactlyInAnyOrder(vpc, subnet);
        ec2.deleteTags(b -> b.resources(subnet).tags(Tag.builder().key("v").build()));
        assertThat(ec2.describeSubnets(b -> b.filters(f -> f.name("tag:v").values(value)))
                        .subnets())
                .isEmpty();
        assertThat(Fixture.code(() -> ec2.deleteVpc(b -> b.vpcId(vpc)))).isEqualTo("DependencyViolation");
        ec2.deleteSubnet(b -> b.subnetId(subnet));
        ec2.deleteVpc(b -> b.vpcId(vpc));
    }

    @Test
    void catalogueListsOwnAndConfiguredImages() {
        assertThat(ec2.describeImages(b -> b.owners("amazon")).images())
                .extracting(image -> image.imageId())
                .contains(TestClients.AMI, "ami-0123456789abcdef0");
        assertThat(ec2.describeImages(b -> b.filters(f -> f.name("name").values("al2023-ami-2023.*-kernel-6.1-x86_64")))
                        .images())
                .singleElement()
                .satisfies(image -> assertThat(image.imageLocation()).contains("amazonlinux:2023"));
        assertThat(List.of("t3.micro", "m7g.large"))
                .allSatisfy(type -> assertThat(ec2.describeInstanceTypes(b -> b.instanceTypesWithStrings(type))
                                .instanceTypes())
                        .hasSize(1));
    }

    @Test
    void listsComePageByPageAndByName() {
        String run = UUID.randomUUID().toString();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String name = run + "-" + i;
            String id = ec2.createSecurityGroup(b -> b.groupName(name).description("page"))
                    .groupId();
            ec2.createTags(b ->
                    b.resources(id).tags(Tag.builder().key("run").value(run).build()));
            ec2.createLaunchTemplate(
                    b -> b.launchTemplateName(name).launchTemplateData(d -> d.imageId(TestClients.AMI)));
            ids.add(id);
        }
        assertThat(ec2
                        .describeSecurityGroupsPaginator(b -> b.maxResults(5)
                                .filters(f -> f.name("group-name").values(run + "*")))
                        .stream()
                        .map(page -> page.securityGroups().size()))
                .containsExactly(5, 2);
        assertThat(ec2.describeSecurityGroups(b -> b.groupNames(run + "-3", run + "-5"))
                        .securityGroups())
                .extracting(group -> group.groupId())
                .containsExactly(ids.get(3), ids.get(5));
        assertThat(
                        ec2
                                .describeTagsPaginator(b -> b.maxResults(5)
                                        .filters(f -> f.name("value").values(run)))
                                .tags()
                                .stream())
                .extracting(tag -> tag.resourceId())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(ec2
                        .describeSecurityGroupRulesPaginator(b ->
                                b.maxResults(5).filters(f -> f.name("group-id").values(ids)))
                        .securityGroupRules()
                        .stream())
                .hasSize(7)
                .doesNotHaveDuplicates();
        assertThat(ec2
                        .describeLaunchTemplatesPaginator(b -> b.maxResults(2)
                                .filters(f -> f.name("launch-template-name").values(run + "*")))
                        .stream()
                        .map(page -> page.launchTemplates().size()))
                .containsExactly(2, 2, 2, 1);
        assertThat(ec2.describeInstanceTypesPaginator(b -> b.maxResults(20)).instanceTypes().stream())
                .extracting(type -> type.instanceTypeAsString())
                .hasSize(ec2.describeInstanceTypes(b -> {}).instanceTypes().size())
                .doesNotHaveDuplicates();
        assertThat(ec2.describeImagesPaginator(b -> b.maxResults(1)).images().stream())
                .hasSameSizeAs(ec2.describeImages().images())
                .doesNotHaveDuplicates();
        assertThat(Fixture.code(() -> ec2.describeVpcs(b -> b.maxResults(1)))).isEqualTo("InvalidParameterValue");
        assertThat(Fixture.code(
                        () -> ec2.describeSecurityGroups(b -> b.maxResults(5).groupIds(ids))))
                .isEqualTo("InvalidParameterCombination");
    }
}
