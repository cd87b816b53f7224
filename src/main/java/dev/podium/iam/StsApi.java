package dev.podium.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.aws.TemporaryCredentials;
import dev.podium.aws.TemporaryCredentials.Issued;
import dev.podium.aws.TemporaryCredentials.Session;
import dev.podium.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The STS API: who somebody is, and credentials for a while.
///
/// A role's trust policy is not asked, and the role need not exist: its ARN's account is whose the
/// credentials are.
///
/// @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html">API reference</a>
public final class StsApi {
    private static final int USUAL_ROLE_SESSION = 3600;
    private static final int USUAL_SESSION = 43_200;
    private static final int LONGEST_CHAINED = 3600;
    /// Bytes of session policies and tags that are 100 %.
    private static final int PACKED = 2048;

    private final Account all;
    private final TemporaryCredentials temporary;

    /// @param temporary makes the credentials; the dispatcher has the same
    public StsApi(Store store, Clock clock, TemporaryCredentials temporary) {
        this.all = Account.of(store, clock);
        this.temporary = temporary;
    }

    record IdentityRequest() {}

    record Identity(String userId, String account, String arn) {}

    record AssumeRequest(
            String roleArn,
            String roleSessionName,
            @Nullable JsonNode policyArns,
            @Nullable String policy,
            @Nullable Integer durationSeconds,
            @Nullable JsonNode tags,
            @Nullable JsonNode transitiveTagKeys,
            @Nullable String externalId,
            @Nullable String serialNumber,
            @Nullable String tokenCode,
            @Nullable String sourceIdentity,
            @Nullable JsonNode providedContexts) {}

    record Credentials(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {
        static Credentials of(Issued issued) {
            return new Credentials(
                    issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken(), issued.expiration());
        }

        @Override
        public String toString() {
            return "Credentials[" + accessKeyId + "]";
        }
    }

    record AssumedRoleUser(String assumedRoleId, String arn) {}

    record Assumed(
            Credentials credentials,
            AssumedRoleUser assumedRoleUser,
            @Nullable Integer packedPolicySize,
            @Nullable String sourceIdentity) {}

    record SessionRequest(
            @Nullable Integer durationSeconds,
            @Nullable String serialNumber,
            @Nullable String tokenCode) {}

    record SessionResult(Credentials credentials) {}

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        return ServiceApi.of("sts")
                .operation(
                        "GetCallerIdentity", IdentityRequest.class, Identity.class, (call, request) -> identity(call))
                .operation("AssumeRole", AssumeRequest.class, Assumed.class, this::assume)
                .operation("GetSessionToken", SessionRequest.class, SessionResult.class, this::session)
                .partial(
                        "AssumeRole",
                        "Nobody is refused: the role's trust policy isn't asked, and it need not exist. `Policy`, `PolicyArns`,"
                                + " `Tags`, `TransitiveTagKeys`, `ExternalId`, `SerialNumber`, `TokenCode` and"
                                + " `ProvidedContexts` have no effect.")
                .partial("GetSessionToken", "`SerialNumber` and `TokenCode` have no effect.")
                .refused("AssumeRoleWithSAML", "it knows no identity providers")
                .refused("AssumeRoleWithWebIdentity", "it knows no identity providers, so it could not check the token")
                .build();
    }

    private Identity identity(Call call) {
        String account = call.scope().account();
        return temporary
                .find(call.request(), call.accessKeyId())
                .map(session -> new Identity(session.userId(), session.account(), session.arn()))
                .orElseGet(() -> new Identity(account, account, root(account)));
    }

    private static String root(String account) {
        return "arn:aws:iam::" + account + ":root";
    }

    private Assumed assume(Call call, AssumeRequest request) {
        Arn arn = Arn.parse(request.roleArn)
                .filter(given -> given.service().equals("iam")
                        && given.resource().startsWith("role/")
                        && !given.resource().endsWith("/")
                        && given.account().matches("\\d{12}"))
                .orElseThrow(() -> IamError.Kind.VALIDATION.of("%s is invalid".formatted(request.roleArn)));
        String name = arn.resource().substring(arn.resource().lastIndexOf('/') + 1);
        Optional<Role> role = all.roles()
                .find(arn.account(), name)
                .filter(found -> found.arn().equals(request.roleArn));
        int seconds = request.durationSeconds == null ? USUAL_ROLE_SESSION : request.durationSeconds;
        checkDuration(call, role, seconds);
        if (request.policy != null) {
            PolicyDocument.check(request.policy, PolicyDocument.Kind.PERMISSIONS);
        }
        String id =
                role.map(found -> found.head().id()).orElseGet(() -> TemporaryCredentials.derivedId(request.roleArn))
                        + ":" + request.roleSessionName;
        String user = Arn.of(
                        "sts", new Scope(arn.account(), ""), "assumed-role/" + name + "/" + request.roleSessionName)
                .toString();
        Issued issued = temporary.issue(arn.account(), id, user, Duration.ofSeconds(seconds));
        return new Assumed(
                Credentials.of(issued), new AssumedRoleUser(id, user), packed(request), request.sourceIdentity);
    }

    private void checkDuration(Call call, Optional<Role> role, int seconds) {
        boolean chained = temporary
                .find(call.request(), call.accessKeyId())
                .map(Session::arn)
                .filter(caller -> caller.contains(":assumed-role/"))
                .isPresent();
        if (chained && seconds > LONGEST_CHAINED) {
            throw IamError.Kind.VALIDATION.of("The requested DurationSeconds exceeds the 1 hour session limit for roles"
                    + " assumed by role chaining");
        }
        if (role.filter(found -> seconds > found.maxSession()).isPresent()) {
            throw IamError.Kind.VALIDATION.of(
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }
    }

    private static @Nullable Integer packed(AssumeRequest request) {
        int bytes = request.policy == null ? 0 : request.policy.length();
        bytes += request.policyArns == null ? 0 : request.policyArns.toString().length();
        bytes += request.tags == null ? 0 : request.tags.toString().length();
        return bytes == 0 ? null : Math.clamp(bytes * 100L / PACKED, 1, 100);
    }

    private SessionResult session(Call call, SessionRequest request) {
        if (temporary.find(call.request(), call.accessKeyId()).isPresent()) {
            throw IamError.Kind.ACCESS_DENIED.of("Cannot call GetSessionToken with session credentials");
        }
        String account = call.scope().account();
        int seconds = request.durationSeconds == null ? USUAL_SESSION : request.durationSeconds;
        return new SessionResult(
                Credentials.of(temporary.issue(account, account, root(account), Duration.ofSeconds(seconds))));
    }
}
