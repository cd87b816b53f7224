package dev.podium.iam;

import dev.podium.store.Store;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /// How many roles have each managed policy, by its ARN.
    Map<String, Integer> attachments(String account) {
        Map<String, Integer> counts = new HashMap<>();
        for (Role role : roles.all(account, null)) {
            role.attached().forEach(arn -> counts.merge(arn, 1, Integer::sum));
        }
        return counts;
    }

    /// How many roles have each managed policy as their boundary, by its ARN.
    Map<String, Integer> boundaries(String account) {
        Map<String, Integer> counts = new HashMap<>();
        for (Role role : roles.all(account, null)) {
            String boundary = role.boundary();
            if (boundary != null) {
                counts.merge(boundary, 1, Integer::sum);
            }
        }
        return counts;
    }

    /// The instance profiles that a role is in.
    List<InstanceProfile> profilesOf(Role role) {
        return profiles.all(role.head().account(), null).stream()
                .filter(profile -> role.head().name().equals(profile.role()))
                .toList();
    }
}
