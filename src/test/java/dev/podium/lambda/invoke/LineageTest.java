package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.FunctionStatus;
import dev.podium.lambda.LambdaFunction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The chain in the X-Ray header.
@NullMarked
final class LineageTest {
    private static final String ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    @Test
    void firstPassBeginsAtZeroAndTheNextOneCounts() {
        var first = Lineage.pass(ROOT, function("a"));
        assertThat(first.header()).matches(ROOT + ";Lineage=[0-9a-f]{8}:0");
        assertThat(first.passes()).isEqualTo(1);
        var second = Lineage.pass(first.header(), function("a"));
        assertThat(second.header()).isEqualTo(first.header().replace(":0", ":1"));
    }

    @Test
    void otherFunctionsStayInItAlsoAsBotocoreSendsThem() {
        String header = Lineage.pass(Lineage.pass(ROOT, function("a")).header(), function("b"))
                .header();
        assertThat(header).contains("|");
        var again = Lineage.pass(header.replace("|", "%7C"), function("a"));
        assertThat(again.passes()).isEqualTo(2);
        assertThat(again.header().split("\\|")).hasSize(2);
    }

    @Test
    void sixteenPassesAreNoLoopAndSeventeenAre() {
        String header = ROOT;
        for (int i = 0; i < 16; i++) {
            var passed = Lineage.pass(header, function("a"));
            assertThat(passed.loops()).isFalse();
            header = passed.header();
        }
        assertThat(Lineage.pass(header, function("a")).loops()).isTrue();
    }

    @Test
    void longestChainOfSeveralCounts() {
        String once = Lineage.pass(ROOT, function("a")).header();
        String twice = Lineage.pass(once, function("a")).header();
        assertThat(Lineage.longest(List.of(ROOT, twice.replace("|", "%7C"), once)))
                .contains(twice);
        assertThat(Lineage.longest(List.of())).isEmpty();
    }

    @Test
    void garbageIsNoReasonToFail() {
        assertThat(Lineage.pass("", function("a")).passes()).isEqualTo(1);
        assertThat(Lineage.pass("Lineage=|||;Lineage=x:y;;", function("a")).passes())
                .isEqualTo(1);
        String header = ROOT;
        for (int i = 0; i < 100; i++) {
            header = Lineage.pass(header, function("f" + i)).header();
        }
        assertThat(header).hasSizeLessThan(600);
    }

    /// A Python function with AWS's defaults.
    static LambdaFunction function(String name) {
        return new LambdaFunction(
                new Scope("000000000000", "us-east-1"),
                name,
                "$LATEST",
                new FunctionSettings(
                        "Zip",
                        "python3.12",
                        "r",
                        "h",
                        "",
                        3,
                        128,
                        512,
                        null,
                        "x86_64",
                        "PassThrough",
                        FunctionSettings.Logging.text(),
                        null,
                        List.of(),
                        null,
                        "None"),
                new FunctionCode("00", 1, 1, 1, null),
                FunctionStatus.active(),
                "r",
                "t",
                Map.of(),
                0);
    }
}
