package dev.podium.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.schedules.SchedulerModelTest;
import dev.podium.schedules.Timetable;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the EventBridge API against its service model.
@NullMarked
public final class EventsModelTest {
    private static final OtherBuses NONE = new OtherBuses() {
        @Override
        public boolean exist() {
            return false;
        }

        @Override
        public JsonNode putEvents(Scope scope, ObjectNode request) {
            return Json.object();
        }
    };

    /// The API's operations over a store.
    public static ServiceApi service(Store store) {
        Clock clock = Clock.systemUTC();
        Rules rules = new Rules(store, SchedulerModelTest.NOWHERE, new Timetable(clock));
        return new EventsApi(rules, NONE).service();
    }

    @Test
    void everyRecordFitsItsShapeAndWhatIsIgnoredIsKnown() {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = service(store);
            ModelRecords.verify(service);
            // Refused by name.
            assertThat(ModelRecords.ignored(service)).containsExactly("PutEvents.EndpointId");
        }
    }
}
