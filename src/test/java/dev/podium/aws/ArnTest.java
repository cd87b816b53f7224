package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class ArnTest {
    @Test
    void resourceKeepsItsColonsAndSlashes() {
        String text = "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:$LATEST/x";
        assertThat(Arn.parse(text)).hasValueSatisfying(arn -> {
            assertThat(arn.partition()).isEqualTo("aws-cn");
            assertThat(arn.service()).isEqualTo("lambda");
            assertThat(arn.scope()).isEqualTo(new Scope("123456789012", "cn-north-1"));
            assertThat(arn.resource()).isEqualTo("function:f:$LATEST/x");
            assertThat(arn).hasToString(text);
        });
    }

    @Test
    void globalArnsHaveNoRegion() {
        assertThat(Arn.parse("arn:aws:iam::123456789012:role/r")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f",
                "arn",
                "arn:aws:lambda:r:a",
                "arn:aws:lambda:r:a:",
                "arn::lambda:r:a:x",
                "urn:aws:lambda:r:a:x"
            })
    void otherTextIsNone(String text) {
        assertThat(Arn.parse(text)).isEmpty();
    }
}
