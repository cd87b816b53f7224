package dev.podium.iam;

import java.time.Instant;
import java.util.Map;

/// What roles, policies and instance profiles have in common.
///
/// @param <T> the resource itself
sealed interface Resource<T> permits Role, Policy, InstanceProfile {
    /// What names and dates a resource.
    ///
    /// @param path begins and ends with a slash
    /// @param id   `AROA…`, `ANPA…` or `AIPA…`
    record Head(String account, String path, String name, String id, Instant created) {
        /// @param type as ARNs name it, such as `instance-profile`
        String arn(String type) {
            return "arn:aws:iam::" + account + ":" + type + path + name;
        }
    }

    /// Names and dates it.
    Head head();

    /// By tag key, in the order in which they came.
    Map<String, String> tags();

    /// The same with other tags.
    T withTags(Map<String, String> changed);
}
