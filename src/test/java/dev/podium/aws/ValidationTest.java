package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The wording is that of recordings of the real service.
@NullMarked
final class ValidationTest {
    private static final ServiceModel LAMBDA = ModelReader.read("lambda");
    private static final String FUNCTION_NAME_PATTERN =
            ((Shape.Text) LAMBDA.shapes().get("FunctionName")).pattern() + "";

    @Test
    void missingMembersAreCounted() throws Exception {
        assertThat(failure("CreateFunction", "{}"))
                .isEqualTo("3 validation errors detected: "
                        + "Value null at 'functionName' failed to satisfy constraint: Member must not be null; "
                        + "Value null at 'role' failed to satisfy constraint: Member must not be null; "
                        + "Value null at 'code' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void patternIsQuotedFromTheModel() throws Exception {
        assertThat(failure("PublishVersion", "{'FunctionName': 'a b'}"))
                .isEqualTo("1 validation error detected: Value 'a b' at 'functionName' failed to satisfy constraint:"
                        + " Member must satisfy regular expression pattern: " + FUNCTION_NAME_PATTERN);
    }

    @Test
    void numbersHaveBounds() throws Exception {
        assertThat(failure("UpdateFunctionConfiguration", "{'FunctionName': 'f', 'Timeout': 0, 'MemorySize': 127}"))
                .isEqualTo("2 validation errors detected: "
                        + "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or"
                        + " equal to 1; "
                        + "Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or"
                        + " equal to 128");
    }

    @Test
    void enumerationsAreListed() throws Exception {
        assertThat(failure("UpdateFunctionConfiguration", "{'FunctionName': 'f', 'TracingConfig': {'Mode': 'X'}}"))
                .isEqualTo(
                        "1 validation error detected: Value 'X' at 'tracingConfig.mode' failed to satisfy constraint:"
                                + " Member must satisfy enum value set: [Active, PassThrough]");
    }

    @Test
    void openEnumerationIsLeftToTheHandler() throws Exception {
        String body = "{'FunctionName': 'f', 'Runtime': 'cobol'}";
        assertThat(failure("UpdateFunctionConfiguration", body)).contains("at 'runtime'");
        Validation.check(
                read("UpdateFunctionConfiguration", body), input("UpdateFunctionConfiguration"), Set.of("Runtime"));
    }

    @Test
    void listIsNamedWholeWithAllConstraintsOfItsElements() throws Exception {
        String pattern = ((Shape.Text) LAMBDA.shapes().get("LayerVersionArn")).pattern() + "";
        assertThat(failure("UpdateFunctionConfiguration", "{'FunctionName': 'f', 'Layers': ['a', 'b']}"))
                .isEqualTo(
                        "1 validation error detected: Value '[a, b]' at 'layers' failed to satisfy constraint: Member"
                                + " must satisfy constraint: [Member must have length less than or equal to 140, Member must have"
                                + " length greater than or equal to 1, Member must satisfy regular expression pattern: "
                                + pattern
                                + ", Member must not be null]");
    }

    @Test
    void nullInAListIsAFailure() throws Exception {
        assertThat(failure("UpdateFunctionConfiguration", "{'FunctionName': 'f', 'Layers': [null]}"))
                .startsWith(
                        "1 validation error detected: Value '[null]' at 'layers' failed to satisfy constraint: Member"
                                + " must satisfy constraint: [");
    }

    @Test
    void listHasALength() throws Exception {
        assertThat(failure(
                        "CreateFunction",
                        "{'FunctionName': 'f', 'Role': 'arn:aws:iam::123456789012:role/r', 'Code': {},"
                                + " 'Architectures': ['x86_64', 'arm64']}"))
                .isEqualTo("1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy"
                        + " constraint: Member must have length less than or equal to 1");
    }

    @Test
    void mapKeysAndValuesAreCheckedApart() throws Exception {
        assertThat(failure(
                        "UpdateAlias",
                        "{'FunctionName': 'f', 'Name': 'a', 'RoutingConfig': {'AdditionalVersionWeights': {'x': 2}}}"))
                .isEqualTo("2 validation errors detected: "
                        + "Value '{x=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map"
                        + " keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must"
                        + " have length greater than or equal to 1, Member must satisfy regular expression pattern:"
                        + " [0-9]+, Member must not be null]; "
                        + "Value '{x=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map"
                        + " value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must"
                        + " have value greater than or equal to 0.0, Member must not be null]");
    }

    @Test
    void sensitiveValuesAreNotShown() throws Exception {
        assertThat(failure(
                        "UpdateFunctionConfiguration",
                        "{'FunctionName': 'f', 'Environment': {'Variables': {'1': 'S3CRET'}}}"))
                .startsWith(
                        "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint:"
                                + " Map keys must satisfy constraint: [")
                .doesNotContain("S3CRET");
    }

    @Test
    void structuresInListsAreNumbered() throws Exception {
        ServiceModel elbv2 = ModelReader.read("elbv2");
        Shape.Structure shape = Objects.requireNonNull(
                Objects.requireNonNull(elbv2.operations().get("AddTags")).input());
        JsonNode body = tree("{'ResourceArns': ['a'], 'Tags': [{'Key': 'k'}, {'Value': 'v'}]}");
        assertThat(messageOf(() -> Validation.check(body.deepCopy(), shape, Set.of())))
                .isEqualTo(
                        "1 validation error detected: Value null at 'tags.2.member.key' failed to satisfy constraint:"
                                + " Member must not be null");
    }

    @Test
    void lengthCountsCharactersNotUnits() throws Exception {
        Validation.check(
                read("PublishVersion", "{'FunctionName': 'f', 'Description': '" + "\uD83D\uDE00".repeat(256) + "'}"),
                input("PublishVersion"),
                Set.of());
        assertThat(failure("PublishVersion", "{'FunctionName': 'f', 'Description': '" + "é".repeat(257) + "'}"))
                .endsWith("Member must have length less than or equal to 256");
    }

    @Test
    void hugeValuesDoNotOverflowThePatterns() throws Exception {
        assertThat(failure("PublishVersion", "{'FunctionName': '" + "a.b-".repeat(500_000) + "'}"))
                .startsWith("2 validation errors detected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'FunctionName': 5} | NUMBER_VALUE can not be converted to a String",
                "{'FunctionName': {}} | Start of structure or map found where not expected.",
                "{'FunctionName': []} | Start of list found where not expected",
                "{'Timeout': 'x'} | STRING_VALUE can not be converted to an Integer",
                "{'Timeout': 1.5} | NUMBER_VALUE can not be converted to an Integer",
                "{'Timeout': 99999999999} | NUMBER_VALUE can not be converted to an Integer",
                "{'Publish': 'true'} | STRING_VALUE can not be converted to a Boolean",
                "{'Layers': 'x'} | Expected list or null",
                "{'Layers': {}} | Start of structure or map found where not expected.",
                "{'Environment': 5} | Expected structure or null",
                "{'Environment': []} | Start of list found where not expected",
                "{'Tags': true} | Expected map or null",
                "{'Tags': {'a': 1}} | NUMBER_VALUE can not be converted to a String",
                "{'Code': {'ZipFile': '***'}} | Unable to decode base64 value",
                "[] | Expected structure or null",
                "5 | Expected structure or null",
            })
    void wrongTypesAreSerializationFaults(String body, String message) {
        AwsException e = catchThrowableOfType(AwsException.class, () -> read("CreateFunction", body));
        assertThat(e.error().code()).isEqualTo("SerializationException");
        assertThat(e.error().message()).isEqualTo(message);
    }

    private static String failure(String operation, String body) throws Exception {
        return messageOf(() -> Validation.check(read(operation, body), input(operation), Set.of()));
    }

    private static String messageOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        AwsException e = catchThrowableOfType(AwsException.class, call);
        assertThat(e.error().code()).isEqualTo("ValidationException");
        assertThat(e.error().status()).isEqualTo(400);
        return e.error().message();
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode read(String operation, String body) {
        return JsonShapeReader.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), input(operation));
    }

    private static JsonNode tree(String body) throws Exception {
        return Json.MAPPER.readTree(body.replace('\'', '"'));
    }

    private static Shape.Structure input(String operation) {
        return Objects.requireNonNull(
                Objects.requireNonNull(LAMBDA.operations().get(operation)).input());
    }
}
