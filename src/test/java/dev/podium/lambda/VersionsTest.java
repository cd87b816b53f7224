package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;

/// Versions and aliases: what is published stays as it is, and an alias says where calls go.
@NullMarked
final class VersionsTest {
    private static final String ANSWER = """
            import os
            def handler(event, context):
                return {"says": "%s", "version": context.function_version, "arn": context.invoked_function_arn}
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void publishedVersionKeepsItsCodeAndConfiguration() {
        String name = server.python(ANSWER.formatted("one"));
        PublishVersionResponse first =
                server.lambda().publishVersion(b -> b.functionName(name).description("the first"));
        assertThat(first.sdkHttpResponse().statusCode()).isEqualTo(201);
        assertThat(first.version()).isEqualTo("1");
        assertThat(first.functionArn()).endsWith(":function:" + name + ":1");
        assertThat(first.description()).isEqualTo("the first");
        assertThat(first.state()).isEqualTo(State.PENDING);
        update(name, "two");
        settings(name, 256);

        assertThat(text(name, null)).contains("two");
        assertThat(text(name, "$LATEST")).contains("two");
        InvokeResponse old = invoke(name, "1");
        assertThat(old.executedVersion()).isEqualTo("1");
        assertThat(old.payload().asUtf8String())
                .contains("\"says\": \"one\"", "\"version\": \"1\"", "function:" + name + ":1\"");
        settled(name, "1");
        GetFunctionResponse got =
                server.lambda().getFunction(b -> b.functionName(name).qualifier("1"));
        assertThat(got.configuration().memorySize()).isEqualTo(128);
        assertThat(got.configuration().codeSha256()).isEqualTo(first.codeSha256());
        assertThat(got.configuration().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void unchangedFunctionIsNotPublishedTwice() {
        String name = server.python(ANSWER.formatted("x"));
        String revision = publish(name).revisionId();
        settled(name, "1");
        PublishVersionResponse again = publish(name);
        assertThat(again.version()).isEqualTo("1");
        assertThat(again.state()).isEqualTo(State.ACTIVE);
        assertThat(revision).isNotEqualTo(again.revisionId());
        update(name, "y");
        assertThat(publish(name).version()).isEqualTo("2");
    }

    @Test
    void publishingAsksForTheRightCodeAndRevision() {
        String name = server.python(ANSWER.formatted("x"));
        refused(
                () -> server.lambda().publishVersion(b -> b.functionName(name).codeSha256("bm90IGl0")),
                "InvalidParameterValueException",
                "CodeSHA256 (bm90IGl0) is different from current CodeSHA256 in $LATEST (");
        refused(
                () -> server.lambda().publishVersion(b -> b.functionName(name).revisionId("older")),
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to"
                        + " retrieve the latest Revision Id");
        refused(
                () -> publish("nothing-of-that-name"),
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nothing-of-that-name");
    }

    @Test
    void createAndUpdatePublishAtOnce() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        assertThat(text(name, "1")).contains("one");
        UpdateFunctionCodeResponse updated = server.lambda()
                .updateFunctionCode(
                        b -> b.functionName(name).zipFile(zip("two")).publish(true));
        assertThat(updated.version()).isEqualTo("2");
        assertThat(updated.functionArn()).endsWith(":2");
        settled(name, null);
        assertThat(text(name, "2")).contains("two");
        assertThat(text(name, "1")).contains("one");
    }

    @Test
    void versionsAreListedFromLatestOn() {
        String name = server.python(ANSWER.formatted("0"));
        for (int i = 1; i <= 11; i++) {
            publish(name);
            update(name, "v" + i);
        }
        assertThat(
                        server
                                .lambda()
                                .listVersionsByFunctionPaginator(
                                        b -> b.functionName(name).maxItems(3))
                                .versions()
                                .stream()
                                .map(FunctionConfiguration::version))
                .containsExactly("$LATEST", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        assertThat(server.lambda()
                        .listVersionsByFunction(b -> b.functionName(name))
                        .versions()
                        .getFirst()
                        .functionArn())
                .endsWith(":$LATEST");
        assertThat(
                        server
                                .lambda()
                                .listFunctionsPaginator(
                                        b -> b.functionVersion("ALL").maxItems(5))
                                .functions()
                                .stream()
                                .filter(f -> f.functionName().equals(name))
                                .count())
                .isEqualTo(12);
    }

    @Test
    void aliasPointsToAVersion() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        CreateAliasResponse live = server.lambda()
                .createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        assertThat(live.sdkHttpResponse().statusCode()).isEqualTo(201);
        assertThat(live.aliasArn()).endsWith(":function:" + name + ":live");
        assertThat(live.description()).isEmpty();
        assertThat(live.routingConfig()).isNull();
        update(name, "two");
        publish(name);

        InvokeResponse before = invoke(name, "live");
        assertThat(before.executedVersion()).isEqualTo("1");
        assertThat(before.payload().asUtf8String()).contains("function:" + name + ":live\"");
        server.lambda().updateAlias(b -> b.functionName(name).name("live").functionVersion("2"));
        assertThat(invoke(name, "live").executedVersion()).isEqualTo("2");
        assertThat(invoke(live.aliasArn(), null).executedVersion()).isEqualTo("2");
        assertThat(server.lambda()
                        .getFunctionConfiguration(b -> b.functionName(name).qualifier("live"))
                        .functionArn())
                .isEqualTo(live.aliasArn());
    }

    /// With p = 0.3 and 200 calls, fewer than 22 or more than 105 come in less than one of a billion runs.
    @Test
    void weightsDivideTheCalls() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        update(name, "two");
        publish(name);
        server.lambda()
                .createAlias(b -> b.functionName(name)
                        .name("canary")
                        .functionVersion("1")
                        .routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.3))));
        long second = IntStream.range(0, 200)
                .mapToObj(i -> invoke(name, "canary"))
                .peek(r -> assertThat(r.payload().asUtf8String())
                        .contains(r.executedVersion().equals("1") ? "one" : "two"))
                .filter(r -> r.executedVersion().equals("2"))
                .count();
        assertThat(second).isBetween(22L, 105L);
    }

    @Test
    void aliasesAreListedAndDeleted() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        for (String alias : List.of("c", "a", "b")) {
            server.lambda()
                    .createAlias(
                            b -> b.functionName(name).name(alias).functionVersion(alias.equals("b") ? "$LATEST" : "1"));
        }
        assertThat(server
                        .lambda()
                        .listAliasesPaginator(b -> b.functionName(name).maxItems(2))
                        .aliases()
                        .stream()
                        .map(AliasConfiguration::name))
                .containsExactly("a", "b", "c");
        assertThat(server.lambda().listAliases(b -> b.functionName(name).functionVersion("1")).aliases().stream()
                        .map(AliasConfiguration::name))
                .containsExactly("a", "c");
        for (int i = 0; i < 2; i++) {
            assertThat(server.lambda()
                            .deleteAlias(b -> b.functionName(name).name("a"))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(204);
        }
        refused(
                () -> server.lambda().getAlias(b -> b.functionName(name).name("a")),
                "ResourceNotFoundException",
                "Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:" + name + ":a");
        refused(
                () -> server.lambda().updateAlias(b -> b.functionName(name).name("a")),
                "ResourceNotFoundException",
                "Alias not found: arn:aws:lambda:us-east-1:000000000000:function:" + name + ":a");
        refused(
                () -> invoke(name, "a"),
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:" + name + ":a");
    }

    @Test
    void aliasesAreChecked() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        String arn = "arn:aws:lambda:us-east-1:000000000000:function:" + name;
        refused(
                () -> alias(name, "live", "7", Map.of()),
                "ResourceNotFoundException",
                "Function not found: " + arn + ":7");
        alias(name, "live", "1", Map.of());
        refused(
                () -> alias(name, "live", "1", Map.of()),
                "ResourceConflictException",
                "Alias already exists: " + arn + ":live");
        refused(
                () -> alias(name, "w", "$LATEST", Map.of("1", 0.5)),
                "InvalidParameterValueException",
                "$LATEST is not supported for an alias pointing to more than 1 version");
        refused(
                () -> alias(name, "w", "1", Map.of("1", 0.5)),
                "InvalidParameterValueException",
                "Invalid function version 1. Function version 1 is already included in routing configuration.");
        refused(
                () -> alias(name, "w", "1", Map.of("3", 0.5)),
                "ResourceNotFoundException",
                "Function not found: " + arn + ":3");
        refused(
                () -> server.lambda()
                        .updateAlias(b -> b.functionName(name).name("live").revisionId("older")),
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to"
                        + " retrieve the latest Revision Id");
    }

    @Test
    void versionOfAnAliasCannotBeDeleted() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        update(name, "two");
        publish(name);
        alias(name, "live", "1", Map.of("2", 0.1));
        for (String version : List.of("1", "2")) {
            refused(
                    () -> server.lambda()
                            .deleteFunction(b -> b.functionName(name).qualifier(version)),
                    "ResourceConflictException",
                    "Unable to delete version because the following aliases reference it: [live]");
        }
        refused(
                () -> server.lambda().deleteFunction(b -> b.functionName(name).qualifier("live")),
                "InvalidParameterValueException",
                "Deletion of aliases is not currently supported.");
        server.lambda().deleteAlias(b -> b.functionName(name).name("live"));
        assertThat(text(name, "1")).contains("one");
        server.lambda().deleteFunction(b -> b.functionName(name).qualifier("1"));
        refused(() -> invoke(name, "1"), "ResourceNotFoundException", "Function not found: ");
        assertThat(text(name, "2")).contains("two");
        update(name, "three");
        assertThat(publish(name).version()).isEqualTo("3");
    }

    @Test
    void deletedFunctionTakesVersionsAndAliasesWithIt() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        alias(name, "live", "1", Map.of());
        server.lambda().deleteFunction(b -> b.functionName(name));
        for (String qualifier : List.of("1", "live")) {
            refused(() -> invoke(name, qualifier), "ResourceNotFoundException", "Function not found: ");
        }
        refused(
                () -> server.lambda().listVersionsByFunction(b -> b.functionName(name)),
                "ResourceNotFoundException",
                "Function not found: ");
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime("python3.12")
                        .handler("app.handler")
                        .role(TestServer.ROLE)
                        .code(c -> c.zipFile(zip("another"))));
        assertThat(server.lambda().listAliases(b -> b.functionName(name)).aliases())
                .isEmpty();
        assertThat(server.lambda()
                        .listVersionsByFunction(b -> b.functionName(name))
                        .versions())
                .extracting(FunctionConfiguration::version)
                .containsExactly("$LATEST");
    }

    @Test
    void updateOfAnAliasChangesOnlyWhatItNames() {
        String name = server.python(ANSWER.formatted("one"), b -> b.publish(true));
        update(name, "two");
        publish(name);
        String revision = alias(name, "live", "1", Map.of("2", 1.0)).revisionId();
        assertThat(invoke(name, "live").executedVersion()).isEqualTo("2");
        var described = server.lambda()
                .updateAlias(b ->
                        b.functionName(name).name("live").description("said").revisionId(revision));
        assertThat(described.functionVersion()).isEqualTo("1");
        assertThat(described.routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 1.0));
        assertThat(described.revisionId()).isNotEqualTo(revision);
        server.lambda()
                .updateAlias(b ->
                        b.functionName(name).name("live").routingConfig(r -> r.additionalVersionWeights(Map.of())));
        var plain = server.lambda().getAlias(b -> b.functionName(name).name("live"));
        assertThat(plain.routingConfig()).isNull();
        assertThat(plain.description()).isEqualTo("said");
        assertThat(invoke(name, "live").executedVersion()).isEqualTo("1");
    }

    @Test
    void versionsAndAliasesAreThereAfterARestart() throws Exception {
        try (TestServer other = TestServer.start(Map.of())) {
            String name = other.python(ANSWER.formatted("one"), b -> b.publish(true));
            other.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
            other.lambda().updateFunctionCode(b -> b.functionName(name).zipFile(zip("two")));
            other.restart();
            InvokeResponse response =
                    other.lambda().invoke(b -> b.functionName(name).qualifier("live"));
            assertThat(response.payload().asUtf8String()).contains("one");
            assertThat(response.executedVersion()).isEqualTo("1");
        }
    }

    private static CreateAliasResponse alias(
            String function, String alias, String version, Map<String, Double> weights) {
        return server.lambda().createAlias(b -> {
            b.functionName(function).name(alias).functionVersion(version);
            if (!weights.isEmpty()) {
                b.routingConfig(r -> r.additionalVersionWeights(weights));
            }
        });
    }

    private static PublishVersionResponse publish(String name) {
        return server.lambda().publishVersion(b -> b.functionName(name));
    }

    private static void update(String name, String says) {
        server.lambda().updateFunctionCode(b -> b.functionName(name).zipFile(zip(says)));
        settled(name, null);
    }

    private static void settings(String name, int memory) {
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).memorySize(memory));
        settled(name, null);
    }

    private static void settled(String name, @Nullable String qualifier) {
        try {
            Eventually.within(Duration.ofMinutes(1), () -> {
                var now = server.lambda()
                        .getFunctionConfiguration(b -> b.functionName(name).qualifier(qualifier));
                return now.state() == State.ACTIVE && "Successful".equals(now.lastUpdateStatusAsString());
            });
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static SdkBytes zip(String says) {
        return SdkBytes.fromByteArray(Zips.python(ANSWER.formatted(says)));
    }

    private static InvokeResponse invoke(String name, @Nullable String qualifier) {
        return server.lambda()
                .invoke(b -> b.functionName(name).qualifier(qualifier).payload(SdkBytes.fromUtf8String("{}")));
    }

    private static String text(String name, @Nullable String qualifier) {
        return invoke(name, qualifier).payload().asUtf8String();
    }

    private static void refused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).startsWith(message);
        });
    }
}
