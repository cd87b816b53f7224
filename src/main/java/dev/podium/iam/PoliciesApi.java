package dev.podium.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The operations on managed policies and their versions.
///
/// Those of AWS may be attached under any name, since Podium has no list of them: GetPolicy shows what
/// follows from
/// the ARN, and their documents can't be had.
record PoliciesApi(Account all) {
    private static final int MOST_VERSIONS = 5;
    private static final int LONGEST = 6144;

    record CreateRequest(
            String policyName,
            @Nullable String path,
            String policyDocument,
            @Nullable String description,
            @Nullable JsonNode tags) {}

    record PolicyRequest(String policyArn) {}

    record ListRequest(
            @Nullable String scope,
            @Nullable Boolean onlyAttached,
            @Nullable String pathPrefix,
            @Nullable String policyUsageFilter,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record CreateVersionRequest(
            String policyArn,
            String policyDocument,
            @Nullable Boolean setAsDefault) {}

    record VersionRequest(String policyArn, String versionId) {}

    record VersionsRequest(
            String policyArn,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record EntitiesRequest(
            String policyArn,
            @Nullable String entityFilter,
            @Nullable String pathPrefix,
            @Nullable String policyUsageFilter,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    /// A policy as answers show it.
    record Shape(
            String policyName,
            String policyId,
            String arn,
            String path,
            String defaultVersionId,
            int attachmentCount,
            int permissionsBoundaryUsageCount,
            boolean isAttachable,
            @Nullable String description,
            Instant createDate,
            Instant updateDate,
            @Nullable List<Tags.Tag> tags) {}

    record Result(Shape policy) {}

    record Listed(
            List<Shape> policies,
            boolean isTruncated,
            @Nullable String marker) {}

    record VersionShape(@Nullable String document, String versionId, boolean isDefaultVersion, Instant createDate) {}

    record VersionResult(VersionShape policyVersion) {}

    record Versions(
            List<VersionShape> versions,
            boolean isTruncated,
            @Nullable String marker) {}

    record RoleEntity(String roleName, String roleId) {}

    record Entities(
            List<JsonNode> policyGroups,
            List<JsonNode> policyUsers,
            List<RoleEntity> policyRoles,
            boolean isTruncated,
            @Nullable String marker) {}

    /// Adds the operations.
    void addTo(ServiceApi.Builder service) {
        service.partial(
                        "GetPolicy",
                        "Of AWS's own policies what follows from the ARN, whether or not AWS has such a policy.")
                .partial("GetPolicyVersion", "`NoSuchEntity` for AWS's own policies, whose documents Podium lacks.")
                .partial("ListPolicies", "Without AWS's own policies.");
        service.operation("CreatePolicy", CreateRequest.class, Result.class, this::create)
                .operation("GetPolicy", PolicyRequest.class, Result.class, this::get)
                .operation("ListPolicies", ListRequest.class, Listed.class, this::list)
                .operation("DeletePolicy", PolicyRequest.class, Void.class, this::delete)
                .operation("CreatePolicyVersion", CreateVersionRequest.class, VersionResult.class, this::createVersion)
                .operation("GetPolicyVersion", VersionRequest.class, VersionResult.class, this::version)
                .operation("ListPolicyVersions", VersionsRequest.class, Versions.class, this::versions)
                .operation("DeletePolicyVersion", VersionRequest.class, Void.class, this::deleteVersion)
                .operation("SetDefaultPolicyVersion", VersionRequest.class, Void.class, this::setDefault)
                .operation("ListEntitiesForPolicy", EntitiesRequest.class, Entities.class, this::entities);
        Tags.addTo(service, all.policies(), "Policy", "PolicyArn", (account, arn) -> {
            Resource.Head head = policy(arn).head();
            return new Tags.Place(head.account(), head.name());
        });
    }

    private Policy policy(String text) {
        PolicyArn arn = PolicyArn.of(text);
        return all.policies()
                .find(arn.account(), arn.name())
                .filter(policy -> policy.arn().equals(text))
                .orElseThrow(() -> IamError.Kind.NO_SUCH_ENTITY.of("Policy %s was not found.".formatted(text)));
    }

    private static void check(String document) {
        PolicyDocument.check(document, PolicyDocument.Kind.PERMISSIONS);
        if (PolicyDocument.size(document) > LONGEST) {
            throw IamError.Kind.LIMIT_EXCEEDED.of("Cannot exceed quota for PolicySize: %d".formatted(LONGEST));
        }
    }

    private Result create(Call call, CreateRequest request) {
        check(request.policyDocument);
        Instant now = all.now();
        Policy policy = new Policy(
                Resource.Head.made(call, request.path, request.policyName, "ANPA", now),
                request.description,
                now,
                1,
                2,
                List.of(new Policy.Version(1, request.policyDocument, now)),
                Tags.of(request.tags));
        all.policies().create(policy);
        return new Result(shape(policy, 0, 0, null, Tags.some(policy.tags())));
    }

    private static Shape shape(
            Policy policy, int attached, int boundaries, @Nullable String description, @Nullable List<Tags.Tag> tags) {
        Resource.Head head = policy.head();
        return new Shape(
                head.name(),
                head.id(),
                policy.arn(),
                head.path(),
                "v" + policy.standard(),
                attached,
                boundaries,
                true,
                description,
                head.created(),
                policy.updated(),
                tags);
    }

    private Result get(Call call, PolicyRequest request) {
        PolicyArn arn = PolicyArn.of(request.policyArn);
        Policy policy = arn.ofAws() ? awsPolicy(arn) : policy(request.policyArn);
        String account = call.scope().account();
        return new Result(shape(
                policy,
                all.attachments(account).getOrDefault(arn.text(), 0),
                all.boundaries(account).getOrDefault(arn.text(), 0),
                policy.description(),
                Tags.shown(policy.tags())));
    }

    /// What can be said of a policy of AWS by its ARN.
    private static Policy awsPolicy(PolicyArn arn) {
        Instant then = Instant.parse("2015-02-06T18:39:46Z");
        String id = "ANPA"
                + Integer.toUnsignedString(arn.name().hashCode(), 32)
                        .toUpperCase(Locale.ROOT)
                        .concat("AAAAAAAAAAAAAAAAA")
                        .substring(0, 17);
        return new Policy(
                new Resource.Head("aws", arn.path(), arn.name(), id, then), null, then, 1, 2, List.of(), Map.of());
    }

    private Listed list(Call call, ListRequest request) {
        String account = call.scope().account();
        Map<String, Integer> attached = all.attachments(account);
        Map<String, Integer> boundaries = all.boundaries(account);
        boolean boundary = "PermissionsBoundary".equals(request.policyUsageFilter);
        List<Shape> shapes = new ArrayList<>();
        if (!"AWS".equals(request.scope)) {
            for (Policy policy : all.policies().all(account, request.pathPrefix)) {
                Map<String, Integer> used = boundary ? boundaries : attached;
                boolean wanted = !(boundary || Boolean.TRUE.equals(request.onlyAttached));
                if (wanted || used.containsKey(policy.arn())) {
                    shapes.add(shape(
                            policy,
                            attached.getOrDefault(policy.arn(), 0),
                            boundaries.getOrDefault(policy.arn(), 0),
                            null,
                            null));
                }
            }
        }
        Page<Shape> page = Page.of(shapes, request.marker, request.maxItems);
        return new Listed(page.items(), page.truncated(), page.marker());
    }

    private @Nullable Void delete(Call call, PolicyRequest request) {
        String arn = request.policyArn;
        Resource.Head head = policy(arn).head();
        if (all.attachments(head.account()).containsKey(arn)
                || all.boundaries(head.account()).containsKey(arn)) {
            throw IamError.Kind.DELETE_CONFLICT.of("Cannot delete a policy attached to entities.");
        }
        all.policies().update(head.account(), head.name(), policy -> {
            if (policy.versions().size() > 1) {
                throw IamError.Kind.DELETE_CONFLICT.of(
                        "This policy has more than one version. Before you delete a policy, you must delete the"
                                + " policy's versions. The default version is deleted with the policy.");
            }
            return null;
        });
        return null;
    }

    private VersionResult createVersion(Call call, CreateVersionRequest request) {
        Resource.Head head = policy(request.policyArn).head();
        check(request.policyDocument);
        boolean standard = Boolean.TRUE.equals(request.setAsDefault);
        Policy.Version[] made = new Policy.Version[1];
        all.policies().update(head.account(), head.name(), policy -> {
            if (policy.versions().size() >= MOST_VERSIONS) {
                throw IamError.Kind.LIMIT_EXCEEDED.of(
                        ("A managed policy can have up to %d versions. Before you create a"
                                        + " new version, you must delete an existing version.")
                                .formatted(MOST_VERSIONS));
            }
            Policy changed = policy.plus(request.policyDocument, standard, all.now());
            made[0] = changed.versions().getFirst();
            return changed;
        });
        Policy.Version version = Objects.requireNonNull(made[0]);
        return new VersionResult(new VersionShape(null, version.id(), standard, version.created()));
    }

    private static Policy.Version version(Policy policy, String id) {
        return policy.version(id)
                .orElseThrow(() -> IamError.Kind.NO_SUCH_ENTITY.of(
                        "Policy %s version %s does not exist or is not attachable.".formatted(policy.arn(), id)));
    }

    private VersionResult version(Call call, VersionRequest request) {
        Policy policy = policy(request.policyArn);
        Policy.Version version = version(policy, request.versionId);
        String document = PolicyDocument.encoded(version.document());
        return new VersionResult(
                new VersionShape(document, version.id(), version.number() == policy.standard(), version.created()));
    }

    private Versions versions(Call call, VersionsRequest request) {
        Policy policy = policy(request.policyArn);
        Page<Policy.Version> page = Page.of(policy.versions(), request.marker, request.maxItems);
        List<VersionShape> shown = page.items().stream()
                .map(version ->
                        new VersionShape(null, version.id(), version.number() == policy.standard(), version.created()))
                .toList();
        return new Versions(shown, page.truncated(), page.marker());
    }

    private @Nullable Void deleteVersion(Call call, VersionRequest request) {
        Resource.Head head = policy(request.policyArn).head();
        all.policies().update(head.account(), head.name(), policy -> {
            Policy.Version version = version(policy, request.versionId);
            if (version.number() == policy.standard()) {
                throw IamError.Kind.DELETE_CONFLICT.of("Cannot delete the default version of a policy.");
            }
            return policy.minus(version);
        });
        return null;
    }

    private @Nullable Void setDefault(Call call, VersionRequest request) {
        Resource.Head head = policy(request.policyArn).head();
        all.policies()
                .update(
                        head.account(),
                        head.name(),
                        policy -> policy.withStandard(
                                version(policy, request.versionId).number(), all.now()));
        return null;
    }

    private Entities entities(Call call, EntitiesRequest request) {
        PolicyArn arn = PolicyArn.of(request.policyArn);
        if (!arn.ofAws()) {
            policy(request.policyArn);
        }
        String filter = request.entityFilter == null ? "Role" : request.entityFilter;
        boolean wanted = filter.equals("Role") || filter.endsWith("ManagedPolicy");
        boolean boundary = "PermissionsBoundary".equals(request.policyUsageFilter);
        List<RoleEntity> roles = all.roles().all(call.scope().account(), request.pathPrefix).stream()
                .filter(role -> wanted
                        && (boundary
                                ? request.policyArn.equals(role.boundary())
                                : role.attached().contains(request.policyArn)))
                .map(role -> new RoleEntity(role.head().name(), role.head().id()))
                .toList();
        Page<RoleEntity> page = Page.of(roles, request.marker, request.maxItems);
        return new Entities(List.of(), List.of(), page.items(), page.truncated(), page.marker());
    }
}
