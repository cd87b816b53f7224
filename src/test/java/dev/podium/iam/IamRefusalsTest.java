package dev.podium.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyScopeType;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;

/// IAM's quotas, filters and what it says when a request doesn't fit.
@NullMarked
@SuppressWarnings("unchecked") // the varargs of the SDK
final class IamRefusalsTest {
    private static final String TRUST = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},\
            "Action":"sts:AssumeRole"}]}""";
    private static final String POLICY =
            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}";

    @RegisterExtension
    static final TestServer server = TestServer.with(java.util.Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static IamClient iam;

    @BeforeAll
    static void start() {
        iam = TestServer.aimed(IamClient.builder(), server.endpoint(), Region.AWS_GLOBAL)
                .build();
    }

    private static String role() {
        String name = "r-" + UUID.randomUUID();
        iam.createRole(b -> b.roleName(name).assumeRolePolicyDocument(TRUST));
        return name;
    }

    private static Policy policy() {
        return iam.createPolicy(b -> b.policyName("p-" + UUID.randomUUID()).policyDocument(POLICY))
                .policy();
    }

    private static void refused(String code, String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(IamException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }

    @Test
    void aRoleHasTenPoliciesAtMost() {
        String role = role();
        IntStream.range(0, 10)
                .forEach(i -> iam.attachRolePolicy(b -> b.roleName(role).policyArn("arn:aws:iam::aws:policy/P" + i)));
        refused(
                "LimitExceeded",
                "Cannot exceed quota for PoliciesPerRole: 10",
                () -> iam.attachRolePolicy(b -> b.roleName(role).policyArn("arn:aws:iam::aws:policy/P10")));
    }

    @Test
    void aPolicyThatIsNotAttachedCanNotBeDetached() {
        String role = role();
        refused(
                "NoSuchEntity",
                "Policy arn:aws:iam::aws:policy/P was not found.",
                () -> iam.detachRolePolicy(b -> b.roleName(role).policyArn("arn:aws:iam::aws:policy/P")));
    }

    /// White space doesn't count, as in AWS.
    private static String padded(String document, int size) {
        String padded = document.replace("}]}", "}],\"Id\":\"\"}").replace("}}", "},\"Id\":\"\"}");
        return padded.replace("\"\"", "\"" + "x".repeat(size - padded.length()) + "\"") + " ".repeat(100);
    }

    @Test
    void aTrustPolicyHas2048CharactersAtMost() {
        String name = "r-" + UUID.randomUUID();
        refused(
                "LimitExceeded",
                "Cannot exceed quota for ACLSizePerRole: 2048",
                () -> iam.createRole(b -> b.roleName(name).assumeRolePolicyDocument(padded(TRUST, 2049))));
        iam.createRole(b -> b.roleName(name).assumeRolePolicyDocument(padded(TRUST, 2048)));
    }

    @Test
    void inlinePoliciesHave10240CharactersTogether() {
        String role = role();
        iam.putRolePolicy(b -> b.roleName(role).policyName("a").policyDocument(padded(POLICY, 6000)));
        refused(
                "LimitExceeded",
                "Maximum policy size of 10240 bytes exceeded for role " + role,
                () -> iam.putRolePolicy(b -> b.roleName(role).policyName("b").policyDocument(padded(POLICY, 4241))));
        iam.putRolePolicy(b -> b.roleName(role).policyName("b").policyDocument(padded(POLICY, 4240)));
    }

    @Test
    void aManagedPolicyHas6144CharactersAtMost() {
        refused(
                "LimitExceeded",
                "Cannot exceed quota for PolicySize: 6144",
                () -> iam.createPolicy(b -> b.policyName("large").policyDocument(padded(POLICY, 6145))));
    }

    @Test
    void thereAreFiftyTagsAtMost() {
        String role = role();
        List<Tag> tags = IntStream.range(0, 50)
                .mapToObj(i -> Tag.builder().key("k" + i).value("v").build())
                .toList();
        iam.tagRole(b -> b.roleName(role).tags(tags));
        refused(
                "LimitExceeded",
                "The number of tags has reached the maximum limit of 50.",
                () -> iam.tagRole(b -> b.roleName(role).tags(t -> t.key("one").value("more"))));
    }

    @Test
    void keysOfTagsDifferNotInCaseAlone() {
        String role = role();
        refused(
                "InvalidInput",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                () -> iam.tagRole(b -> b.roleName(role)
                        .tags(t -> t.key("team").value("a"), t -> t.key("TEAM").value("b"))));
    }

    @Test
    void keysOfTagsBeginNotWithAws() {
        String role = role();
        assertThatThrownBy(() -> iam.tagRole(
                        b -> b.roleName(role).tags(t -> t.key("aws:x").value("a"))))
                .isInstanceOf(IamException.class)
                .hasMessageContaining("aws:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        [{"Sid":"a",ALLOW},{"Sid":"a",ALLOW}]                     | Statement IDs (SID) in a single policy must be unique.
        [{ALLOW,"Principal":"*"}]                                 | Policy document should not specify a principal.
        [{"Effect":"Allow","Action":"s3:*"}]                      | Policy statement must contain resources.
        [{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}]  | Resource bucket must be in ARN format or "*".
        [{"Effect":"Allow","Resource":"*"}]                       | Policy statement must contain actions.
        """)
    void aPolicyThatIsNoneIsRefused(String statements, String message) {
        String filled = statements.replace("ALLOW", "\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"");
        assertThatThrownBy(() -> iam.createPolicy(b -> b.policyName("never")
                        .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":" + filled + "}")))
                .isInstanceOf(MalformedPolicyDocumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void policiesAreListedByScopeAndUse() {
        Policy free = policy();
        Policy used = policy();
        String role = role();
        iam.attachRolePolicy(b -> b.roleName(role).policyArn(used.arn()));
        assertThat(iam.listPolicies(b -> b.scope(PolicyScopeType.AWS)).policies())
                .isEmpty();
        assertThat(iam.listPolicies(b -> b.scope(PolicyScopeType.LOCAL)).policies())
                .extracting(Policy::arn)
                .contains(free.arn(), used.arn());
        assertThat(iam.listPolicies(b -> b.onlyAttached(true)).policies())
                .extracting(Policy::arn)
                .contains(used.arn())
                .doesNotContain(free.arn());
    }

    @Test
    void aRolesDescriptionCanBeReplacedAlone() {
        String role = role();
        Role changed = iam.updateRoleDescription(b -> b.roleName(role).description("of tests"))
                .role();
        assertThat(changed.description()).isEqualTo("of tests");
        assertThat(iam.getRole(b -> b.roleName(role)).role().description()).isEqualTo("of tests");
    }

    @Test
    void aPermissionsBoundaryIsAPolicyThatThereIs() {
        Policy boundary = policy();
        String role = role();
        iam.putRolePermissionsBoundary(b -> b.roleName(role).permissionsBoundary(boundary.arn()));
        assertThat(iam.getRole(b -> b.roleName(role))
                        .role()
                        .permissionsBoundary()
                        .permissionsBoundaryArn())
                .isEqualTo(boundary.arn());
        assertThat(iam.getPolicy(b -> b.policyArn(boundary.arn())).policy().permissionsBoundaryUsageCount())
                .isOne();
        refused(
                "NoSuchEntity",
                "Policy " + boundary.arn() + "x does not exist or is not attachable.",
                () -> iam.putRolePermissionsBoundary(b -> b.roleName(role).permissionsBoundary(boundary.arn() + "x")));
    }

    @Test
    void everyListComesInPagesAndNotByAnyMarker() {
        String role = role();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "p" + i;
            names.add(name);
            iam.putRolePolicy(b -> b.roleName(role).policyName(name).policyDocument(POLICY));
            iam.attachRolePolicy(b -> b.roleName(role).policyArn("arn:aws:iam::aws:policy/" + name));
            iam.tagRole(b -> b.roleName(role).tags(t -> t.key(name).value("v")));
        }
        assertThat(iam.listRolePoliciesPaginator(b -> b.roleName(role).maxItems(2)).policyNames().stream())
                .containsExactlyElementsOf(names);
        assertThat(iam.listAttachedRolePoliciesPaginator(b -> b.roleName(role).maxItems(3)).attachedPolicies().stream())
                .hasSize(5);
        var first = iam.listRoleTags(b -> b.roleName(role).maxItems(4));
        assertThat(first.isTruncated()).isTrue();
        var second = iam.listRoleTags(b -> b.roleName(role).marker(first.marker()));
        assertThat(second.isTruncated()).isFalse();
        assertThat(second.marker()).isNull();
        assertThat(Stream.concat(first.tags().stream(), second.tags().stream()).map(Tag::key))
                .containsExactlyElementsOf(names);
        for (String wrong : List.of("nonsense", "cGFnZSB4", "bm90aGluZw==")) {
            refused(
                    "ValidationError",
                    "Invalid Marker.",
                    () -> iam.listRolePolicies(b -> b.roleName(role).marker(wrong)));
        }
    }
}
