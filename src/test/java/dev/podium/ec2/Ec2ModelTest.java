package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Coverage;
import dev.podium.aws.DispatcherSettings;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.RoleCredentials;
import dev.podium.aws.ServiceApi;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the EC2 API against its service model.
@NullMarked
public final class Ec2ModelTest {
    /// The API's operations over a store, without a cluster.
    @SuppressWarnings("NullAway") // nothing is launched
    public static ServiceApi service(Store store) {
        Ec2Settings settings = new Ec2Settings(
                Map.of(),
                "",
                Duration.ofMinutes(5),
                "127.0.0.1",
                9001,
                null,
                true,
                false,
                Clock.systemUTC(),
                new RoleCredentials(DispatcherSettings.defaults()));
        return new Ec2Api(store, new Instances(store, null, null, null, null, settings), settings).service();
    }

    @Test
    void everyRecordFitsItsShape() {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = service(store);
            ModelRecords.verify(service);
            assertThat(service.coverage().count(Coverage.State.ABSENT)).isZero();
        }
    }
}
