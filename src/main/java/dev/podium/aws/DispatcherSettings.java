package dev.podium.aws;

import dev.podium.http.Request;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who calls, as far as the request does not say it.
///
/// @param account    owner of what is called with an access key id that is not itself an account
/// @param region     of requests without a credential scope
/// @param accessKeys secret by access key id; when there are any, every request must be signed with one of them
/// @param clock      for the age of signatures
/// @param temporary  credentials that STS gave out; null where there is no STS
public record DispatcherSettings(
        String account,
        String region,
        Map<String, String> accessKeys,
        Clock clock,
        @Nullable TemporaryCredentials temporary) {
    /// Copies the keys.
    public DispatcherSettings {
        accessKeys = Map.copyOf(accessKeys);
    }

    /// Without temporary credentials.
    DispatcherSettings(String account, String region, Map<String, String> accessKeys, Clock clock) {
        this(account, region, accessKeys, clock, null);
    }

    /// Whose a signed request is: the account of its session, the one that its access key id is, or the
    /// configured one.
    ///
    /// @throws AwsException when it is signed with temporary credentials that are over
    String account(Request request, Credential credential) {
        return session(request, credential)
                .map(TemporaryCredentials.Session::account)
                .orElseGet(() -> credential.account(account));
    }

    /// Who has signed a request, as [#account].
    Signer signer(Request request, Credential credential) {
        String key = credential.accessKeyId();
        String owner = credential.account(account);
        return session(request, credential)
                .map(session -> new Signer(key, session.account(), session.userId(), session.arn()))
                .orElseGet(() -> new Signer(key, owner, key, "arn:aws:iam::" + owner + ":root"));
    }

    /// The session that a signed request belongs to, if any; fails as [#account].
    Optional<TemporaryCredentials.Session> session(Request request, Credential credential) {
        return Optional.ofNullable(temporary).flatMap(issued -> issued.find(request, credential.accessKeyId()));
    }

    /// Account 000000000000, us-east-1, no signatures needed.
    public static DispatcherSettings defaults() {
        return new DispatcherSettings("000000000000", "us-east-1", Map.of(), Clock.systemUTC());
    }

    /// The same with access keys.
    public DispatcherSettings withAccessKeys(Map<String, String> keys) {
        return new DispatcherSettings(account, region, keys, clock, temporary);
    }

    /// Names the settings without any secret.
    @Override
    public String toString() {
        return "DispatcherSettings[account=%s, region=%s, accessKeys=%s]"
                .formatted(account, region, accessKeys.keySet());
    }
}
