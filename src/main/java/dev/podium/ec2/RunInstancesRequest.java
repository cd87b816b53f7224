package dev.podium.ec2;

import dev.podium.ec2.Definition.MetadataRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request for instances. Members that it lacks are refused.
record RunInstancesRequest(
        @Nullable String imageId,
        @Nullable String instanceType,
        @Nullable String keyName,
        int maxCount,
        int minCount,
        @Nullable Enabled monitoring,
        @Nullable Placement placement,
        @Nullable List<String> securityGroupIds,
        @Nullable List<String> securityGroups,
        @Nullable String subnetId,
        @Nullable String userData,
        @Nullable List<TagSpecification> tagSpecifications,
        @Nullable Template launchTemplate,
        @Nullable Credits creditSpecification,
        @Nullable MetadataRequest metadataOptions,
        @Nullable Boolean disableApiStop,
        @Nullable Boolean dryRun,
        @Nullable Boolean disableApiTermination,
        @Nullable String instanceInitiatedShutdownBehavior,
        @Nullable String clientToken,
        @Nullable List<NetworkInterface> networkInterfaces,
        @Nullable Profile iamInstanceProfile,
        @Nullable Boolean ebsOptimized) {
    /// Whether detailed monitoring is on.
    record Enabled(@Nullable Boolean enabled) {
        boolean on() {
            return Boolean.TRUE.equals(enabled);
        }
    }

    /// Where the instance is to be.
    record Placement(
            @Nullable String availabilityZone,
            @Nullable String availabilityZoneId,
            @Nullable String tenancy,
            @Nullable String groupName) {}

    /// A launch template.
    record Template(
            @Nullable String launchTemplateId,
            @Nullable String launchTemplateName,
            @Nullable String version) {}

    /// How a burstable instance pays for its bursts.
    record Credits(@Nullable String cpuCredits) {}

    /// The one network interface.
    record NetworkInterface(
            @Nullable Boolean associatePublicIpAddress,
            @Nullable Boolean deleteOnTermination,
            @Nullable String description,
            @Nullable Integer deviceIndex,
            @Nullable List<String> groups,
            @Nullable String subnetId) {}

    /// An instance profile.
    record Profile(@Nullable String arn, @Nullable String name) {}
}
