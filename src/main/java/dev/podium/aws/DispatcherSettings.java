package dev.podium.aws;

import java.time.Clock;
import java.util.Map;

/// Who calls, as far as the request does not say it.
///
/// @param account    owner of what is called with an access key id that is not itself an account
/// @param region     of requests without a credential scope
/// @param accessKeys secret by access key id; when there are any, every request must be signed with one of them
/// @param clock      for the age of signatures
public record DispatcherSettings(String account, String region, Map<String, String> accessKeys, Clock clock) {
    /// Copies the keys.
    public DispatcherSettings {
        accessKeys = Map.copyOf(accessKeys);
    }

    /// Account 000000000000, us-east-1, no signatures needed.
    public static DispatcherSettings defaults() {
        return new DispatcherSettings("000000000000", "us-east-1", Map.of(), Clock.systemUTC());
    }

    /// The same with access keys.
    public DispatcherSettings withAccessKeys(Map<String, String> keys) {
        return new DispatcherSettings(account, region, keys, clock);
    }

    /// Names the settings without any secret.
    @Override
    public String toString() {
        return "DispatcherSettings[account=%s, region=%s, accessKeys=%s]"
                .formatted(account, region, accessKeys.keySet());
    }
}
