package dev.podium.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.aws.TemporaryCredentials;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the IAM and STS APIs against their service models.
@NullMarked
public final class IamModelTest {
    /// The operations of both over a store, by the names of their models.
    public static Map<String, ServiceApi> services(Store store) {
        Clock clock = Clock.systemUTC();
        return Map.of(
                "iam",
                new IamApi(store, clock).service(),
                "sts",
                new StsApi(store, clock, new TemporaryCredentials(new byte[32], clock)).service());
    }

    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() {
        try (Store store = MvStore.inMemory()) {
            Map<String, ServiceApi> services = services(store);
            services.values().forEach(ModelRecords::verify);
            // Those of the operations on tags are read without a record; there are no users.
            assertThat(ModelRecords.ignored(services.get("iam")))
                    .allMatch(member -> member.matches("(Tag|Untag|List).*(Role|Policy|InstanceProfile)(Tags)?\\..*"
                            + "|ListInstanceProfilesForRole.*"))
                    .noneMatch(member -> member.startsWith("ListRoles"));
            assertThat(ModelRecords.ignored(services.get("sts"))).isEmpty();
        }
    }
}
