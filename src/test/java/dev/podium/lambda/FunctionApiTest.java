package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/// The Lambda API as the AWS SDK sees it: shapes, validation, errors.
@NullMarked
final class FunctionApiTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void createAnswersPendingAndBecomesActive() {
        String name = "f-" + UUID.randomUUID();
        CreateFunctionResponse created = server.lambda().createFunction(b -> standard(b, name));
        assertThat(created.sdkHttpResponse().statusCode()).isEqualTo(201);
        assertThat(created.state()).isEqualTo(State.PENDING);
        assertThat(created.stateReason()).isEqualTo("The function is being created.");
        assertThat(created.stateReasonCodeAsString()).isEqualTo("Creating");
        assertThat(created.lastUpdateStatus()).isNull();
        assertThat(created.functionArn()).isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:" + name);
        assertThat(created.timeout()).isEqualTo(3);
        assertThat(created.memorySize()).isEqualTo(128);
        assertThat(created.ephemeralStorage().size()).isEqualTo(512);
        assertThat(created.architectures()).containsExactly(Architecture.X86_64);
        assertThat(created.packageTypeAsString()).isEqualTo("Zip");
        assertThat(created.version()).isEqualTo("$LATEST");
        assertThat(created.description()).isEmpty();
        assertThat(created.tracingConfig().modeAsString()).isEqualTo("PassThrough");
        assertThat(created.snapStart().optimizationStatusAsString()).isEqualTo("Off");
        assertThat(created.loggingConfig().logGroup()).isEqualTo("/aws/lambda/" + name);
        assertThat(created.runtimeVersionConfig().runtimeVersionArn()).startsWith("arn:aws:lambda:us-east-1::runtime:");
        assertThat(created.codeSha256()).hasSize(44);
        assertThat(created.lastModified()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000");
        assertThat(created.environment()).isNull();
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        FunctionConfiguration active = server.configuration(name);
        assertThat(active.state()).isEqualTo(State.ACTIVE);
        assertThat(active.lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(active.stateReason()).isNull();
        assertThat(active.revisionId()).isNotEqualTo(created.revisionId());
    }

    @Test
    void functionIsFoundByNameAndArns() {
        String name = server.python(ECHO);
        String arn = server.configuration(name).functionArn();
        for (String given : List.of(name, "000000000000:function:" + name, arn, arn + ":$LATEST")) {
            assertThat(server.lambda()
                            .getFunctionConfiguration(b -> b.functionName(given))
                            .functionName())
                    .isEqualTo(name);
        }
        refused(
                () -> server.lambda().getFunction(b -> b.functionName(name).qualifier("7")),
                404,
                "ResourceNotFoundException",
                "Function not found: " + arn + ":7");
    }

    @Test
    void codeLocationIsAWorkingDownload() throws Exception {
        String name = server.python(ECHO);
        GetFunctionResponse response = server.lambda().getFunction(b -> b.functionName(name));
        assertThat(response.code().repositoryType()).isEqualTo("S3");
        URI location = URI.create(response.code().location());
        try (HttpClient http = HttpClient.newHttpClient()) {
            byte[] zip = http.send(HttpRequest.newBuilder(location).build(), BodyHandlers.ofByteArray())
                    .body();
            assertThat(zip).isEqualTo(Zips.python(ECHO));
            URI forged = URI.create(location.toString().replaceFirst("signature=.", "signature=z"));
            assertThat(http.send(HttpRequest.newBuilder(forged).build(), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void listsInPages() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                names.add(own.python(ECHO));
            }
            List<String> seen = new ArrayList<>();
            String marker = null;
            do {
                String from = marker;
                ListFunctionsResponse page =
                        own.lambda().listFunctions(b -> b.maxItems(2).marker(from));
                assertThat(page.functions()).hasSizeBetween(1, 2);
                page.functions().forEach(function -> seen.add(function.functionName()));
                marker = page.nextMarker();
            } while (marker != null);
            assertThat(seen).hasSize(5).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void secondFunctionOfTheNameConflicts() {
        String name = server.python(ECHO);
        refused(
                () -> server.lambda().createFunction(b -> standard(b, name)),
                409,
                "ResourceConflictException",
                "Function already exist: " + name);
    }

    @Test
    void deletedFunctionIsGone() {
        String name = server.python(ECHO);
        server.invoke(name, "{}");
        refused(
                () -> server.lambda().deleteFunction(b -> b.functionName(name).qualifier("$LATEST")),
                400,
                "InvalidParameterValueException",
                "$LATEST version cannot be deleted without deleting the function.");
        assertThat(server.lambda()
                        .deleteFunction(b -> b.functionName(name))
                        .sdkHttpResponse()
                        .statusCode())
                .isEqualTo(204);
        refused(
                () -> server.lambda().getFunction(b -> b.functionName(name)),
                404,
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:" + name);
    }

    @Test
    void staleRevisionIsRefused() {
        String name = server.python(ECHO);
        String revision = server.configuration(name).revisionId();
        UpdateFunctionConfigurationResponse updated = server.lambda()
                .updateFunctionConfiguration(
                        b -> b.functionName(name).revisionId(revision).timeout(9));
        assertThat(updated.lastUpdateStatusAsString()).isEqualTo("InProgress");
        assertThat(updated.timeout()).isEqualTo(9);
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        refused(
                () -> server.lambda()
                        .updateFunctionConfiguration(
                                b -> b.functionName(name).revisionId(revision).timeout(8)),
                412,
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
                        + "retrieve the latest Revision Id");
    }

    @Test
    void dryRunOfACodeUpdateChangesNothing() {
        String name = server.python(ECHO);
        String before = server.configuration(name).codeSha256();
        String shown = server.lambda()
                .updateFunctionCode(
                        b -> b.functionName(name).dryRun(true).zipFile(SdkBytes.fromByteArray(Zips.python("x = 1\n"))))
                .codeSha256();
        assertThat(shown).isNotEqualTo(before);
        assertThat(server.configuration(name).codeSha256()).isEqualTo(before);
    }

    @Test
    void tagsAreKept() {
        String name = server.python(ECHO, b -> b.tags(Map.of("a", "1")));
        String arn = server.configuration(name).functionArn();
        server.lambda().tagResource(b -> b.resource(arn).tags(Map.of("b", "2")));
        server.lambda().untagResource(b -> b.resource(arn).tagKeys("a"));
        assertThat(server.lambda().listTags(b -> b.resource(arn)).tags()).isEqualTo(Map.of("b", "2"));
        assertThat(server.lambda().getFunction(b -> b.functionName(name)).tags())
                .isEqualTo(Map.of("b", "2"));
    }

    @Test
    void modelValidationCountsEveryFailure() {
        refused(
                () -> server.lambda()
                        .createFunction(
                                b -> standard(b, "bad name!").memorySize(1).timeout(0)),
                400,
                "ValidationException",
                "3 validation errors detected");
    }

    @Test
    void limitsBeyondTheModelAreAws() {
        refused(
                () -> server.lambda().createFunction(b -> standard(b, "x").timeout(901)),
                400,
                "ValidationException",
                "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value "
                        + "less than or equal to 900");
        refused(
                () -> server.lambda().createFunction(b -> standard(b, "x").memorySize(10_241)),
                400,
                "ValidationException",
                "10240");
    }

    @Test
    void unknownRuntimeNamesTheKnownOnes() {
        refused(
                () -> server.lambda().createFunction(b -> standard(b, "x").runtime("cobol85")),
                400,
                "InvalidParameterValueException",
                "Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [");
        refused(
                () -> server.lambda().createFunction(b -> standard(b, "x").runtime("python3.7")),
                400,
                "InvalidParameterValueException",
                "The runtime parameter of python3.7 is no longer supported");
    }

    @Test
    void brokenArchivesAreRefused() throws Exception {
        code(new byte[] {1, 2, 3}, "Could not unzip uploaded file. Please check your file, then try to upload again.");
        code(new byte[0], "zip");
        code(Zips.of(Map.of()), "Uploaded file must be a non-empty zip");
        code(Zips.of(Map.of("../escape.py", "x")), "Could not unzip uploaded file");
        byte[] bomb = bomb(300);
        code(bomb, "Unzipped size must be smaller than 262144000 bytes");
    }

    @Test
    void archiveOverFiftyMegabytesIsTooLarge() {
        byte[] large = new byte[52_428_801];
        refused(
                () -> server.lambda()
                        .createFunction(b -> standard(b, "x").code(c -> c.zipFile(SdkBytes.fromByteArray(large)))),
                413,
                "RequestEntityTooLargeException",
                "");
    }

    @Test
    void environmentIsLimitedAndReservedNamesAreRefused() {
        refused(
                () -> server.lambda()
                        .createFunction(b ->
                                standard(b, "x").environment(e -> e.variables(Map.of("AA", "x".repeat(4096))))),
                400,
                "InvalidParameterValueException",
                "Lambda was unable to configure your environment variables because the environment variables you have "
                        + "provided exceeded the 4KB limit. String measured: {\"AA\":\"xxx");
        refused(
                () -> server.lambda()
                        .createFunction(b -> standard(b, "x").environment(e -> e.variables(Map.of("AWS_REGION", "x")))),
                400,
                "InvalidParameterValueException",
                "reserved keys");
    }

    @Test
    void accountsAndRegionsAreApart() throws Exception {
        String name = server.python(ECHO);
        String body = send("GET", "/2015-03-31/functions/" + name, "", "111111111111", "us-east-1", 404);
        assertThat(body).contains("arn:aws:lambda:us-east-1:111111111111:function:" + name);
        assertThat(send("GET", "/2015-03-31/functions/" + name, "", "test", "eu-west-1", 404))
                .contains("eu-west-1");
    }

    @Test
    void malformedRequestsGetClearErrors() throws Exception {
        assertThat(send("POST", "/2015-03-31/functions", "{\"FunctionName\":", "test", "us-east-1", 400))
                .doesNotContain("Exception:");
        assertThat(send("POST", "/2015-03-31/functions", "{\"FunctionName\":[1]}", "test", "us-east-1", 400))
                .isNotEmpty();
        assertThat(send("GET", "/2015-03-31/functions/f/durable-nothing", "", "test", "us-east-1", 404))
                .isNotEmpty();
        assertThat(send("GET", "/2025-11-30/capacity-providers", "", "test", "us-east-1", 501))
                .contains("not supported by Podium");
    }

    private static String send(String method, String path, String body, String account, String region, int status)
            throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var response = http.send(
                    HttpRequest.newBuilder(server.endpoint().resolve(path))
                            .header(
                                    "Authorization",
                                    "AWS4-HMAC-SHA256 Credential=" + account + "/20260101/" + region
                                            + "/lambda/aws4_request, SignedHeaders=host, Signature=0")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            return response.body();
        }
    }

    private static CreateFunctionRequest.Builder standard(CreateFunctionRequest.Builder builder, String name) {
        return builder.functionName(name)
                .runtime("python3.12")
                .handler("app.handler")
                .role(TestServer.ROLE)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(ECHO))));
    }

    private static void code(byte[] zip, String message) {
        refused(
                () -> server.lambda()
                        .createFunction(b -> standard(b, "x").code(c -> c.zipFile(SdkBytes.fromByteArray(zip)))),
                400,
                "InvalidParameterValueException",
                message);
    }

    private static byte[] bomb(int megabytes) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < megabytes; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static void refused(ThrowingCallable call, int status, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).as(e.getMessage()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorMessage()).contains(message);
        });
    }
}
