package dev.podium.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.ec2.Definition.MetadataRequest;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Launch templates and their versions.
final class LaunchTemplates {
    private static final int MOST_VERSIONS = 10_000;

    private final Records<Template> records;
    private final Table<Version> versions;

    LaunchTemplates(Store store, Tags tags) {
        records = new Records<>(
                store, "ec2-launch-templates", Template.class, Resource.LAUNCH_TEMPLATE, tags, false, one -> one);
        versions = store.table("ec2-launch-template-versions", Version.class);
    }

    /// A template, as the API shows it.
    record Template(
            String launchTemplateId,
            String launchTemplateName,
            Instant createTime,
            String createdBy,
            long defaultVersionNumber,
            long latestVersionNumber,
            Operator operator) {}

    /// Whether a service manages it.
    record Operator(boolean managed) {}

    /// One version, as it is stored.
    record Version(long number, @Nullable String description, Instant created, Data data) {}

    /// What a template gives a launch. Members that it lacks are refused.
    record Data(
            @Nullable Boolean ebsOptimized,
            RunInstancesRequest.@Nullable Profile iamInstanceProfile,
            @Nullable List<RunInstancesRequest.NetworkInterface> networkInterfaces,
            @Nullable String imageId,
            @Nullable String instanceType,
            @Nullable String keyName,
            RunInstancesRequest.@Nullable Enabled monitoring,
            RunInstancesRequest.@Nullable Placement placement,
            @Nullable Boolean disableApiTermination,
            @Nullable String instanceInitiatedShutdownBehavior,
            @Nullable String userData,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable List<String> securityGroupIds,
            @Nullable List<String> securityGroups,
            RunInstancesRequest.@Nullable Credits creditSpecification,
            @Nullable MetadataRequest metadataOptions,
            @Nullable Boolean disableApiStop) {}

    Records<Template> records() {
        return records;
    }

    /// The template of an id or a name.
    ///
    /// @throws AwsException InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException
    Template require(Scope scope, @Nullable String id, @Nullable String name) {
        if (id != null && name != null) {
            throw Ec2Error.combination(
                    "The request must specify either launch template ID or launch template name, not both.");
        }
        if (id != null) {
            return records.require(scope, id);
        }
        if (name == null) {
            throw Ec2Error.missing("LaunchTemplateId or LaunchTemplateName");
        }
        return find(scope, name)
                .orElseThrow(() -> Ec2Error.coded(
                        "InvalidLaunchTemplateName.NotFoundException",
                        "The specified launch template, with template name " + name + ", does not exist."));
    }

    /// The template of a name, if there is one.
    Optional<Template> find(Scope scope, String name) {
        return records.all(scope).stream()
                .filter(template -> template.launchTemplateName().equals(name))
                .findFirst();
    }

    /// Adds a template with its first version.
    Template add(Scope scope, Template template, Version first, List<Tag> tags) {
        versions.put(key(scope, template, first.number), first);
        records.add(scope, template.launchTemplateId(), template, tags);
        return template;
    }

    /// Adds a version, which becomes the latest one.
    Version add(Scope scope, Template template, @Nullable String description, Instant now, Data data) {
        Template changed = records.change(
                scope,
                template.launchTemplateId(),
                before -> Records.with(before, "latestVersionNumber", before.latestVersionNumber + 1));
        Version version = new Version(changed.latestVersionNumber, description, now, data);
        versions.put(key(scope, template, version.number), version);
        return version;
    }

    /// Removes a template with its versions.
    void remove(Scope scope, Template template) {
        records.remove(scope, template.launchTemplateId());
        all(scope, template).forEach(version -> versions.remove(key(scope, template, version.number)));
    }

    /// Removes one version.
    ///
    /// @return whether there was one
    boolean remove(Scope scope, Template template, long version) {
        return versions.remove(key(scope, template, version));
    }

    /// All versions, in their order.
    List<Version> all(Scope scope, Template template) {
        return versions.page(Keys.of(scope, template.launchTemplateId()) + "/", null, MOST_VERSIONS).stream()
                .map(Entry::value)
                .toList();
    }

    private static String key(Scope scope, Template template, long version) {
        return Keys.of(scope, template.launchTemplateId()) + "/%010d".formatted(version);
    }

    /// The version that a text names: a number, `$Default` or `$Latest`.
    ///
    /// @throws AwsException InvalidLaunchTemplateId.VersionNotFound
    Version version(Scope scope, Template template, @Nullable String text) {
        String wanted = text == null || text.isEmpty() ? "$Default" : text;
        long number = switch (wanted) {
            case "$Default" -> template.defaultVersionNumber;
            case "$Latest" -> template.latestVersionNumber;
            default -> {
                if (!wanted.matches("\\d{1,9}")) {
                    throw Ec2Error.invalid("Invalid launch template version: either '$Default', '$Latest', or a numeric"
                            + " version are allowed.");
                }
                yield Long.parseLong(wanted);
            }
        };
        return versions.get(key(scope, template, number))
                .orElseThrow(() -> Ec2Error.coded(
                        "InvalidLaunchTemplateId.VersionNotFound",
                        "Could not find the specified version " + number + " for the launch template with ID "
                                + template.launchTemplateId + "."));
    }

    /// A launch over the template that it names: what the request has wins.
    RunInstancesRequest under(Scope scope, RunInstancesRequest request) {
        RunInstancesRequest.Template named = request.launchTemplate();
        if (named == null) {
            return request;
        }
        Template template = require(scope, named.launchTemplateId(), named.launchTemplateName());
        Version version = version(scope, template, named.version());
        ObjectNode merged = Json.MAPPER.valueToTree(version.data);
        ObjectNode given = Json.MAPPER.valueToTree(request);
        if (given.has("securityGroupIds") || given.has("securityGroups") || given.has("subnetId")) {
            merged.remove(List.of("securityGroupIds", "securityGroups"));
        }
        given.properties().forEach(member -> merged.set(member.getKey(), member.getValue()));
        try {
            return Json.MAPPER.treeToValue(merged, RunInstancesRequest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the members of a template are those of a launch", e);
        }
    }

    /// The ARN that names the user who made it.
    static String creator(Scope scope) {
        return new Arn("aws", "iam", "", scope.account(), "root").toString();
    }
}
