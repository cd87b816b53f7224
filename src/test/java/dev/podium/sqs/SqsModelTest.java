package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Coverage;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the SQS API against its service model.
@NullMarked
public final class SqsModelTest {
    /// The API's operations over a store.
    public static ServiceApi service(Store store) {
        Queues queues = new Queues(store, Clock.systemUTC());
        return new SqsApi(queues, new MoveTasks(store, queues)).service();
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
