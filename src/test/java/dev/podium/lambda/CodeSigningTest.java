package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CodeSigningConfig;
import software.amazon.awssdk.services.lambda.model.CodeSigningPolicy;

/// Code signing configurations and their tags.
@NullMarked
final class CodeSigningTest {
    private static final String PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abc";
    private static final String SOURCE = "def handler(event, context):\n    return 1\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    private static CodeSigningConfig create(CodeSigningPolicy policy) {
        return server.lambda()
                .createCodeSigningConfig(b -> b.allowedPublishers(p -> p.signingProfileVersionArns(PROFILE))
                        .codeSigningPolicies(p -> p.untrustedArtifactOnDeployment(policy))
                        .tags(Map.of("team", "a")))
                .codeSigningConfig();
    }

    @Test
    void aConfigurationLivesThroughItsOperations() {
        CodeSigningConfig made = server.lambda()
                .createCodeSigningConfig(b -> b.allowedPublishers(p -> p.signingProfileVersionArns(PROFILE)))
                .codeSigningConfig();
        assertThat(made.codeSigningConfigId()).matches("csc-[a-z0-9]{17}");
        assertThat(made.codeSigningPolicies().untrustedArtifactOnDeployment()).isEqualTo(CodeSigningPolicy.WARN);
        String arn = made.codeSigningConfigArn();
        assertThat(server.lambda()
                        .updateCodeSigningConfig(
                                b -> b.codeSigningConfigArn(arn).description("other"))
                        .codeSigningConfig()
                        .description())
                .isEqualTo("other");
        assertThat(server.lambda().listCodeSigningConfigs(b -> {}).codeSigningConfigs())
                .extracting(CodeSigningConfig::codeSigningConfigArn)
                .contains(arn);
        String name = server.python(SOURCE, b -> b.codeSigningConfigArn(arn));
        assertThat(server.lambda()
                        .getFunctionCodeSigningConfig(b -> b.functionName(name))
                        .codeSigningConfigArn())
                .isEqualTo(arn);
        assertThat(server.lambda()
                        .listFunctionsByCodeSigningConfig(b -> b.codeSigningConfigArn(arn))
                        .functionArns())
                .containsExactly("arn:aws:lambda:us-east-1:000000000000:function:" + name);
        Refusals.expect(
                409,
                "ResourceConflictException",
                "is used by functions",
                () -> server.lambda().deleteCodeSigningConfig(b -> b.codeSigningConfigArn(arn)));
        server.lambda().deleteFunctionCodeSigningConfig(b -> b.functionName(name));
        assertThat(server.lambda()
                        .getFunctionCodeSigningConfig(b -> b.functionName(name))
                        .codeSigningConfigArn())
                .isNull();
        server.lambda().deleteCodeSigningConfig(b -> b.codeSigningConfigArn(arn));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The Lambda code signing configuration " + arn + " can not be found.",
                () -> server.lambda().getCodeSigningConfig(b -> b.codeSigningConfigArn(arn)));
        Refusals.expect(
                404,
                "CodeSigningConfigNotFoundException",
                "can not be found",
                () -> server.lambda()
                        .putFunctionCodeSigningConfig(b -> b.functionName(name).codeSigningConfigArn(arn)));
    }

    @Test
    void enforcedSigningRefusesCode() {
        String arn = create(CodeSigningPolicy.ENFORCE).codeSigningConfigArn();
        Refusals.expect(
                400,
                "CodeVerificationFailedException",
                "Lambda cannot deploy the function.",
                () -> server.python(SOURCE, b -> b.codeSigningConfigArn(arn)));
        String name = server.python(SOURCE);
        server.lambda().putFunctionCodeSigningConfig(b -> b.functionName(name).codeSigningConfigArn(arn));
        Refusals.expect(
                400,
                "CodeVerificationFailedException",
                name,
                () -> server.lambda()
                        .updateFunctionCode(
                                b -> b.functionName(name).zipFile(SdkBytes.fromByteArray(Zips.python(SOURCE + "\n")))));
        server.lambda()
                .updateCodeSigningConfig(b -> b.codeSigningConfigArn(arn)
                        .codeSigningPolicies(p -> p.untrustedArtifactOnDeployment(CodeSigningPolicy.WARN)));
        server.lambda()
                .updateFunctionCode(
                        b -> b.functionName(name).zipFile(SdkBytes.fromByteArray(Zips.python(SOURCE + "\n"))));
    }

    @Test
    void configurationsHaveTags() {
        String arn = create(CodeSigningPolicy.WARN).codeSigningConfigArn();
        server.lambda().tagResource(b -> b.resource(arn).tags(Map.of("stage", "test")));
        server.lambda().untagResource(b -> b.resource(arn).tagKeys("team"));
        assertThat(server.lambda().listTags(b -> b.resource(arn)).tags()).isEqualTo(Map.of("stage", "test"));
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "System tags cannot",
                () -> server.lambda().tagResource(b -> b.resource(arn).tags(Map.of("aws:x", "1"))));
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "An error occurred",
                () -> server.lambda().tagResource(b -> b.resource(arn).tags(Map.of())));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda()
                        .listTags(b -> b.resource("arn:aws:lambda:us-east-1:000000000000:capacity-provider:x")));
    }
}
