package dev.podium.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations on instance profiles, and the few on users and the account that tools ask for.
record ProfilesApi(Account all) {
    record CreateRequest(
            String instanceProfileName,
            @Nullable String path,
            @Nullable JsonNode tags) {}

    record ProfileRequest(String instanceProfileName) {}

    record RoleRequest(String instanceProfileName, String roleName) {}

    record OfRoleRequest(
            String roleName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record AliasesRequest(@Nullable String marker, @Nullable Integer maxItems) {}

    record UserRequest(@Nullable String userName) {}

    /// An instance profile as answers show it.
    record Shape(
            String path,
            String instanceProfileName,
            String instanceProfileId,
            String arn,
            Instant createDate,
            List<RolesApi.Shape> roles,
            @Nullable List<Tags.Tag> tags) {}

    record Result(Shape instanceProfile) {}

    record Listed(
            List<Shape> instanceProfiles,
            boolean isTruncated,
            @Nullable String marker) {}

    record Aliases(List<String> accountAliases, boolean isTruncated) {}

    record User(String userId, String arn, Instant createDate) {}

    record UserResult(User user) {}

    record Users(List<User> users, boolean isTruncated) {}

    /// Adds the operations.
    void addTo(ServiceApi.Builder service) {
        service.remark("GetUser", "There are no users: without a name the account's root is shown.")
                .remark("ListUsers", "There are none.")
                .remark("ListAccountAliases", "There are none.");
        service.operation("CreateInstanceProfile", CreateRequest.class, Result.class, this::create)
                .operation("GetInstanceProfile", ProfileRequest.class, Result.class, this::get)
                .operation(
                        "ListInstanceProfiles",
                        RolesApi.ListRequest.class,
                        Listed.class,
                        (call, request) -> page(
                                all.profiles().all(call.scope().account(), request.pathPrefix()),
                                request.marker(),
                                request.maxItems()))
                .operation("ListInstanceProfilesForRole", OfRoleRequest.class, Listed.class, (call, request) -> {
                    Role role = all.roles().get(call.scope().account(), request.roleName);
                    return page(all.profilesOf(role), request.marker, request.maxItems);
                })
                .operation("DeleteInstanceProfile", ProfileRequest.class, Void.class, this::delete)
                .operation("AddRoleToInstanceProfile", RoleRequest.class, Void.class, this::add)
                .operation("RemoveRoleFromInstanceProfile", RoleRequest.class, Void.class, this::remove)
                .operation(
                        "ListAccountAliases",
                        AliasesRequest.class,
                        Aliases.class,
                        (call, request) -> new Aliases(List.of(), false))
                .operation(
                        "ListUsers",
                        RolesApi.ListRequest.class,
                        Users.class,
                        (call, request) -> new Users(List.of(), false))
                .operation("GetUser", UserRequest.class, UserResult.class, ProfilesApi::user);
        Tags.addTo(service, all.profiles(), "InstanceProfile", "InstanceProfileName", Tags.Place::new);
    }

    private static UserResult user(Call call, UserRequest request) {
        if (request.userName != null) {
            throw IamError.Kind.NO_SUCH_ENTITY.of("The user with name %s cannot be found.".formatted(request.userName));
        }
        String account = call.scope().account();
        return new UserResult(new User(account, "arn:aws:iam::" + account + ":root", Instant.EPOCH));
    }

    private Result create(Call call, CreateRequest request) {
        InstanceProfile profile = new InstanceProfile(
                Resource.Head.made(call, request.path, request.instanceProfileName, "AIPA", all.now()),
                null,
                Tags.of(request.tags));
        all.profiles().create(profile);
        return new Result(shape(profile, Tags.some(profile.tags())));
    }

    private Shape shape(InstanceProfile profile, @Nullable List<Tags.Tag> tags) {
        Resource.Head head = profile.head();
        String role = profile.role();
        List<RolesApi.Shape> roles = role == null
                ? List.of()
                : all.roles().find(head.account(), role).map(RolesApi::inProfile).stream()
                        .toList();
        return new Shape(
                head.path(), head.name(), head.id(), head.arn("instance-profile"), head.created(), roles, tags);
    }

    private InstanceProfile profile(Call call, String name) {
        return all.profiles().get(call.scope().account(), name);
    }

    private Result get(Call call, ProfileRequest request) {
        InstanceProfile profile = profile(call, request.instanceProfileName);
        return new Result(shape(profile, Tags.shown(profile.tags())));
    }

    private Listed page(List<InstanceProfile> profiles, @Nullable String marker, @Nullable Integer maxItems) {
        Page<InstanceProfile> page = Page.of(profiles, marker, maxItems);
        return new Listed(
                page.items().stream().map(profile -> shape(profile, null)).toList(), page.truncated(), page.marker());
    }

    private @Nullable Void delete(Call call, ProfileRequest request) {
        all.profiles().update(call.scope().account(), request.instanceProfileName, profile -> {
            if (profile.role() != null) {
                throw IamError.Kind.DELETE_CONFLICT.of(
                        "Cannot delete entity, must remove roles from instance profile first.");
            }
            return null;
        });
        return null;
    }

    private @Nullable Void add(Call call, RoleRequest request) {
        String account = call.scope().account();
        profile(call, request.instanceProfileName);
        String role = all.roles().get(account, request.roleName).head().name();
        all.profiles().update(account, request.instanceProfileName, profile -> {
            if (profile.role() != null) {
                throw IamError.Kind.LIMIT_EXCEEDED.of("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
            }
            return profile.withRole(role);
        });
        return null;
    }

    private @Nullable Void remove(Call call, RoleRequest request) {
        all.profiles().update(call.scope().account(), request.instanceProfileName, profile -> {
            if (!request.roleName.equalsIgnoreCase(profile.role())) {
                throw IamError.Kind.NO_SUCH_ENTITY.of(
                        "The role with name %s cannot be found.".formatted(request.roleName));
            }
            return profile.withRole(null);
        });
        return null;
    }
}
