package dev.podium.elb.proxy;

import java.util.List;

/// One rule of a listener. The rule of the lowest priority whose conditions all hold decides.
///
/// @param priority   1 to 50000, or [#DEFAULT]
/// @param conditions empty for the default rule
public record Rule(String arn, int priority, List<Condition> conditions, Action action) {
    /// The priority of the rule that applies when no other one does.
    public static final int DEFAULT = Integer.MAX_VALUE;

    /// Copies the list.
    public Rule {
        conditions = List.copyOf(conditions);
    }
}
