package dev.podium.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.GetRoleResponse;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Roles, policies and instance profiles through the AWS SDK, as deployment tools make them.
@NullMarked
final class IamTest {
    private static final String TRUST = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
             "Action": "sts:AssumeRole"}]}""";
    private static final String POLICY = """
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:*", "logs:Put*"], "Resource": "*"}}""";
    private static final String BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static IamClient iam;

    @BeforeAll
    static void start() {
        iam = TestServer.aimed(IamClient.builder(), server.endpoint(), Region.AWS_GLOBAL)
                .build();
    }

    private static String unique(String name) {
        return name + "-" + UUID.randomUUID();
    }

    private static Role role() {
        String name = unique("role");
        return iam.createRole(b -> b.roleName(name).assumeRolePolicyDocument(TRUST))
                .role();
    }

    private static Policy policy() {
        String name = unique("policy");
        return iam.createPolicy(b -> b.policyName(name).path("/team/").policyDocument(POLICY))
                .policy();
    }

    private static void refused(ThrowingCallable call, int status, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(IamException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }

    private static String decoded(String document) {
        assertThat(document).doesNotContain("+", " ", "\"");
        return URLDecoder.decode(document, StandardCharsets.UTF_8);
    }

    @Test
    void deploymentToolsMakeARoleWaitForItAndUseIt() throws Exception {
        Role role = role();
        assertThat(role.roleId()).matches("AROA[A-Z2-7]{17}");
        assertThat(role.arn()).isEqualTo("arn:aws:iam::000000000000:role/" + role.roleName());
        assertThat(iam.waiter()
                        .waitUntilRoleExists(b -> b.roleName(role.roleName()))
                        .matched()
                        .response())
                .isPresent();
        iam.attachRolePolicy(b -> b.roleName(role.roleName()).policyArn(BASIC));
        iam.attachRolePolicy(b -> b.roleName(role.roleName()).policyArn(BASIC));
        assertThat(iam.listAttachedRolePolicies(b -> b.roleName(role.roleName()))
                        .attachedPolicies())
                .containsExactly(AttachedPolicy.builder()
                        .policyName("AWSLambdaBasicExecutionRole")
                        .policyArn(BASIC)
                        .build());
        String function = unique("with-role");
        server.lambda()
                .createFunction(b -> b.functionName(function)
                        .runtime(Runtime.PYTHON3_12)
                        .handler("index.handler")
                        .role(role.arn())
                        .code(c -> c.zipFile(
                                SdkBytes.fromByteArray(Zips.of(Map.of("index.py", "def handler(e, c): return e"))))));
        assertThat(server.lambda()
                        .invoke(b -> b.functionName(function).payload(SdkBytes.fromUtf8String("7")))
                        .payload()
                        .asUtf8String())
                .isEqualTo("7");
        refused(
                () -> iam.deleteRole(b -> b.roleName(role.roleName())),
                409,
                "DeleteConflict",
                "Cannot delete entity, must detach all policies first.");
        iam.detachRolePolicy(b -> b.roleName(role.roleName()).policyArn(BASIC));
        iam.deleteRole(b -> b.roleName(role.roleName()));
        refused(
                () -> iam.getRole(b -> b.roleName(role.roleName())),
                404,
                "NoSuchEntity",
                "The role with name " + role.roleName() + " cannot be found.");
    }

    @Test
    void roleShowsWhatWasSet() {
        String name = unique("role");
        iam.createRole(b -> b.roleName(name)
                .path("/a/b/")
                .assumeRolePolicyDocument(TRUST)
                .description("for tests")
                .maxSessionDuration(7200)
                .permissionsBoundary("arn:aws:iam::aws:policy/PowerUserAccess")
                .tags(tag("team", "a")));
        GetRoleResponse got = iam.getRole(b -> b.roleName(name.toUpperCase(java.util.Locale.ROOT)));
        assertThat(got.role().path()).isEqualTo("/a/b/");
        assertThat(got.role().description()).isEqualTo("for tests");
        assertThat(got.role().maxSessionDuration()).isEqualTo(7200);
        assertThat(got.role().permissionsBoundary().permissionsBoundaryArn()).endsWith("PowerUserAccess");
        assertThat(got.role().tags()).containsExactly(tag("team", "a"));
        assertThat(got.role().roleLastUsed()).isNotNull();
        assertThat(decoded(got.role().assumeRolePolicyDocument())).isEqualTo(TRUST);
        iam.updateRole(b -> b.roleName(name).maxSessionDuration(3600));
        iam.updateAssumeRolePolicy(b -> b.roleName(name).policyDocument(TRUST.replace("lambda", "ec2")));
        iam.deleteRolePermissionsBoundary(b -> b.roleName(name));
        iam.tagRole(b -> b.roleName(name).tags(tag("stage", "test"), tag("team", "b")));
        iam.untagRole(b -> b.roleName(name).tagKeys("stage"));
        Role changed = iam.getRole(b -> b.roleName(name)).role();
        assertThat(changed.maxSessionDuration()).isEqualTo(3600);
        assertThat(changed.description()).isEqualTo("for tests");
        assertThat(changed.permissionsBoundary()).isNull();
        assertThat(decoded(changed.assumeRolePolicyDocument())).contains("ec2.amazonaws.com");
        assertThat(iam.listRoleTags(b -> b.roleName(name)).tags()).containsExactly(tag("team", "b"));
        assertThat(iam.listRoles(b -> b.pathPrefix("/a/")).roles())
                .extracting(Role::roleName)
                .containsExactly(name);
        refused(
                () -> iam.createRole(b -> b.roleName(name).assumeRolePolicyDocument(TRUST)),
                409,
                "EntityAlreadyExists",
                "Role with name " + name + " already exists.");
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @Test
    void inlinePoliciesAreKeptWithTheRole() {
        String role = role().roleName();
        iam.putRolePolicy(b -> b.roleName(role).policyName("b").policyDocument(POLICY));
        iam.putRolePolicy(b -> b.roleName(role).policyName("a").policyDocument(POLICY));
        assertThat(iam.listRolePolicies(b -> b.roleName(role)).policyNames()).containsExactly("a", "b");
        assertThat(decoded(
                        iam.getRolePolicy(b -> b.roleName(role).policyName("a")).policyDocument()))
                .isEqualTo(POLICY);
        refused(
                () -> iam.deleteRole(b -> b.roleName(role)),
                409,
                "DeleteConflict",
                "Cannot delete entity, must delete policies first.");
        iam.deleteRolePolicy(b -> b.roleName(role).policyName("a"));
        refused(
                () -> iam.getRolePolicy(b -> b.roleName(role).policyName("a")),
                404,
                "NoSuchEntity",
                "The role policy with name a cannot be found.");
    }

    @Test
    void managedPolicyHasUpToFiveVersions() {
        String arn = policy().arn();
        assertThat(iam.waiter()
                        .waitUntilPolicyExists(b -> b.policyArn(arn))
                        .matched()
                        .response())
                .isPresent();
        for (int i = 2; i <= 5; i++) {
            boolean last = i == 5;
            iam.createPolicyVersion(b -> b.policyArn(arn).policyDocument(POLICY).setAsDefault(last));
        }
        assertThat(iam.getPolicy(b -> b.policyArn(arn)).policy().defaultVersionId())
                .isEqualTo("v5");
        refused(
                () -> iam.createPolicyVersion(b -> b.policyArn(arn).policyDocument(POLICY)),
                409,
                "LimitExceeded",
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing"
                        + " version.");
        refused(
                () -> iam.deletePolicyVersion(b -> b.policyArn(arn).versionId("v5")),
                409,
                "DeleteConflict",
                "Cannot delete the default version of a policy.");
        iam.setDefaultPolicyVersion(b -> b.policyArn(arn).versionId("v1"));
        assertThatThrownBy(() -> iam.deletePolicy(b -> b.policyArn(arn))).hasMessageContaining("more than one version");
        IntStream.rangeClosed(2, 5)
                .forEach(i -> iam.deletePolicyVersion(b -> b.policyArn(arn).versionId("v" + i)));
        assertThat(iam.createPolicyVersion(b -> b.policyArn(arn).policyDocument(POLICY))
                        .policyVersion()
                        .versionId())
                .isEqualTo("v6");
        assertThat(decoded(iam.getPolicyVersion(b -> b.policyArn(arn).versionId("v1"))
                        .policyVersion()
                        .document()))
                .isEqualTo(POLICY);
    }

    @Test
    void attachedPolicyCanNotBeDeleted() {
        Policy policy = policy();
        String role = role().roleName();
        assertThat(policy.arn()).isEqualTo("arn:aws:iam::000000000000:policy/team/" + policy.policyName());
        iam.attachRolePolicy(b -> b.roleName(role).policyArn(policy.arn()));
        assertThat(iam.getPolicy(b -> b.policyArn(policy.arn())).policy().attachmentCount())
                .isOne();
        assertThat(iam.listEntitiesForPolicy(b -> b.policyArn(policy.arn())).policyRoles())
                .hasSize(1);
        refused(
                () -> iam.deletePolicy(b -> b.policyArn(policy.arn())),
                409,
                "DeleteConflict",
                "Cannot delete a policy attached to entities.");
        iam.detachRolePolicy(b -> b.roleName(role).policyArn(policy.arn()));
        iam.deletePolicy(b -> b.policyArn(policy.arn()));
        refused(
                () -> iam.attachRolePolicy(b -> b.roleName(role).policyArn(policy.arn())),
                404,
                "NoSuchEntity",
                "Policy " + policy.arn() + " does not exist or is not attachable.");
    }

    @Test
    void instanceProfileHasOneRole() {
        String name = unique("profile");
        Role role = role();
        iam.createInstanceProfile(b -> b.instanceProfileName(name));
        assertThat(iam.waiter()
                        .waitUntilInstanceProfileExists(b -> b.instanceProfileName(name))
                        .matched()
                        .response())
                .isPresent();
        iam.addRoleToInstanceProfile(b -> b.instanceProfileName(name).roleName(role.roleName()));
        InstanceProfile profile =
                iam.getInstanceProfile(b -> b.instanceProfileName(name)).instanceProfile();
        assertThat(profile.instanceProfileId()).matches("AIPA[A-Z2-7]{17}");
        assertThat(profile.roles()).extracting(Role::arn).containsExactly(role.arn());
        assertThat(iam.listInstanceProfilesForRole(b -> b.roleName(role.roleName()))
                        .instanceProfiles())
                .hasSize(1);
        refused(
                () -> iam.deleteRole(b -> b.roleName(role.roleName())),
                409,
                "DeleteConflict",
                "Cannot delete entity, must remove roles from instance profile first.");
        iam.removeRoleFromInstanceProfile(b -> b.instanceProfileName(name).roleName(role.roleName()));
        iam.deleteInstanceProfile(b -> b.instanceProfileName(name));
        iam.deleteRole(b -> b.roleName(role.roleName()));
    }

    @Test
    void documentThatIsNoneIsRefused() {
        Map<String, String> wrong = Map.of(
                "{",
                "This policy contains invalid Json",
                "{}",
                "Syntax errors in policy.",
                POLICY,
                "AssumeRole policy may only specify STS AssumeRole actions.",
                TRUST.replace("\"Principal\": {\"Service\": \"lambda.amazonaws.com\"},", ""),
                "Missing required field Principal",
                TRUST.replace("\"Principal\"", "\"Resource\": \"*\", \"Principal\""),
                "Has prohibited field Resource");
        wrong.forEach((document, message) -> refused(
                () -> iam.createRole(b -> b.roleName("never").assumeRolePolicyDocument(document)),
                400,
                "MalformedPolicyDocument",
                message));
        for (String document : List.of("{", "[]", POLICY.replace("Allow", "Maybe"), POLICY.replace("s3:*", "s3"))) {
            assertThatThrownBy(() -> iam.createPolicy(b -> b.policyName("never").policyDocument(document)))
                    .isInstanceOf(software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException.class);
        }
    }

    @Test
    void listsComeInPages() {
        String path = "/" + unique("pages") + "/";
        for (int i = 0; i < 5; i++) {
            String name = unique("page") + i;
            iam.createRole(b -> b.roleName(name).path(path).assumeRolePolicyDocument(TRUST));
        }
        assertThat(iam.listRolesPaginator(b -> b.pathPrefix(path).maxItems(2)).roles().stream())
                .hasSize(5);
        assertThat(iam.listRoles(b -> b.pathPrefix(path).maxItems(5)).isTruncated())
                .isFalse();
    }

    @Test
    void whatIsLackingIsRefusedByName() {
        assertThatThrownBy(() -> iam.createUser(b -> b.userName("somebody")))
                .hasMessageContaining("The operation CreateUser of IAM is not supported by Podium");
        assertThat(iam.listUsers().users()).isEmpty();
        assertThat(iam.listAccountAliases().accountAliases()).isEmpty();
    }

    @Test
    void rolesSurviveARestart() throws Exception {
        try (TestServer other = TestServer.start(Map.of())) {
            try (IamClient client = TestServer.aimed(IamClient.builder(), other.endpoint(), Region.AWS_GLOBAL)
                    .build()) {
                client.createRole(b -> b.roleName("kept").assumeRolePolicyDocument(TRUST));
                client.attachRolePolicy(b -> b.roleName("kept").policyArn(BASIC));
            }
            other.restart();
            try (IamClient client = TestServer.aimed(IamClient.builder(), other.endpoint(), Region.AWS_GLOBAL)
                    .build()) {
                assertThat(client.listAttachedRolePolicies(b -> b.roleName("kept"))
                                .attachedPolicies())
                        .hasSize(1);
            }
        }
    }
}
