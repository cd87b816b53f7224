package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PackageType;

/// Functions from container images, as the API shows them; `ImagesIT` runs some.
@NullMarked
final class ImagesTest {
    private static final String INVALID = "InvalidParameterValueException";
    private static final String REPOSITORY = "000000000000.dkr.ecr.us-east-1.amazonaws.com/team/f";
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    private static String create(java.util.function.Consumer<CreateFunctionRequest.Builder> change) {
        String name = "image-" + UUID.randomUUID();
        server.lambda().createFunction(b -> {
            b.functionName(name)
                    .role(TestServer.ROLE)
                    .packageType(PackageType.IMAGE)
                    .code(c -> c.imageUri(REPOSITORY + ":1"));
            change.accept(b);
        });
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        return name;
    }

    @Test
    void anImageIsShownWithoutWhatOnlyArchivesHave() {
        String name = create(b -> b.imageConfig(
                i -> i.entryPoint("/run", "fast").command("app.handler").workingDirectory("/work")));
        GetFunctionResponse shown = server.lambda().getFunction(b -> b.functionName(name));
        FunctionConfiguration configuration = shown.configuration();
        assertThat(configuration.packageType()).isEqualTo(PackageType.IMAGE);
        assertThat(configuration.codeSize()).isZero();
        assertThat(configuration.codeSha256()).matches("[0-9a-f]{64}");
        assertThat(configuration.runtime()).isNull();
        assertThat(configuration.handler()).isNull();
        assertThat(configuration.runtimeVersionConfig()).isNull();
        assertThat(configuration.imageConfigResponse().imageConfig().entryPoint())
                .isEqualTo(List.of("/run", "fast"));
        assertThat(configuration.imageConfigResponse().imageConfig().workingDirectory())
                .isEqualTo("/work");
        assertThat(shown.code().repositoryType()).isEqualTo("ECR");
        assertThat(shown.code().imageUri()).isEqualTo(REPOSITORY + ":1");
        assertThat(shown.code().location()).isNull();
    }

    @Test
    void aDigestIsTheCodesSha256() {
        String name = create(b -> {});
        String uri = REPOSITORY + "@sha256:" + DIGEST;
        server.lambda().updateFunctionCode(b -> b.functionName(name).imageUri(uri));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        GetFunctionResponse shown = server.lambda().getFunction(b -> b.functionName(name));
        assertThat(shown.configuration().codeSha256()).isEqualTo(DIGEST);
        assertThat(shown.code().resolvedImageUri()).isEqualTo(uri);
    }

    @Test
    void imageConfigIsReplacedWholeAndEmptiedByNothing() {
        String name = create(b -> b.imageConfig(i -> i.command("app.handler")));
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).imageConfig(i -> i.entryPoint("/other")));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        assertThat(server.configuration(name)
                        .imageConfigResponse()
                        .imageConfig()
                        .hasCommand())
                .isFalse();
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).imageConfig(i -> {}));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        assertThat(server.configuration(name).imageConfigResponse()).isNull();
    }

    @Test
    void whatFitsOnlyTheOtherPackageTypeIsRefused() {
        String image = create(b -> {});
        String zip = server.python("def handler(event, context):\n    return 1\n");
        String notForImages =
                "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
        Refusals.expect(400, INVALID, notForImages, () -> create(b -> b.handler("app.handler")));
        Refusals.expect(
                400,
                INVALID,
                notForImages,
                () -> create(b -> b.layers("arn:aws:lambda:us-east-1:000000000000:layer:x:1")));
        Refusals.expect(
                400,
                INVALID,
                "Please provide ImageUri when updating a function with packageType Image.",
                () -> server.lambda()
                        .updateFunctionCode(
                                b -> b.functionName(image).zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("a", "b"))))));
        Refusals.expect(
                400,
                INVALID,
                "Please don't provide ImageUri when updating a function with packageType Zip.",
                () -> server.lambda()
                        .updateFunctionCode(b -> b.functionName(zip).imageUri(REPOSITORY)));
        Refusals.expect(
                400,
                INVALID,
                "ImageConfig",
                () -> server.lambda()
                        .updateFunctionConfiguration(b -> b.functionName(zip).imageConfig(i -> i.command("x"))));
        for (String bad : List.of(REPOSITORY + ":1@sha256:" + DIGEST, "two words", REPOSITORY + "@sha256:12")) {
            Refusals.expect(
                    400,
                    INVALID,
                    "Source image " + bad + " is not valid. Provide a valid source image.",
                    () -> create(b -> b.code(c -> c.imageUri(bad))));
        }
    }
}
