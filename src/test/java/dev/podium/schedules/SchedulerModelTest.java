package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Arn;
import dev.podium.aws.Coverage;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the Scheduler API against its service model.
@NullMarked
public final class SchedulerModelTest {
    /// Targets that take everything and do nothing.
    public static final Targets NOWHERE = new Targets() {
        @Override
        public Optional<String> unreachable(String arn) {
            return Optional.empty();
        }

        @Override
        public void call(TargetCall call) {}

        @Override
        public void bury(Arn queue, String body, Map<String, String> attributes) {}
    };

    /// The API's operations over a store.
    public static ServiceApi service(Store store) {
        Schedules schedules = new Schedules(store, NOWHERE, new Timetable(Clock.systemUTC()));
        return new SchedulerApi(schedules, new ScheduleGroups(store, schedules)).service();
    }

    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = service(store);
            ModelRecords.verify(service);
            assertThat(ModelRecords.ignored(service)).isEmpty();
            assertThat(service.coverage().count(Coverage.State.ABSENT)).isZero();
        }
    }
}
