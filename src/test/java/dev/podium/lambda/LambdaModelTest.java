package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.ModelRecords;
import dev.podium.aws.ServiceApi;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the Lambda API against its service model.
@NullMarked
final class LambdaModelTest {
    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() throws IOException {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = UnwiredLambda.service(store);
            ModelRecords.verify(service);
            assertThat(ModelRecords.ignored(service)).isEmpty();
        }
    }
}
