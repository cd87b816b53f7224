package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ec2.LaunchTemplates.Data;
import dev.podium.ec2.LaunchTemplates.Template;
import dev.podium.ec2.LaunchTemplates.Version;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Launch templates.
final class LaunchTemplatesApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            create-time createTime
            launch-template-name launchTemplateName
            """);
    private static final Filters VERSION_FILTERS = Filters.of("""
            create-time createTime
            ebs-optimized launchTemplateData.ebsOptimized
            iam-instance-profile launchTemplateData.iamInstanceProfile.arn
            image-id launchTemplateData.imageId
            instance-type launchTemplateData.instanceType
            is-default-version defaultVersion
            kernel-id launchTemplateData.kernelId
            ram-disk-id launchTemplateData.ramDiskId
            """);

    private final LaunchTemplates templates;
    private final Clock clock;

    LaunchTemplatesApi(LaunchTemplates templates, Clock clock) {
        this.templates = templates;
        this.clock = clock;
    }

    record CreateRequest(
            @Nullable Boolean dryRun,
            @Nullable String clientToken,
            String launchTemplateName,
            @Nullable String versionDescription,
            Data launchTemplateData,
            @Nullable List<TagSpecification> tagSpecifications) {}

    record TemplateResult(ObjectNode launchTemplate) {}

    record CreateVersionRequest(
            @Nullable Boolean dryRun,
            @Nullable String clientToken,
            @Nullable String launchTemplateId,
            @Nullable String launchTemplateName,
            @Nullable String sourceVersion,
            @Nullable String versionDescription,
            Data launchTemplateData) {}

    record VersionResult(ObjectNode launchTemplateVersion) {}

    record ModifyRequest(
            @Nullable Boolean dryRun,
            @Nullable String clientToken,
            @Nullable String launchTemplateId,
            @Nullable String launchTemplateName,
            @Nullable String defaultVersion) {}

    record DeleteRequest(
            @Nullable Boolean dryRun,
            @Nullable String launchTemplateId,
            @Nullable String launchTemplateName) {}

    record DeleteVersionsRequest(
            @Nullable Boolean dryRun,
            @Nullable String launchTemplateId,
            @Nullable String launchTemplateName,
            List<String> versions) {}

    record Deleted(String launchTemplateId, String launchTemplateName, long versionNumber) {}

    record NotDeleted(
            String launchTemplateId, String launchTemplateName, long versionNumber, ResponseError responseError) {}

    record ResponseError(String code, String message) {}

    record DeleteVersionsResult(
            List<Deleted> successfullyDeletedLaunchTemplateVersions,
            List<NotDeleted> unsuccessfullyDeletedLaunchTemplateVersions) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial("CreateLaunchTemplate", "Takes the members that `RunInstances` takes; others are refused.")
                .partial("CreateLaunchTemplateVersion", "Takes the members that `RunInstances` takes.");
        service.operation("CreateLaunchTemplate", CreateRequest.class, TemplateResult.class, this::create)
                .operation(
                        "CreateLaunchTemplateVersion",
                        CreateVersionRequest.class,
                        VersionResult.class,
                        this::createVersion)
                .operation("ModifyLaunchTemplate", ModifyRequest.class, TemplateResult.class, this::modify)
                .operation("DeleteLaunchTemplate", DeleteRequest.class, TemplateResult.class, this::delete)
                .operation(
                        "DeleteLaunchTemplateVersions",
                        DeleteVersionsRequest.class,
                        DeleteVersionsResult.class,
                        this::deleteVersions);
        Listing.of("DescribeLaunchTemplates", "launchTemplates", FILTERS, scope -> templates.records())
                .ids(Resource.LAUNCH_TEMPLATE, "LaunchTemplateIds")
                .names(
                        "LaunchTemplateNames",
                        (scope, name) -> templates.require(scope, null, name).launchTemplateId())
                .least(1)
                .addTo(service);
        Listing.of(
                        "DescribeLaunchTemplateVersions",
                        "launchTemplateVersions",
                        VERSION_FILTERS,
                        (scope, request) -> Listing.Source.of(versions(scope, request)))
                .ignoring(
                        "LaunchTemplateId",
                        "LaunchTemplateName",
                        "Versions",
                        "MinVersion",
                        "MaxVersion",
                        "ResolveAlias")
                .least(1)
                .addTo(service);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private TemplateResult create(Call call, CreateRequest request) {
        Scope scope = call.scope();
        String name = request.launchTemplateName();
        if (templates.find(scope, name).isPresent()) {
            throw Ec2Error.coded(
                    "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
        }
        check(request.launchTemplateData());
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.LAUNCH_TEMPLATE);
        Ec2Error.dryRun(request.dryRun());
        Template template = new Template(
                Resource.LAUNCH_TEMPLATE.newId(),
                name,
                now(),
                LaunchTemplates.creator(scope),
                1,
                1,
                new LaunchTemplates.Operator(false));
        Version first = new Version(1, request.versionDescription(), now(), request.launchTemplateData());
        templates.add(scope, template, first, tags);
        return shown(scope, template);
    }

    private static void check(Data data) {
        Launch.userData(data.userData());
        if (data.instanceType() != null) {
            Launch.type(data.instanceType());
        }
    }

    private TemplateResult shown(Scope scope, Template template) {
        return new TemplateResult(templates.records().show(scope, template.launchTemplateId(), template));
    }

    private VersionResult createVersion(Call call, CreateVersionRequest request) {
        Scope scope = call.scope();
        Template template = templates.require(scope, request.launchTemplateId(), request.launchTemplateName());
        check(request.launchTemplateData());
        Data data = request.launchTemplateData();
        if (request.sourceVersion() != null) {
            ObjectNode merged = Json.MAPPER.valueToTree(
                    templates.version(scope, template, request.sourceVersion()).data());
            ObjectNode given = Json.MAPPER.valueToTree(data);
            given.properties().forEach(member -> merged.set(member.getKey(), member.getValue()));
            data = Json.MAPPER.convertValue(merged, Data.class);
        }
        Ec2Error.dryRun(request.dryRun());
        Version version = templates.add(scope, template, request.versionDescription(), now(), data);
        return new VersionResult(shown(template, version));
    }

    private static ObjectNode shown(Template template, Version version) {
        ObjectNode out = Json.object();
        out.put("launchTemplateId", template.launchTemplateId())
                .put("launchTemplateName", template.launchTemplateName())
                .put("versionNumber", version.number())
                .put("createTime", version.created().toString())
                .put("createdBy", template.createdBy())
                .put("defaultVersion", version.number() == template.defaultVersionNumber());
        if (version.description() != null) {
            out.put("versionDescription", version.description());
        }
        out.set("launchTemplateData", Json.MAPPER.valueToTree(version.data()));
        out.putObject("operator").put("managed", false);
        return out;
    }

    private List<Listing.Item> versions(Scope scope, ObjectNode request) {
        String id = request.path("LaunchTemplateId").textValue();
        String name = request.path("LaunchTemplateName").textValue();
        List<String> numbers = Listing.texts(request.path("Versions"));
        if (id == null && name == null && numbers.isEmpty()) {
            throw Ec2Error.missing("LaunchTemplateId, LaunchTemplateName or LaunchTemplateVersion");
        }
        List<Template> of = id == null && name == null
                ? templates.records().all(scope)
                : List.of(templates.require(scope, id, name));
        List<Listing.Item> items = new ArrayList<>();
        for (Template template : of) {
            numbers.forEach(number -> items.add(item(template, templates.version(scope, template, number))));
        }
        if (numbers.isEmpty()) {
            long min = bound(request.path("MinVersion").textValue(), 0);
            long max = bound(request.path("MaxVersion").textValue(), Long.MAX_VALUE);
            templates.all(scope, of.getFirst()).stream()
                    .filter(version -> version.number() >= min && version.number() <= max)
                    .forEach(version -> items.add(item(of.getFirst(), version)));
        }
        return items;
    }

    private static long bound(@Nullable String given, long otherwise) {
        return given != null && given.matches("\\d{1,9}") ? Long.parseLong(given) : otherwise;
    }

    private static Listing.Item item(Template template, Version version) {
        return new Listing.Item(
                template.launchTemplateId() + "/%010d".formatted(version.number()), shown(template, version));
    }

    private TemplateResult modify(Call call, ModifyRequest request) {
        Scope scope = call.scope();
        Template template = templates.require(scope, request.launchTemplateId(), request.launchTemplateName());
        Version version = templates.version(scope, template, request.defaultVersion());
        Ec2Error.dryRun(request.dryRun());
        Template changed = templates
                .records()
                .change(
                        scope,
                        template.launchTemplateId(),
                        before -> Records.with(before, "defaultVersionNumber", version.number()));
        return shown(scope, changed);
    }

    private TemplateResult delete(Call call, DeleteRequest request) {
        Scope scope = call.scope();
        Template template = templates.require(scope, request.launchTemplateId(), request.launchTemplateName());
        Ec2Error.dryRun(request.dryRun());
        TemplateResult result = shown(scope, template);
        templates.remove(scope, template);
        return result;
    }

    private DeleteVersionsResult deleteVersions(Call call, DeleteVersionsRequest request) {
        Scope scope = call.scope();
        Template template = templates.require(scope, request.launchTemplateId(), request.launchTemplateName());
        Ec2Error.dryRun(request.dryRun());
        List<Deleted> deleted = new ArrayList<>();
        List<NotDeleted> left = new ArrayList<>();
        String id = template.launchTemplateId();
        String name = template.launchTemplateName();
        for (String text : request.versions()) {
            long number = bound(text, 0);
            if (number == template.defaultVersionNumber()) {
                String why = "The specified version is the default version and can't be deleted.";
                left.add(new NotDeleted(id, name, number, new ResponseError("unexpectedError", why)));
            } else if (templates.remove(scope, template, number)) {
                deleted.add(new Deleted(id, name, number));
            } else {
                String why = "Could not find launch template version";
                left.add(new NotDeleted(id, name, number, new ResponseError("launchTemplateVersionDoesNotExist", why)));
            }
        }
        return new DeleteVersionsResult(deleted, left);
    }
}
