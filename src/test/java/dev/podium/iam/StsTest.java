package dev.podium.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.MovableClock;
import dev.podium.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.sts.model.StsException;

/// Temporary credentials through the AWS SDK, with and without signatures being checked.
@NullMarked
final class StsTest {
    private static final String OTHER = "arn:aws:iam::111122223333:role/path/deploy";

    @RegisterExtension
    static final TestServer open = TestServer.with(Map.of());

    private static final MovableClock clock = new MovableClock();

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
            TestServer server, B builder, AwsCredentials credentials) {
        return TestServer.aimed(builder, server.endpoint(), Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }

    private static AwsCredentials of(Credentials issued) {
        return AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken());
    }

    private static AssumeRoleResponse assume(StsClient sts) {
        return sts.assumeRole(b -> b.roleArn(OTHER).roleSessionName("ci"));
    }

    @Test
    void callerIsTheRootOfTheAccountThatItsKeyNames() {
        try (StsClient sts = client(open, StsClient.builder(), AwsBasicCredentials.create("444455556666", "x"))) {
            GetCallerIdentityResponse caller = sts.getCallerIdentity();
            assertThat(caller.account()).isEqualTo("444455556666");
            assertThat(caller.userId()).isEqualTo("444455556666");
            assertThat(caller.arn()).isEqualTo("arn:aws:iam::444455556666:root");
        }
    }

    @Test
    void assumedRoleWorksInItsAccount() {
        try (StsClient sts = client(open, StsClient.builder(), AwsBasicCredentials.create("test", "test"))) {
            AssumeRoleResponse assumed = assume(sts);
            assertThat(assumed.assumedRoleUser().arn()).isEqualTo("arn:aws:sts::111122223333:assumed-role/deploy/ci");
            assertThat(assumed.credentials().accessKeyId()).matches("ASIA[A-Z2-7]{16}");
            try (StsClient as = client(open, StsClient.builder(), of(assumed.credentials()))) {
                GetCallerIdentityResponse caller = as.getCallerIdentity();
                assertThat(caller.account()).isEqualTo("111122223333");
                assertThat(caller.arn()).isEqualTo(assumed.assumedRoleUser().arn());
                assertThat(caller.userId())
                        .isEqualTo(assumed.assumedRoleUser().assumedRoleId())
                        .endsWith(":ci");
                assertThatThrownBy(as::getSessionToken).isInstanceOf(StsException.class);
            }
            try (LambdaClient lambda = client(open, LambdaClient.builder(), of(assumed.credentials()))) {
                assertThat(lambda.listFunctions().functions()).isEmpty();
                assertThatThrownBy(() -> lambda.getFunction(b -> b.functionName("none")))
                        .hasMessageContaining("arn:aws:lambda:us-east-1:111122223333:function:none");
            }
        }
    }

    @Test
    void badRequestsAreRefused() {
        try (StsClient sts = client(open, StsClient.builder(), AwsBasicCredentials.create("test", "test"))) {
            assertThatThrownBy(() -> sts.assumeRole(
                            b -> b.roleArn("arn:aws:iam::1:user/nobody").roleSessionName("ci")))
                    .hasMessageContaining("arn:aws:iam::1:user/nobody is invalid");
            assertThatThrownBy(() -> sts.assumeRole(
                            b -> b.roleArn(OTHER).roleSessionName("ci").durationSeconds(60)))
                    .hasMessageContaining("Member must have value greater than or equal to 900");
            assertThatThrownBy(() -> sts.assumeRoleWithWebIdentity(
                            b -> b.roleArn(OTHER).roleSessionName("ci").webIdentityToken("a.b.c")))
                    .hasMessageContaining("it knows no identity providers");
        }
    }

    @Test
    void aSessionLastsNoLongerThanItsRoleAndItsCallerAllow() {
        AwsCredentials own = AwsBasicCredentials.create("test", "test");
        try (StsClient sts = client(open, StsClient.builder(), own);
                IamClient iam = client(open, IamClient.builder(), own)) {
            String trust = "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\"}}";
            Role role = iam.createRole(b ->
                            b.roleName("short").assumeRolePolicyDocument(trust).maxSessionDuration(7200))
                    .role();
            assertThatThrownBy(() -> sts.assumeRole(
                            b -> b.roleArn(role.arn()).roleSessionName("ci").durationSeconds(7201)))
                    .hasMessageContaining(
                            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
            AssumeRoleResponse assumed = sts.assumeRole(b -> b.roleArn(role.arn())
                    .roleSessionName("ci")
                    .durationSeconds(7200)
                    .sourceIdentity("somebody"));
            assertThat(assumed.credentials().expiration())
                    .isBetween(Instant.now().plusSeconds(7100), Instant.now().plusSeconds(7201));
            assertThat(assumed.assumedRoleUser().assumedRoleId()).isEqualTo(role.roleId() + ":ci");
            assertThat(assumed.sourceIdentity()).isEqualTo("somebody");
            assertThat(assumed.packedPolicySize()).isNull();
            try (StsClient chained = client(open, StsClient.builder(), of(assumed.credentials()))) {
                assertThatThrownBy(() -> chained.assumeRole(
                                b -> b.roleArn(role.arn()).roleSessionName("ci").durationSeconds(3601)))
                        .hasMessageContaining("The requested DurationSeconds exceeds the 1 hour session limit for roles"
                                + " assumed by role chaining");
                assertThat(chained.assumeRole(b -> b.roleArn(role.arn())
                                        .roleSessionName("ci")
                                        .durationSeconds(3600))
                                .assumedRoleUser()
                                .arn())
                        .endsWith(":assumed-role/short/ci");
            }
        }
    }

    @Test
    void aSessionsPolicyIsReadAndItsSizeShown() {
        try (StsClient sts = client(open, StsClient.builder(), AwsBasicCredentials.create("test", "test"))) {
            assertThatThrownBy(() -> sts.assumeRole(
                            b -> b.roleArn(OTHER).roleSessionName("ci").policy("{}")))
                    .isInstanceOf(MalformedPolicyDocumentException.class);
            String policy = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}";
            assertThat(sts.assumeRole(
                                    b -> b.roleArn(OTHER).roleSessionName("ci").policy(policy))
                            .packedPolicySize())
                    .isBetween(1, 10);
        }
    }

    @Test
    void aSessionTokenLastsAsLongAsIsAskedFor() {
        try (StsClient sts = client(open, StsClient.builder(), AwsBasicCredentials.create("test", "test"))) {
            Instant end = sts.getSessionToken(b -> b.durationSeconds(900))
                    .credentials()
                    .expiration();
            assertThat(end)
                    .isBetween(Instant.now().plusSeconds(800), Instant.now().plusSeconds(901));
            assertThat(sts.getSessionToken().credentials().expiration())
                    .isBetween(Instant.now().plusSeconds(43_100), Instant.now().plusSeconds(43_201));
        }
    }

    @Test
    void temporaryCredentialsAreCheckedAndEnd() throws Exception {
        Map<String, String> keys = Map.of("PODIUM_ACCESS_KEYS", "AKIDEXAMPLE:right-secret");
        try (TestServer server = TestServer.start(keys, clock)) {
            Credentials issued;
            try (StsClient sts =
                    client(server, StsClient.builder(), AwsBasicCredentials.create("AKIDEXAMPLE", "right-secret"))) {
                issued = assume(sts).credentials();
            }
            server.restart();
            try (StsClient sts = client(server, StsClient.builder(), of(issued))) {
                assertThat(sts.getCallerIdentity().account()).isEqualTo("111122223333");
            }
            refused(
                    server,
                    AwsSessionCredentials.create(issued.accessKeyId(), "wrong", issued.sessionToken()),
                    "SignatureDoesNotMatch");
            refused(
                    server,
                    AwsBasicCredentials.create(issued.accessKeyId(), issued.secretAccessKey()),
                    "InvalidClientTokenId");
            refused(
                    server,
                    AwsSessionCredentials.create(
                            issued.accessKeyId(), issued.secretAccessKey(), forged(issued.sessionToken())),
                    "InvalidClientTokenId");
            clock.forward(Duration.ofMinutes(61));
            refused(server, of(issued), "ExpiredToken");
        }
    }

    /// The same token with one bit of what it says changed.
    private static String forged(String token) {
        int at = token.length() / 2;
        char changed = token.charAt(at) == 'A' ? 'B' : 'A';
        return token.substring(0, at) + changed + token.substring(at + 1);
    }

    private static void refused(TestServer server, AwsCredentials credentials, String code) {
        try (StsClient sts = client(server, StsClient.builder(), credentials)) {
            assertThatThrownBy(sts::getCallerIdentity)
                    .isInstanceOfSatisfying(
                            StsException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
        }
    }
}
