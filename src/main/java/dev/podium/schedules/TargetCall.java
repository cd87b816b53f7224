package dev.podium.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;

/// What is sent to a target.
///
/// @param id         of this call, the same at each attempt
/// @param source     ARN of the schedule or rule
/// @param account    of the schedule or rule
/// @param region     of the schedule or rule
/// @param arn        of the target
/// @param body       what it gets: JSON, or any text for those that take it
/// @param parameters of the kind of target, by AWS's names: `EcsParameters`, `SqsParameters`,
/// `KinesisParameters` (with its `PartitionKey`), `EventBridgeParameters`
public record TargetCall(
        String id, String source, String account, String region, String arn, String body, ObjectNode parameters) {
    /// Account and region of who calls.
    public Scope scope() {
        return new Scope(account, region);
    }

    TargetCall withBody(String other) {
        return new TargetCall(id, source, account, region, arn, other, parameters);
    }
}
