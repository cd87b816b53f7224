package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class FunctionNameTest {
    private static final Scope CALLER = new Scope("000000000000", "us-east-1");

    @Test
    void nameAndPartialAndFullArnMeanTheSame() {
        for (String given : List.of(
                "f", "function:f", "000000000000:function:f", "arn:aws:lambda:us-east-1:000000000000:function:f")) {
            assertThat(FunctionName.parse(CALLER, given, null)).isEqualTo(new FunctionName(CALLER, "f", null));
            assertThat(FunctionName.parse(CALLER, given + ":$LATEST", null).qualifier())
                    .isEqualTo("$LATEST");
        }
    }

    @Test
    void differentQualifiersAreRefused() {
        assertThat(FunctionName.parse(CALLER, "f:1", "1").qualifier()).isEqualTo("1");
        assertThatThrownBy(() -> FunctionName.parse(CALLER, "f:1", "2"))
                .isInstanceOf(AwsException.class)
                .hasMessageContaining("The derived qualifier from the function name does not match");
    }

    @Test
    void otherRegionsAreNotReachable() {
        assertThatThrownBy(() -> FunctionName.parse(CALLER, "arn:aws:lambda:eu-west-1:000000000000:function:f", null))
                .hasMessageContaining("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
    }

    @Test
    void runtimesMapToAwsImagesUnlessOverridden() {
        Runtimes runtimes = new Runtimes(Map.of("python3.12", "mine:1", "perl5", "perl:5"), null, "mirror.example/");
        assertThat(runtimes.image("python3.12")).contains("mine:1");
        assertThat(runtimes.image("perl5")).contains("perl:5");
        assertThat(runtimes.image("nodejs22.x")).contains("mirror.example/public.ecr.aws/lambda/nodejs:22");
        assertThat(runtimes.image("provided.al2023")).contains("mirror.example/public.ecr.aws/lambda/provided:al2023");
        assertThat(runtimes.image("dotnet9")).contains("mirror.example/public.ecr.aws/lambda/dotnet:9");
        assertThat(runtimes.image("cobol")).isEmpty();
        assertThat(runtimes.deprecated("python3.7")).isTrue();
    }
}
