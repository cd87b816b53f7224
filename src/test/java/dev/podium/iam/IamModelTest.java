package dev.podium.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.aws.TemporaryCredentials;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the IAM and STS APIs against their service models.
@NullMarked
public final class IamModelTest {
    /// The operations of IAM over a store.
    public static ServiceApi iam(Store store) {
        return new IamApi(store, Clock.systemUTC()).service();
    }

    /// The operations of STS over a store.
    public static ServiceApi sts(Store store) {
        Clock clock = Clock.systemUTC();
        return new StsApi(store, clock, new TemporaryCredentials(new byte[32], clock)).service();
    }

    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() {
        try (Store store = MvStore.inMemory()) {
            ModelRecords.verify(iam(store));
            ModelRecords.verify(sts(store));
            // Those of the operations on tags are read without a record; there are no users.
            assertThat(ModelRecords.ignored(iam(store)))
                    .allMatch(member -> member.matches("(Tag|Untag|List)(Role|Policy|InstanceProfile)(Tags)?\\..*"));
            assertThat(ModelRecords.ignored(sts(store))).isEmpty();
        }
    }
}
