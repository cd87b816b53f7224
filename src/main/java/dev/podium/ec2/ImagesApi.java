package dev.podium.ec2;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Images.
final class ImagesApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            architecture architecture
            block-device-mapping.volume-type blockDeviceMappings.ebs.volumeType
            block-device-mapping.snapshot-id blockDeviceMappings.ebs.snapshotId
            creation-date creationDate
            description description
            ena-support enaSupport
            hypervisor hypervisor
            image-id imageId
            image-type imageType
            is-public public
            kernel-id kernelId
            manifest-location imageLocation
            name name
            owner-alias imageOwnerAlias
            owner-id ownerId
            platform platform
            platform-details platformDetails
            product-code productCodes.productCodeId
            root-device-name rootDeviceName
            root-device-type rootDeviceType
            state state
            state-reason-code stateReason.code
            state-reason-message stateReason.message
            virtualization-type virtualizationType
            """);

    private final Images images;
    private final Clock clock;

    ImagesApi(Images images, Clock clock) {
        this.images = images;
        this.clock = clock;
    }

    record RegisterRequest(
            @Nullable String imageLocation,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable Boolean dryRun,
            String name,
            @Nullable String description,
            @Nullable String architecture,
            @Nullable String rootDeviceName,
            @Nullable String virtualizationType,
            @Nullable Boolean enaSupport) {}

    record RegisterResult(String imageId) {}

    record DeregisterRequest(
            String imageId,
            @Nullable Boolean deleteAssociatedSnapshots,
            @Nullable Boolean dryRun) {}

    record DeregisterResult(@JsonProperty("return") boolean done) {}

    record AttributeRequest(
            String attribute, String imageId, @Nullable Boolean dryRun) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                        "RegisterImage",
                        "`ImageLocation` is a container image. Block devices, kernels and RAM disks are refused;"
                                + " `RootDeviceName`, `VirtualizationType` and `EnaSupport` have no effect.")
                .remark(
                        "DescribeImages",
                        "Amazon Linux 2023, what `PODIUM_EC2_IMAGES` names, and what the account registered;"
                                + " `ImageLocation` is the container image.");
        Listing.of("DescribeImages", "images", FILTERS, scope -> images)
                .ids(Resource.IMAGE, "ImageIds")
                .least(1)
                .where("Owners", (scope, owners) -> owned(scope, Listing.texts(owners)))
                .where("ExecutableUsers", (scope, users) -> launchable(Listing.texts(users)))
                .ignoring("IncludeDeprecated", "IncludeDisabled")
                .addTo(service);
        service.operation("RegisterImage", RegisterRequest.class, RegisterResult.class, this::register)
                .operation("DeregisterImage", DeregisterRequest.class, DeregisterResult.class, this::deregister)
                .operation("DescribeImageAttribute", AttributeRequest.class, ObjectNode.class, this::attribute);
    }

    private static Predicate<JsonNode> launchable(List<String> users) {
        if (users.isEmpty()) {
            return image -> true;
        }
        // Nobody can share an image with single accounts here.
        return image -> users.contains("all") && image.path("public").asBoolean();
    }

    private static Predicate<JsonNode> owned(Scope scope, List<String> owners) {
        if (owners.isEmpty()) {
            return image -> true;
        }
        return image -> {
            String owner = image.path("ownerId").asText();
            String alias = image.path("imageOwnerAlias").asText();
            return owners.contains(owner)
                    || owners.contains(alias)
                    || (owners.contains("self") && owner.equals(scope.account()));
        };
    }

    private RegisterResult register(Call call, RegisterRequest request) {
        Scope scope = call.scope();
        String container = request.imageLocation();
        if (container == null || container.isBlank()) {
            throw Ec2Error.missing("ImageLocation");
        }
        if (container.chars().anyMatch(c -> c <= ' ')) {
            throw Ec2Error.invalid(container, "ImageLocation", "It must be the name of a container image.");
        }
        String name = request.name();
        if (!name.matches("[A-Za-z0-9()\\[\\] ./'@_-]{3,128}")) {
            throw Ec2Error.coded(
                    "InvalidAMIName.Malformed",
                    "AMI names must be between 3 and 128 characters long, and may contain letters, numbers,"
                            + " '(', ')', '.', '-', '/' and '_'");
        }
        images.registered().all(scope).stream()
                .filter(image -> image.name().equals(name))
                .findFirst()
                .ifPresent(image -> {
                    throw Ec2Error.coded(
                            "InvalidAMIName.Duplicate",
                            "AMI name " + name + " is already in use by AMI " + image.imageId());
                });
        String architecture = request.architecture() == null ? "x86_64" : request.architecture();
        if (!architecture.equals("x86_64") && !architecture.equals("arm64")) {
            throw Ec2Error.unsupported("RegisterImage", "Architecture=" + architecture);
        }
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.IMAGE, Resource.SNAPSHOT);
        Ec2Error.dryRun(request.dryRun());
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z");
        Image image = Images.registered(container, name, request.description(), architecture, scope.account(), now);
        images.registered().add(scope, image.imageId(), image, tags);
        return new RegisterResult(image.imageId());
    }

    private DeregisterResult deregister(Call call, DeregisterRequest request) {
        String id = request.imageId();
        if (images.inCatalog(id)) {
            throw Ec2Error.coded("AuthFailure", "Not authorized for image:" + id + ": it is in Podium's catalogue");
        }
        images.registered().require(call.scope(), id);
        Ec2Error.dryRun(request.dryRun());
        images.registered().remove(call.scope(), id);
        return new DeregisterResult(true);
    }

    private ObjectNode attribute(Call call, AttributeRequest request) {
        Image image = images.require(call.scope(), request.imageId());
        Ec2Error.dryRun(request.dryRun());
        ObjectNode out = Json.object().put("imageId", image.imageId());
        switch (request.attribute()) {
            case "description" -> {
                ObjectNode value = out.putObject("description");
                if (image.description() != null) {
                    value.put("value", image.description());
                }
            }
            case "launchPermission" -> {
                if (image.isPublic()) {
                    out.putArray("launchPermissions").addObject().put("group", "all");
                } else {
                    out.putArray("launchPermissions");
                }
            }
            case "blockDeviceMapping" -> out.putArray("blockDeviceMappings");
            case "productCodes" -> out.putArray("productCodes");
            case "imdsSupport" -> out.putObject("imdsSupport").put("value", image.imdsSupport());
            case "sriovNetSupport" -> out.putObject("sriovNetSupport").put("value", "simple");
            case "kernel" -> out.putObject("kernelId");
            case "ramdisk" -> out.putObject("ramdiskId");
            default -> out.putObject(request.attribute());
        }
        return out;
    }
}
