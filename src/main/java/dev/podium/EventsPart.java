package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.aws.Service;
import dev.podium.events.EventsApi;
import dev.podium.events.OtherBuses;
import dev.podium.events.Rules;
import dev.podium.schedules.Timetable;
import java.io.IOException;

/// EventBridge: rules of the default event bus.
final class EventsPart implements ServicePart {
    private final Rules rules;
    private final OtherBuses others;

    EventsPart(Foundation on, ScheduleTargets targets, Timetable timetable) {
        rules = on.parts().add(new Rules(on.store(), targets, timetable));
        UpstreamCalls upstream = new UpstreamCalls(on.upstream());
        others = new OtherBuses() {
            @Override
            public boolean exist() {
                return upstream.has("events", "PutEvents");
            }

            @Override
            public JsonNode putEvents(Scope scope, ObjectNode request) throws IOException, InterruptedException {
                return upstream.call("events", "PutEvents", scope.region(), request);
            }
        };
    }

    Rules rules() {
        return rules;
    }

    @Override
    public Service service() {
        return Service.lazy("events", () -> new EventsApi(rules, others).service());
    }

    @Override
    public void start() {
        rules.start();
    }

    @Override
    public void clear() {
        rules.clear();
    }
}
