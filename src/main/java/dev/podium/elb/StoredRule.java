package dev.podium.elb;

import java.util.List;
import java.util.Map;

/// A rule on disk.
///
/// @param priority   from 1 to 50,000; 0 of a listener's default rule
/// @param conditions none of a default rule
record StoredRule(
        String arn, int priority, List<Condition> conditions, List<Action> actions, Map<String, String> tags) {
    static final int DEFAULT = 0;

    boolean isDefault() {
        return priority == DEFAULT;
    }

    StoredRule withPriority(int changed) {
        return new StoredRule(arn, changed, conditions, actions, tags);
    }

    StoredRule withTags(Map<String, String> changed) {
        return new StoredRule(arn, priority, conditions, actions, changed);
    }

    StoredRule withActions(List<Action> changed) {
        return new StoredRule(arn, priority, conditions, changed, tags);
    }

    StoredRule withConditions(List<Condition> changed) {
        return new StoredRule(arn, priority, changed, actions, tags);
    }
}
