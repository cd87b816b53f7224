package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.LayerVersionsListItem;
import software.amazon.awssdk.services.lambda.model.LayersListItem;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsResponse;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;

/// Layers: publishing, permissions, and functions that use them.
@NullMarked
final class LayersTest {
    private static final String READS_OPT = """
            import os, shared
            def handler(event, context):
                opt = os.environ['LD_LIBRARY_PATH'].split(':')[-1][:-4]
                return [shared.WHO, sorted(os.listdir(opt)), open(opt + '/data').read()]
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("LAMBDA_LIMITS_CODE_SIZE_UNZIPPED", "20000"));

    private static String name() {
        return "layer-" + UUID.randomUUID();
    }

    private static PublishLayerVersionResponse publish(String name, Map<String, String> files) {
        return server.lambda()
                .publishLayerVersion(
                        b -> b.layerName(name).content(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(files)))));
    }

    @Test
    void aVersionIsShownWithAllItsMembers() throws Exception {
        String name = name();
        byte[] zip = Zips.of(Map.of("python/shared.py", "WHO = 1\n"));
        PublishLayerVersionResponse made = server.lambda()
                .publishLayerVersion(b -> b.layerName(name)
                        .description("what is shared")
                        .licenseInfo("MIT")
                        .compatibleRuntimesWithStrings("python3.12", "python3.7")
                        .compatibleArchitecturesWithStrings("arm64")
                        .content(c -> c.zipFile(SdkBytes.fromByteArray(zip))));
        assertThat(made.sdkHttpResponse().statusCode()).isEqualTo(201);
        assertThat(made.layerArn()).isEqualTo("arn:aws:lambda:us-east-1:000000000000:layer:" + name);
        assertThat(made.layerVersionArn()).isEqualTo(made.layerArn() + ":1");
        assertThat(made.version()).isEqualTo(1);
        assertThat(made.createdDate()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000");
        assertThat(made.content().codeSize()).isEqualTo(zip.length);
        assertThat(Base64.getDecoder().decode(made.content().codeSha256())).hasSize(32);
        GetLayerVersionResponse got =
                server.lambda().getLayerVersion(b -> b.layerName(name).versionNumber(1L));
        assertThat(got.description()).isEqualTo("what is shared");
        assertThat(got.licenseInfo()).isEqualTo("MIT");
        assertThat(got.compatibleRuntimesAsStrings()).containsExactly("python3.12", "python3.7");
        assertThat(got.compatibleArchitecturesAsStrings()).containsExactly("arm64");
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(got.content().location()))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(zip);
        }
        assertThat(server.lambda()
                        .getLayerVersionByArn(b -> b.arn(made.layerVersionArn()))
                        .layerVersionArn())
                .isEqualTo(made.layerVersionArn());
    }

    @Test
    void versionNumbersAreNeverGivenTwice() {
        String name = name();
        publish(name, Map.of("a", "1"));
        publish(name, Map.of("a", "2"));
        for (int i = 0; i < 2; i++) {
            assertThat(server.lambda()
                            .deleteLayerVersion(b -> b.layerName(name).versionNumber(2L))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(204);
        }
        assertThat(publish(name, Map.of("a", "3")).version()).isEqualTo(3);
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda().getLayerVersion(b -> b.layerName(name).versionNumber(2L)));
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "Layer Version Cannot be less than 1.",
                () -> server.lambda().getLayerVersion(b -> b.layerName(name).versionNumber(0L)));
    }

    @Test
    void listsAreFilteredAndPaged() {
        String runtime = "ruby3.3";
        String first = "a-" + name();
        String second = "b-" + name();
        for (String name : List.of(first, second)) {
            for (int i = 0; i < 3; i++) {
                int number = i;
                server.lambda()
                        .publishLayerVersion(b -> b.layerName(name)
                                .compatibleRuntimesWithStrings(number == 2 ? "java21" : runtime)
                                .content(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("x", name + number))))));
            }
        }
        ListLayerVersionsResponse page =
                server.lambda().listLayerVersions(b -> b.layerName(first).maxItems(2));
        assertThat(page.layerVersions())
                .extracting(LayerVersionsListItem::version)
                .containsExactly(3L, 2L);
        ListLayerVersionsResponse last =
                server.lambda().listLayerVersions(b -> b.layerName(first).marker(page.nextMarker()));
        assertThat(last.layerVersions())
                .extracting(LayerVersionsListItem::version)
                .containsExactly(1L);
        assertThat(last.nextMarker()).isNull();
        assertThat(server.lambda()
                        .listLayerVersions(b -> b.layerName(first).compatibleRuntime(runtime))
                        .layerVersions())
                .extracting(LayerVersionsListItem::version)
                .containsExactly(2L, 1L);
        var layers =
                server.lambda().listLayers(b -> b.compatibleRuntime(runtime).maxItems(1));
        assertThat(layers.layers()).extracting(LayersListItem::layerName).containsExactly(first);
        assertThat(layers.layers().getFirst().latestMatchingVersion().version()).isEqualTo(2);
        assertThat(server.lambda()
                        .listLayers(b -> b.compatibleRuntime(runtime).marker(layers.nextMarker()))
                        .layers())
                .extracting(LayersListItem::layerName)
                .containsExactly(second);
        assertThat(server.lambda().listLayerVersions(b -> b.layerName("absent")).layerVersions())
                .isEmpty();
        Refusals.expect(
                400,
                "ValidationException",
                "Value 'cobol' at 'compatibleRuntime' failed",
                () -> server.lambda().listLayers(b -> b.compatibleRuntime("cobol")));
    }

    @Test
    void laterLayersLieOverEarlierOnesAndOutliveTheirVersions() throws Exception {
        PublishLayerVersionResponse lower =
                publish(name(), Map.of("python/shared.py", "WHO = 'lower'\n", "data", "lower", "both/file", "lower"));
        PublishLayerVersionResponse upper = publish(name(), Map.of("python/shared.py", "WHO = 'upper'\n", "both", "x"));
        String function = server.python(READS_OPT, b -> b.layers(lower.layerVersionArn(), upper.layerVersionArn()));
        assertThat(server.invoke(function, "{}").payload().asUtf8String())
                .isEqualTo("[\"upper\", [\"both\", \"data\", \"python\"], \"lower\"]");
        assertThat(server.configuration(function).layers())
                .containsExactly(
                        Layer.builder()
                                .arn(lower.layerVersionArn())
                                .codeSize(lower.content().codeSize())
                                .build(),
                        Layer.builder()
                                .arn(upper.layerVersionArn())
                                .codeSize(upper.content().codeSize())
                                .build());

        server.lambda()
                .updateFunctionConfiguration(b -> b.functionName(function).layers(lower.layerVersionArn()));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(function));
        assertThat(server.invoke(function, "{}").payload().asUtf8String()).startsWith("[\"lower\"");

        server.lambda().deleteLayerVersion(b -> b.layerName(lower.layerArn()).versionNumber(1L));
        server.restart();
        server.lambda()
                .updateFunctionConfiguration(b -> b.functionName(function).memorySize(256));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(function));
        assertThat(server.invoke(function, "{}").payload().asUtf8String())
                .as("the deleted version goes on working")
                .startsWith("[\"lower\"");

        String sha = java.util.HexFormat.of()
                .formatHex(Base64.getDecoder().decode(lower.content().codeSha256()));
        assertThat(blobs()).anyMatch(file -> file.contains(sha));
        server.lambda().deleteFunction(b -> b.functionName(function));
        dev.podium.Eventually.within(
                java.time.Duration.ofMinutes(1), () -> blobs().stream().noneMatch(file -> file.contains(sha)));
    }

    @Test
    void functionThatNeverRanKeepsItsDeletedLayer() {
        PublishLayerVersionResponse layer =
                publish(name(), Map.of("python/shared.py", "WHO = 'kept'\n", "data", "kept"));
        String function = server.python(READS_OPT, b -> b.layers(layer.layerVersionArn()));
        server.lambda().deleteLayerVersion(b -> b.layerName(layer.layerArn()).versionNumber(1L));
        assertThat(server.invoke(function, "{}").payload().asUtf8String()).startsWith("[\"kept\"");
    }

    private static List<String> blobs() throws Exception {
        // Beside them there are the pods' files, which come and go.
        try (var files = Files.walk(server.state().resolve("blobs"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void wrongLayersAreRefused() {
        String arn = publish(name(), Map.of("x", "1")).layerVersionArn();
        String absent = arn.substring(0, arn.length() - 1) + "9";
        String source = "def handler(event, context):\n    return 1\n";
        String invalid = "InvalidParameterValueException";
        Refusals.expect(
                400,
                invalid,
                "Layer version " + absent + " does not exist.",
                () -> server.python(source, b -> b.layers(absent)));
        Refusals.expect(
                400,
                invalid,
                "Two different versions of the same layer are not allowed to be referenced in the same function. " + arn
                        + " and " + arn + " are versions of the same layer.",
                () -> server.python(source, b -> b.layers(arn, arn)));
        Refusals.expect(
                400,
                invalid,
                "Cannot reference more than 5 layers.",
                () -> server.python(source, b -> b.layers(arn, arn, arn, arn, arn, arn)));
        String large = publish(name(), Map.of("x", "1".repeat(19_990))).layerVersionArn();
        Refusals.expect(
                400,
                invalid,
                "Function code combined with layers exceeds the maximum allowed size of 20000 bytes. The actual size is ",
                () -> server.python(source, b -> b.layers(large)));
        Refusals.expect(
                400,
                invalid,
                "Unzipped size must be smaller than 20000 bytes",
                () -> publish("large", Map.of("x", "1".repeat(20_001))));
        Refusals.expect(
                400,
                invalid,
                "Could not unzip uploaded file.",
                () -> server.lambda()
                        .publishLayerVersion(
                                b -> b.layerName("bad").content(c -> c.zipFile(SdkBytes.fromUtf8String("no zip")))));
        Refusals.expect(
                400,
                invalid,
                "S3 Error Code: NoSuchBucket",
                () -> server.lambda()
                        .publishLayerVersion(b -> b.layerName("bad")
                                .content(c -> c.s3Bucket("bucket").s3Key("key"))));
    }

    @Test
    void otherAccountsNeedAPermission() {
        PublishLayerVersionResponse layer = publish(name(), Map.of("python/shared.py", "WHO = 1\n"));
        try (LambdaClient other = LambdaClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("111122223333", "test")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            ThrowingCallable get = () -> other.getLayerVersionByArn(b -> b.arn(layer.layerVersionArn()));
            Refusals.expect(
                    403,
                    "AccessDeniedException",
                    "is not authorized to perform: lambda:GetLayerVersion on resource: " + layer.layerVersionArn(),
                    get);
            var added = server.lambda()
                    .addLayerVersionPermission(b -> b.layerName(layer.layerArn())
                            .versionNumber(1L)
                            .statementId("other")
                            .action("lambda:GetLayerVersion")
                            .principal("111122223333"));
            assertThat(added.statement())
                    .isEqualTo("{\"Sid\":\"other\",\"Effect\":\"Allow\","
                            + "\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},"
                            + "\"Action\":\"lambda:GetLayerVersion\",\"Resource\":\"" + layer.layerVersionArn()
                            + "\"}");
            assertThat(other.getLayerVersionByArn(b -> b.arn(layer.layerVersionArn()))
                            .version())
                    .isEqualTo(1);
        }
    }

    @Test
    void permissionsHaveAwssChecks() {
        String name = name();
        publish(name, Map.of("x", "1"));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "No policy is associated with the given resource.",
                () -> server.lambda()
                        .getLayerVersionPolicy(b -> b.layerName(name).versionNumber(1L)));
        var added = server.lambda()
                .addLayerVersionPermission(b -> b.layerName(name)
                        .versionNumber(1L)
                        .statementId("all")
                        .action("lambda:GetLayerVersion")
                        .principal("*")
                        .organizationId("o-abcdefghij"));
        var policy =
                server.lambda().getLayerVersionPolicy(b -> b.layerName(name).versionNumber(1L));
        assertThat(policy.revisionId()).isEqualTo(added.revisionId());
        assertThat(policy.policy())
                .isEqualTo("{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[" + added.statement() + "]}")
                .contains("\"Principal\":\"*\"", "\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":");
        Refusals.expect(
                409,
                "ResourceConflictException",
                "The statement id (all) provided already exists.",
                () -> server.lambda()
                        .addLayerVersionPermission(b -> b.layerName(name)
                                .versionNumber(1L)
                                .statementId("all")
                                .action("lambda:GetLayerVersion")
                                .principal("*")));
        Refusals.expect(
                412,
                "PreconditionFailedException",
                "Call the GetLayerPolicy API",
                () -> server.lambda()
                        .removeLayerVersionPermission(b -> b.layerName(name)
                                .versionNumber(1L)
                                .statementId("all")
                                .revisionId("other")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "Statement none is not found in resource policy.",
                () -> server.lambda()
                        .removeLayerVersionPermission(
                                b -> b.layerName(name).versionNumber(1L).statementId("none")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                ":layer:" + name + ":5 does not exist.",
                () -> server.lambda()
                        .getLayerVersionPolicy(b -> b.layerName(name).versionNumber(5L)));
        server.lambda()
                .removeLayerVersionPermission(
                        b -> b.layerName(name).versionNumber(1L).statementId("all"));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "No policy",
                () -> server.lambda()
                        .removeLayerVersionPermission(
                                b -> b.layerName(name).versionNumber(1L).statementId("all")));
    }
}
