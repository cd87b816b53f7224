package dev.podium.iam;

import dev.podium.aws.Call;
import dev.podium.aws.TemporaryCredentials;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What roles, policies and instance profiles have in common.
///
/// @param <T> the resource itself
sealed interface Resource<T> permits Role, Policy, InstanceProfile {
    /// What names and dates a resource.
    ///
    /// @param path begins and ends with a slash
    /// @param id   `AROA…`, `ANPA…` or `AIPA…`
    record Head(String account, String path, String name, String id, Instant created) {
        /// The head of a new resource.
        ///
        /// @param path   `/` when it is null
        /// @param prefix of its id
        static Head made(Call call, @Nullable String path, String name, String prefix, Instant now) {
            return new Head(
                    call.scope().account(),
                    path == null ? "/" : path,
                    name,
                    TemporaryCredentials.uniqueId(prefix, 17),
                    now);
        }

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
