package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;

/// Resource-based policies of functions.
@NullMarked
final class PoliciesTest {
    private static final String SOURCE = "def handler(event, context):\n    return 1\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    private static String arn(String name) {
        return "arn:aws:lambda:us-east-1:000000000000:function:" + name;
    }

    @Test
    void statementsAreWrittenAsAwsWritesThem() {
        String name = server.python(SOURCE);
        assertThat(server.lambda()
                        .addPermission(b -> b.functionName(name)
                                .statementId("s3")
                                .action("lambda:InvokeFunction")
                                .principal("s3.amazonaws.com")
                                .sourceArn("arn:aws:s3:::bucket")
                                .sourceAccount("123456789012"))
                        .statement())
                .isEqualTo("{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},"
                        + "\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"" + arn(name) + "\","
                        + "\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\"},"
                        + "\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::bucket\"}}}");
        assertThat(server.lambda()
                        .addPermission(b -> b.functionName(name)
                                .statementId("url")
                                .action("lambda:InvokeFunctionUrl")
                                .principal("*")
                                .functionUrlAuthType(FunctionUrlAuthType.NONE))
                        .statement())
                .contains("\"Principal\":\"*\"", "{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}");
        assertThat(server.lambda()
                        .addPermission(b -> b.functionName(name)
                                .statementId("account")
                                .action("lambda:*")
                                .principal("123456789012")
                                .principalOrgID("o-abcdefghij"))
                        .statement())
                .contains(
                        "\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"}",
                        "{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-abcdefghij\"}}");
        assertThat(server.lambda().getPolicy(b -> b.functionName(name)).policy())
                .startsWith("{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{\"Sid\":\"s3\"")
                .contains("\"Sid\":\"account\"");
    }

    @Test
    void eachQualifierHasItsOwnPolicyThatGoesWithTheFunction() {
        String name = server.python(SOURCE);
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        for (String qualifier : new String[] {"1", "live"}) {
            assertThat(server.lambda()
                            .addPermission(b -> b.functionName(name)
                                    .qualifier(qualifier)
                                    .statementId("one")
                                    .action("lambda:InvokeFunction")
                                    .principal("sns.amazonaws.com"))
                            .statement())
                    .contains("\"Resource\":\"" + arn(name) + ":" + qualifier + "\"");
        }
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda().getPolicy(b -> b.functionName(name)));
        assertThat(server.lambda()
                        .getPolicy(b -> b.functionName(name).qualifier("live"))
                        .policy())
                .contains(":live");
        server.lambda().deleteFunction(b -> b.functionName(name));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda().getPolicy(b -> b.functionName(name).qualifier("live")));
    }

    @Test
    void policyOfADeletedAliasIsGoneWhenItsNameComesBack() {
        String name = server.python(SOURCE);
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        server.lambda()
                .addPermission(b -> b.functionName(name)
                        .qualifier("live")
                        .statementId("one")
                        .action("lambda:InvokeFunction")
                        .principal("sns.amazonaws.com"));
        server.lambda().deleteAlias(b -> b.functionName(name).name("live"));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda().getPolicy(b -> b.functionName(name).qualifier("live")));
    }

    private static void add(
            String name,
            java.util.function.Consumer<software.amazon.awssdk.services.lambda.model.AddPermissionRequest.Builder>
                    change) {
        server.lambda().addPermission(b -> {
            b.functionName(name)
                    .statementId("one")
                    .action("lambda:InvokeFunction")
                    .principal("sns.amazonaws.com");
            change.accept(b);
        });
    }

    @Test
    void awssChecksHold() {
        String name = server.python(SOURCE);
        String invalid = "InvalidParameterValueException";
        Refusals.expect(
                404, "ResourceNotFoundException", "Function not found: " + arn("absent"), () -> add("absent", b -> {}));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "Cannot find alias arn: " + arn(name) + ":live",
                () -> add(name, b -> b.qualifier("live")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "Function not found: " + arn(name) + ":7",
                () -> add(name, b -> b.qualifier("7")));
        Refusals.expect(
                400,
                invalid,
                "We currently do not support adding policies for $LATEST.",
                () -> add(name, b -> b.qualifier("$LATEST")));
        Refusals.expect(
                400, invalid, "The provided principal was invalid.", () -> add(name, b -> b.principal("nobody")));
        Refusals.expect(
                400,
                invalid,
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
                () -> add(name, b -> b.functionUrlAuthType(FunctionUrlAuthType.NONE)));
        Refusals.expect(
                400, "ValidationException", "Value 'x' at 'sourceArn' failed", () -> add(name, b -> b.sourceArn("x")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "No policy is associated with the given resource.",
                () -> server.lambda().removePermission(b -> b.functionName(name).statementId("one")));
        add(name, b -> {});
        Refusals.expect(
                409,
                "ResourceConflictException",
                "The statement id (one) provided already exists.",
                () -> add(name, b -> {}));
        Refusals.expect(
                412,
                "PreconditionFailedException",
                "Call the GetPolicy API",
                () -> add(name, b -> b.statementId("two").revisionId("other")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "Statement two is not found in resource policy.",
                () -> server.lambda().removePermission(b -> b.functionName(name).statementId("two")));
        String revision = server.lambda().getPolicy(b -> b.functionName(name)).revisionId();
        server.lambda()
                .removePermission(b -> b.functionName(name).statementId("one").revisionId(revision));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.",
                () -> server.lambda().getPolicy(b -> b.functionName(name)));
    }
}
