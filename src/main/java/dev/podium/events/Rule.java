package dev.podium.events;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.schedules.ScheduleExpression;
import dev.podium.schedules.Timing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A rule of the default event bus on disk.
///
/// @param id     of this rule alone: one that is made again under the name has another
/// @param since  when its schedule was made or enabled: a rate counts from there
record Rule(
        String account,
        String region,
        String name,
        String id,
        Settings settings,
        Map<String, String> tags,
        List<RuleTarget> targets,
        Instant since) {
    private static final String DISABLED = "DISABLED";

    /// What PutRule sets.
    record Settings(
            @Nullable String eventPattern,
            @Nullable String scheduleExpression,
            String state,
            @Nullable String description,
            @Nullable String roleArn) {
        Settings in(String otherState) {
            return new Settings(eventPattern, scheduleExpression, otherState, description, roleArn);
        }
    }

    Rule {
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        targets = List.copyOf(targets);
    }

    static String prefix(Scope scope) {
        return scope.account() + "/" + scope.region() + "/";
    }

    static String arn(Scope scope, String name) {
        return Arn.of("events", scope, "rule/" + name).toString();
    }

    Scope scope() {
        return new Scope(account, region);
    }

    String key() {
        return prefix(scope()) + name;
    }

    String arn() {
        return arn(scope(), name);
    }

    boolean enabled() {
        return !settings.state.equals(DISABLED);
    }

    Rule with(Settings changed, Instant now) {
        boolean goesOn = changed.scheduleExpression != null
                && changed.scheduleExpression.equals(settings.scheduleExpression)
                && enabled();
        return new Rule(account, region, name, id, changed, tags, targets, goesOn ? since : now);
    }

    Rule withTags(Map<String, String> changed) {
        return new Rule(account, region, name, id, settings, changed, targets, since);
    }

    Rule withTargets(List<RuleTarget> changed) {
        return new Rule(account, region, name, id, settings, tags, changed, since);
    }

    @Nullable
    Timing timing() {
        if (settings.scheduleExpression == null || !enabled()) {
            return null;
        }
        ScheduleExpression expression = ScheduleExpression.parse(settings.scheduleExpression);
        return new Timing(expression, ZoneOffset.UTC, null, null, since);
    }
}
