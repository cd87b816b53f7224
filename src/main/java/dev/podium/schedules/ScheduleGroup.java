package dev.podium.schedules;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A group of schedules on disk.
///
/// @param state `ACTIVE` or `DELETING`
/// @param token the client token of the call that made it
record ScheduleGroup(
        String account,
        String region,
        String name,
        String state,
        Map<String, String> tags,
        Instant created,
        Instant modified,
        String token) {
    static final String DEFAULT = "default";

    ScheduleGroup {
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    static ScheduleGroup made(Scope scope, String name, Map<String, String> tags, Instant now, String token) {
        return new ScheduleGroup(scope.account(), scope.region(), name, "ACTIVE", tags, now, now, token);
    }

    Scope scope() {
        return new Scope(account, region);
    }

    String key() {
        return Schedule.Name.prefix(scope()) + name;
    }

    String arn() {
        return Arn.of("scheduler", scope(), "schedule-group/" + name).toString();
    }

    boolean deleting() {
        return state.equals("DELETING");
    }

    ScheduleGroup deleted(Instant now) {
        return new ScheduleGroup(account, region, name, "DELETING", tags, created, now, token);
    }

    ScheduleGroup withTags(Map<String, String> changed) {
        return new ScheduleGroup(account, region, name, state, changed, created, modified, token);
    }
}
