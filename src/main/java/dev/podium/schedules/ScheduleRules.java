package dev.podium.schedules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.schedules.Schedule.FlexibleTimeWindow;
import dev.podium.schedules.Schedule.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.zone.ZoneRulesProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the model does not say of schedules.
record ScheduleRules(Targets targets) {
    private static final Duration EARLIEST_START = Duration.ofMinutes(5);
    private static final int LARGEST_INPUT = 256 * 1024;
    /// Targets whose input has to be JSON.
    private static final Set<String> JSON = Set.of("lambda", "states", "events", "ecs", "scheduler");

    /// @throws AwsException ValidationException
    void check(Settings settings, Instant now) {
        boolean once = expression(settings.expression()) instanceof ScheduleExpression.At;
        if (!ZoneRulesProvider.getAvailableZoneIds().contains(settings.timezone())) {
            throw invalid("Invalid ScheduleExpressionTimezone " + settings.timezone() + ".");
        }
        if (!once) {
            times(settings, now);
        }
        window(settings.window());
        target(settings.target());
    }

    private static ScheduleExpression expression(String text) {
        try {
            return ScheduleExpression.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid("Invalid Schedule Expression " + text + ".");
        }
    }

    private static void times(Settings settings, Instant now) {
        Instant start = settings.start();
        Instant end = settings.end();
        if (start != null && start.isBefore(now.minus(EARLIEST_START))) {
            throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
        }
        if (end != null && end.isBefore(now)) {
            throw invalid("The EndDate you specify cannot be in the past.");
        }
        if (start != null && end != null && !start.isBefore(end)) {
            throw invalid("The StartDate you specify must come before the EndDate.");
        }
    }

    private static void window(FlexibleTimeWindow window) {
        boolean flexible = window.mode().equals("FLEXIBLE");
        if (flexible && window.maximumWindowInMinutes() == null) {
            throw invalid("MaximumWindowInMinutes must be specified when the FlexibleTimeWindow Mode is FLEXIBLE.");
        }
        if (!flexible && window.maximumWindowInMinutes() != null) {
            throw invalid("MaximumWindowInMinutes cannot be specified when the FlexibleTimeWindow Mode is OFF.");
        }
    }

    private void target(Target target) {
        Arn arn = Arn.parse(target.arn()).orElseThrow(() -> invalid("Provided Arn is not in correct format."));
        targets.unreachable(target.arn()).ifPresent(why -> {
            throw invalid(why);
        });
        if (target.sageMakerPipelineParameters() != null) {
            throw invalid("SageMakerPipelineParameters is not supported by Podium: leave it out.");
        }
        fits(arn.service().equals("ecs"), target.ecsParameters(), "EcsParameters", arn, true);
        fits(arn.service().equals("events"), target.eventBridgeParameters(), "EventBridgeParameters", arn, true);
        fits(arn.service().equals("kinesis"), target.kinesisParameters(), "KinesisParameters", arn, true);
        boolean fifo = arn.service().equals("sqs") && arn.resource().endsWith(".fifo");
        fits(arn.service().equals("sqs"), target.sqsParameters(), "SqsParameters", arn, false);
        if (fifo && (target.sqsParameters() == null || !target.sqsParameters().has("MessageGroupId"))) {
            throw invalid("MessageGroupId must be specified for a FIFO queue.");
        }
        if (target.input() != null) {
            input(target.input(), JSON.contains(arn.service()));
        }
    }

    private static void fits(boolean kind, @Nullable JsonNode given, String name, Arn arn, boolean required) {
        if (given != null && !kind) {
            throw invalid(name + " cannot be specified for the target " + arn + ".");
        }
        if (given == null && kind && required) {
            throw invalid(name + " must be specified for the target " + arn + ".");
        }
    }

    private static void input(String input, boolean json) {
        if (input.getBytes(StandardCharsets.UTF_8).length > LARGEST_INPUT) {
            throw invalid("The Input must not be larger than " + LARGEST_INPUT + " bytes.");
        }
        try {
            if (json) {
                Json.MAPPER.readTree(input);
            }
        } catch (JsonProcessingException e) {
            throw invalid("The Input must be valid JSON for this target.");
        }
    }

    private static AwsException invalid(String message) {
        return new SchedulerError.Validation(message).exception();
    }
}
