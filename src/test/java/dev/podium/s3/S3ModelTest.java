package dev.podium.s3;

import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the S3 API against its service model.
@NullMarked
public final class S3ModelTest {
    /// The API's operations over a store.
    public static ServiceApi service(Store store) {
        Buckets buckets = new Buckets(store, Clock.systemUTC());
        Objects objects = new Objects(store, buckets, Clock.systemUTC());
        return new S3Api(buckets, objects, new Uploads(store, objects), new S3Settings(1L << 30)).service();
    }

    @Test
    void everyRecordFitsItsShape() {
        try (Store store = MvStore.inMemory()) {
            ModelRecords.verify(service(store));
        }
    }
}
