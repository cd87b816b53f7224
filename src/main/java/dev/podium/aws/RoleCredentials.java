package dev.podium.aws;

import dev.podium.aws.TemporaryCredentials.Issued;
import java.time.Duration;

/// What functions, tasks and instances sign their own calls with.
///
/// The access key id is the account, so that their calls come back to it, an upstream's too. Where every call must
/// be signed with a known key, the rest makes it one: whose it is tells the session token, as with credentials of
/// STS. Elsewhere nobody looks at it.
public final class RoleCredentials {
    private static final Duration UNRENEWED = Duration.ofDays(365);

    private final DispatcherSettings settings;

    /// For calls to this server.
    public RoleCredentials(DispatcherSettings settings) {
        this.settings = settings;
    }

    /// Credentials that stand in environment variables, where nobody renews them.
    ///
    /// @param role    ARN of the role, which need not exist
    /// @param session what runs under the role, as AWS names it: a function, a task's or an instance's id
    public Issued unrenewed(String account, String role, String session) {
        return of(account, role, session, UNRENEWED);
    }

    /// Credentials for a while.
    public Issued of(String account, String role, String session, Duration life) {
        TemporaryCredentials issuer = settings.temporary();
        if (issuer == null || settings.accessKeys().isEmpty()) {
            return new Issued(
                    account, "podium", "podium", settings.clock().instant().plus(life));
        }
        return issuer.assumed(account, account, role, TemporaryCredentials.derivedId(role), session, life);
    }
}
