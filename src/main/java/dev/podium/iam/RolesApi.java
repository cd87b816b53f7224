package dev.podium.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The operations on roles, their policies and their permissions boundaries.
record RolesApi(Account all) {
    private static final int USUAL_SESSION = 3600;
    private static final int MOST_ATTACHED = 10;
    private static final int LONGEST_TRUST = 2048;
    private static final int LONGEST_INLINE = 10_240;

    record CreateRequest(
            @Nullable String path,
            String roleName,
            String assumeRolePolicyDocument,
            @Nullable String description,
            @Nullable Integer maxSessionDuration,
            @Nullable String permissionsBoundary,
            @Nullable JsonNode tags) {}

    record RoleRequest(String roleName) {}

    record ListRequest(
            @Nullable String pathPrefix,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record UpdateRequest(
            String roleName,
            @Nullable String description,
            @Nullable Integer maxSessionDuration) {}

    record DescribeRequest(String roleName, String description) {}

    record TrustRequest(String roleName, String policyDocument) {}

    record AttachRequest(String roleName, String policyArn) {}

    record PutPolicyRequest(String roleName, String policyName, String policyDocument) {}

    record PolicyRequest(String roleName, String policyName) {}

    record PoliciesRequest(
            String roleName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record AttachedRequest(
            String roleName,
            @Nullable String pathPrefix,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record BoundaryRequest(String roleName, String permissionsBoundary) {}

    record Boundary(String permissionsBoundaryType, String permissionsBoundaryArn) {}

    /// When a role was last used: nobody keeps that here.
    record LastUsed() {}

    /// A role as answers show it.
    record Shape(
            String path,
            String roleName,
            String roleId,
            String arn,
            Instant createDate,
            String assumeRolePolicyDocument,
            @Nullable String description,
            @Nullable Integer maxSessionDuration,
            @Nullable Boundary permissionsBoundary,
            @Nullable List<Tags.Tag> tags,
            @Nullable LastUsed roleLastUsed) {}

    record Result(Shape role) {}

    record Empty() {}

    record Listed(
            List<Shape> roles,
            boolean isTruncated,
            @Nullable String marker) {}

    record Attached(String policyName, String policyArn) {}

    record AttachedResult(
            List<Attached> attachedPolicies,
            boolean isTruncated,
            @Nullable String marker) {}

    record PolicyResult(String roleName, String policyName, String policyDocument) {}

    record PolicyNames(
            List<String> policyNames,
            boolean isTruncated,
            @Nullable String marker) {}

    /// Adds the operations.
    void addTo(ServiceApi.Builder service) {
        service.operation("CreateRole", CreateRequest.class, Result.class, this::create)
                .operation(
                        "GetRole",
                        RoleRequest.class,
                        Result.class,
                        (call, request) -> new Result(whole(role(call, request.roleName))))
                .operation("ListRoles", ListRequest.class, Listed.class, this::list)
                .operation("DeleteRole", RoleRequest.class, Void.class, this::delete)
                .operation("UpdateRole", UpdateRequest.class, Empty.class, this::update)
                .operation("UpdateRoleDescription", DescribeRequest.class, Result.class, this::describe)
                .operation("UpdateAssumeRolePolicy", TrustRequest.class, Void.class, this::trust)
                .operation("PutRolePermissionsBoundary", BoundaryRequest.class, Void.class, (call, request) -> {
                    check(request.permissionsBoundary);
                    return change(call, request.roleName, role -> role.withBoundary(request.permissionsBoundary));
                })
                .operation(
                        "DeleteRolePermissionsBoundary",
                        RoleRequest.class,
                        Void.class,
                        (call, request) -> change(call, request.roleName, role -> role.withBoundary(null)));
        policies(service);
        Tags.addTo(service, all.roles(), "Role", "RoleName", Tags.Place::new);
    }

    private void policies(ServiceApi.Builder service) {
        service.operation("AttachRolePolicy", AttachRequest.class, Void.class, this::attach)
                .operation("DetachRolePolicy", AttachRequest.class, Void.class, this::detach)
                .operation("ListAttachedRolePolicies", AttachedRequest.class, AttachedResult.class, this::attached)
                .operation("PutRolePolicy", PutPolicyRequest.class, Void.class, this::put)
                .operation(
                        "GetRolePolicy",
                        PolicyRequest.class,
                        PolicyResult.class,
                        (call, request) -> new PolicyResult(
                                role(call, request.roleName).head().name(),
                                request.policyName,
                                PolicyDocument.encoded(inline(role(call, request.roleName), request.policyName))))
                .operation(
                        "DeleteRolePolicy",
                        PolicyRequest.class,
                        Void.class,
                        (call, request) -> change(call, request.roleName, role -> {
                            inline(role, request.policyName);
                            return role.withInline(request.policyName, null);
                        }))
                .operation("ListRolePolicies", PoliciesRequest.class, PolicyNames.class, (call, request) -> {
                    List<String> names =
                            List.copyOf(role(call, request.roleName).inline().keySet());
                    Page<String> page = Page.of(names, request.marker, request.maxItems);
                    return new PolicyNames(page.items(), page.truncated(), page.marker());
                });
    }

    private Role role(Call call, String name) {
        return all.roles().get(call.scope().account(), name);
    }

    private @Nullable Void change(Call call, String name, Resources.Change<Role> change) {
        all.roles().update(call.scope().account(), name, change);
        return null;
    }

    private Result create(Call call, CreateRequest request) {
        PolicyDocument.check(request.assumeRolePolicyDocument, PolicyDocument.Kind.TRUST);
        limit(request.assumeRolePolicyDocument, LONGEST_TRUST, "ACLSizePerRole");
        if (request.permissionsBoundary != null) {
            check(request.permissionsBoundary);
        }
        Role role = new Role(
                Resource.Head.made(call, request.path, request.roleName, "AROA", all.now()),
                request.assumeRolePolicyDocument,
                request.description,
                request.maxSessionDuration == null ? USUAL_SESSION : request.maxSessionDuration,
                request.permissionsBoundary,
                Map.of(),
                List.of(),
                Tags.of(request.tags));
        all.roles().create(role);
        return new Result(shape(role, false, true));
    }

    /// As GetRole shows it.
    private static Shape whole(Role role) {
        return shape(role, true, true);
    }

    /// As lists show it.
    private static Shape brief(Role role) {
        return shape(role, true, false);
    }

    /// As instance profiles show it.
    static Shape inProfile(Role role) {
        return shape(role, false, false);
    }

    /// @param settings whether with description and time limit
    /// @param more     whether with boundary and tags
    private static Shape shape(Role role, boolean settings, boolean more) {
        Resource.Head head = role.head();
        String boundary = role.boundary();
        return new Shape(
                head.path(),
                head.name(),
                head.id(),
                role.arn(),
                head.created(),
                PolicyDocument.encoded(role.trust()),
                settings ? role.description() : null,
                settings ? role.maxSession() : null,
                more && boundary != null ? new Boundary("Policy", boundary) : null,
                more ? Tags.some(role.tags()) : null,
                settings && more ? new LastUsed() : null);
    }

    private Listed list(Call call, ListRequest request) {
        Page<Role> page =
                Page.of(all.roles().all(call.scope().account(), request.pathPrefix), request.marker, request.maxItems);
        return new Listed(page.items().stream().map(RolesApi::brief).toList(), page.truncated(), page.marker());
    }

    private @Nullable Void delete(Call call, RoleRequest request) {
        boolean inProfile = !all.profilesOf(role(call, request.roleName)).isEmpty();
        all.roles().update(call.scope().account(), request.roleName, role -> {
            conflict(inProfile, "must remove roles from instance profile first.");
            conflict(!role.attached().isEmpty(), "must detach all policies first.");
            conflict(!role.inline().isEmpty(), "must delete policies first.");
            return null;
        });
        return null;
    }

    private static void conflict(boolean is, String what) {
        if (is) {
            throw IamError.Kind.DELETE_CONFLICT.of("Cannot delete entity, %s".formatted(what));
        }
    }

    private Empty update(Call call, UpdateRequest request) {
        change(
                call,
                request.roleName,
                role -> role.with(
                        request.description == null ? role.description() : request.description,
                        request.maxSessionDuration == null ? role.maxSession() : request.maxSessionDuration));
        return new Empty();
    }

    private Result describe(Call call, DescribeRequest request) {
        change(call, request.roleName, role -> role.with(request.description, role.maxSession()));
        return new Result(brief(role(call, request.roleName)));
    }

    private @Nullable Void trust(Call call, TrustRequest request) {
        role(call, request.roleName);
        PolicyDocument.check(request.policyDocument, PolicyDocument.Kind.TRUST);
        limit(request.policyDocument, LONGEST_TRUST, "ACLSizePerRole");
        return change(call, request.roleName, role -> role.withTrust(request.policyDocument));
    }

    private static void limit(String document, int most, String quota) {
        if (PolicyDocument.size(document) > most) {
            throw IamError.Kind.LIMIT_EXCEEDED.of("Cannot exceed quota for %s: %d".formatted(quota, most));
        }
    }

    /// Checks that a policy can be attached.
    private void check(String arn) {
        PolicyArn policy = PolicyArn.of(arn);
        if (!policy.ofAws()
                && all.policies()
                        .find(policy.account(), policy.name())
                        .filter(found -> found.arn().equals(arn))
                        .isEmpty()) {
            throw IamError.Kind.NO_SUCH_ENTITY.of("Policy %s does not exist or is not attachable.".formatted(arn));
        }
    }

    private @Nullable Void attach(Call call, AttachRequest request) {
        role(call, request.roleName);
        check(request.policyArn);
        return change(call, request.roleName, role -> {
            if (role.attached().contains(request.policyArn)) {
                return role;
            }
            if (role.attached().size() >= MOST_ATTACHED) {
                throw IamError.Kind.LIMIT_EXCEEDED.of(
                        "Cannot exceed quota for PoliciesPerRole: %d".formatted(MOST_ATTACHED));
            }
            return role.withAttached(request.policyArn, true);
        });
    }

    private @Nullable Void detach(Call call, AttachRequest request) {
        PolicyArn.of(request.policyArn);
        return change(call, request.roleName, role -> {
            if (!role.attached().contains(request.policyArn)) {
                throw IamError.Kind.NO_SUCH_ENTITY.of("Policy %s was not found.".formatted(request.policyArn));
            }
            return role.withAttached(request.policyArn, false);
        });
    }

    private AttachedResult attached(Call call, AttachedRequest request) {
        List<Attached> policies = new ArrayList<>();
        for (String arn : role(call, request.roleName).attached()) {
            PolicyArn policy = PolicyArn.of(arn);
            if (request.pathPrefix == null || policy.path().startsWith(request.pathPrefix)) {
                policies.add(new Attached(policy.name(), arn));
            }
        }
        Page<Attached> page = Page.of(policies, request.marker, request.maxItems);
        return new AttachedResult(page.items(), page.truncated(), page.marker());
    }

    private @Nullable Void put(Call call, PutPolicyRequest request) {
        role(call, request.roleName);
        PolicyDocument.check(request.policyDocument, PolicyDocument.Kind.PERMISSIONS);
        return change(call, request.roleName, role -> {
            Role changed = role.withInline(request.policyName, request.policyDocument);
            int size = changed.inline().values().stream()
                    .mapToInt(PolicyDocument::size)
                    .sum();
            if (size > LONGEST_INLINE) {
                throw IamError.Kind.LIMIT_EXCEEDED.of("Maximum policy size of %d bytes exceeded for role %s"
                        .formatted(LONGEST_INLINE, request.roleName));
            }
            return changed;
        });
    }

    private static String inline(Role role, String policy) {
        String document = role.inline().get(policy);
        if (document == null) {
            throw IamError.Kind.NO_SUCH_ENTITY.of("The role policy with name %s cannot be found.".formatted(policy));
        }
        return document;
    }
}
