package dev.podium.elb;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// A rule as the API shows it.
///
/// @param priority a number, or `default`
record RuleShape(
        String ruleArn,
        String priority,
        List<Condition> conditions,
        List<Action> actions,
        @JsonProperty("isDefault") boolean isDefault) {
    static RuleShape of(StoredRule stored) {
        return new RuleShape(
                stored.arn(),
                stored.isDefault() ? "default" : String.valueOf(stored.priority()),
                stored.conditions(),
                stored.actions(),
                stored.isDefault());
    }
}
