package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.podium.TestServer;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/// Settings that contradict each other, or do not fit their target.
@NullMarked
final class RefusedSchedulesTest extends ScheduledServer {
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";
    private static final String CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/c";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";

    private static Target.Builder target(String arn) {
        return Target.builder().arn(arn).roleArn(TestServer.ROLE);
    }

    private static Arguments row(String why, Change change) {
        return arguments(why, change);
    }

    private static Arguments row(String why, Target.Builder target) {
        return row(why, (Change) b -> b.target(target.build()));
    }

    Stream<Arguments> wrong() {
        return Stream.of(
                row(
                        "The EndDate you specify cannot be in the past.",
                        b -> b.endDate(clock.instant().minusSeconds(1))),
                row(
                        "The StartDate you specify must come before the EndDate.",
                        b -> b.startDate(clock.instant().plus(Duration.ofHours(2)))
                                .endDate(clock.instant().plus(Duration.ofHours(1)))),
                row(
                        "MaximumWindowInMinutes must be specified when the FlexibleTimeWindow Mode is FLEXIBLE.",
                        b -> b.flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.FLEXIBLE))),
                row(
                        "MaximumWindowInMinutes cannot be specified when the FlexibleTimeWindow Mode is OFF.",
                        b -> b.flexibleTimeWindow(
                                w -> w.mode(FlexibleTimeWindowMode.OFF).maximumWindowInMinutes(5))),
                row(
                        "SageMakerPipelineParameters is not supported by Podium: leave it out.",
                        target(QUEUE).sageMakerPipelineParameters(p -> {})),
                row(
                        "KinesisParameters cannot be specified for the target " + QUEUE,
                        target(QUEUE).kinesisParameters(p -> p.partitionKey("k"))),
                row("EcsParameters must be specified for the target " + CLUSTER, target(CLUSTER)),
                row(
                        "The Input must be valid JSON for this target.",
                        target(FUNCTION).input("{")),
                row(
                        "The Input must not be larger than 262144 bytes.",
                        target(QUEUE).input("\u00e4".repeat(131_073))));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatContradictsItselfIsRefused(String why, Change change) {
        assertThatThrownBy(() -> schedule("rate(1 hour)", QUEUE, change))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(why);
    }
}
