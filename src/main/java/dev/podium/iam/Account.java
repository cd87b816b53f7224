package dev.podium.iam;

import dev.podium.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// What IAM has of all accounts.
///
/// @param roles    by name
/// @param policies managed ones of customers, by name; those of AWS are known by their ARN alone
/// @param profiles instance profiles, by name
record Account(Resources<Role> roles, Resources<Policy> policies, Resources<InstanceProfile> profiles, Clock clock) {
    /// Opens the collections; reads nothing yet.
    static Account of(Store store, Clock clock) {
        return new Account(
                new Resources<>(
                        store.table("iam-roles", Role.class),
                        new Resources.Words(
                                "Role with name %s already exists.",
                                "The role with name %s cannot be found.", "RolesPerAccount"),
                        1000),
                new Resources<>(
                        store.table("iam-policies", Policy.class),
                        new Resources.Words(
                                "A policy called %s already exists. Duplicate names are not allowed.",
                                "Policy %s was not found.", "PoliciesPerAccount"),
                        1500),
                new Resources<>(
                        store.table("iam-instance-profiles", InstanceProfile.class),
                        new Resources.Words(
                                "Instance Profile %s already exists.",
                                "Instance Profile %s cannot be found.", "InstanceProfilesPerAccount"),
                        1000),
                clock);
    }

    /// Now, as IAM shows times.
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /// How many roles have each managed policy, by its ARN.
    Map<String, Integer> attachments(String account) {
        return counts(account, Role::attached);
    }

    /// How many roles have each managed policy as their boundary, by its ARN.
    Map<String, Integer> boundaries(String account) {
        return counts(account, role -> Stream.ofNullable(role.boundary()).toList());
    }

    private Map<String, Integer> counts(String account, Function<Role, List<String>> arns) {
        Map<String, Integer> counts = new HashMap<>();
        roles.all(account, null).forEach(role -> arns.apply(role).forEach(arn -> counts.merge(arn, 1, Integer::sum)));
        return counts;
    }

    /// The instance profiles that a role is in.
    List<InstanceProfile> profilesOf(Role role) {
        return profiles.all(role.head().account(), null).stream()
                .filter(profile -> role.head().name().equals(profile.role()))
                .toList();
    }
}
