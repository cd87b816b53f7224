package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Arn;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.invoke.Targets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which ARNs may be destinations and dead-letter queues. One that nobody could ever reach is refused.
public final class TargetRules {
    private static final Set<String> DESTINATIONS = Set.of("lambda", "sqs", "sns", "events");
    private static final Set<String> DEAD_LETTER = Set.of("sqs", "sns");

    private final Targets targets;

    /// @param targets what can be reached
    public TargetRules(Targets targets) {
        this.targets = targets;
    }

    /// Checks a destination of a function.
    ///
    /// @param given as the caller gave it; empty or null for none
    /// @return the ARN, or null for none
    @Nullable
    String destination(@Nullable String given, FunctionName owner) {
        if (given == null || given.isEmpty()) {
            return null;
        }
        Arn arn = Arn.parse(given).orElse(null);
        if (arn == null || !DESTINATIONS.contains(arn.service()) || !whole(arn)) {
            throw invalid("The destination ARN " + given + " is invalid.");
        }
        if (arn.service().equals("lambda")) {
            FunctionName function = FunctionName.parse(arn.scope(), given, null);
            if (function.scope().equals(owner.scope()) && function.name().equals(owner.name())) {
                throw invalid("You can't specify the function as a destination for itself.");
            }
        } else {
            reached(arn);
        }
        return given;
    }

    /// Checks the target of a DeadLetterConfig.
    ///
    /// @param given as the caller gave it; empty for none
    /// @return the ARN, or null for none
    @Nullable
    String deadLetter(String given) {
        if (given.isEmpty()) {
            return null;
        }
        Arn arn = Arn.parse(given).orElse(null);
        if (arn == null || !DEAD_LETTER.contains(arn.service()) || !whole(arn)) {
            throw invalid("The dead-letter target " + given
                    + " is invalid: it must be the ARN of a standard SQS queue or a standard SNS topic.");
        }
        reached(arn);
        return given;
    }

    /// Checks the destination for discarded batches of an event source mapping.
    void discarded(String given) {
        Arn arn = Arn.parse(given).orElse(null);
        if (arn == null || !DEAD_LETTER.contains(arn.service()) || !whole(arn)) {
            throw invalid("The destination ARN " + given
                    + " is invalid: Podium sends discarded batches to standard SQS queues and standard SNS topics.");
        }
        reached(arn);
    }

    private static boolean whole(Arn arn) {
        boolean named = arn.region().length() > 0 && arn.account().length() == 12;
        return named
                && switch (arn.service()) {
                    case "lambda" -> arn.resource().matches("function:[a-zA-Z0-9-_]+(:[$a-zA-Z0-9-_]+)?");
                    case "events" -> arn.resource().matches("event-bus/[a-zA-Z0-9._-]+");
                    // First-in-first-out queues and topics want a group, which records don't have.
                    default -> arn.resource().matches("[a-zA-Z0-9-_]+");
                };
    }

    private void reached(Arn arn) {
        if (!targets.reaches(arn)) {
            throw invalid("Podium has no service " + arn.service() + " that could take messages for " + arn
                    + ": set PODIUM_UPSTREAM_URL to an endpoint that has it.");
        }
    }
}
