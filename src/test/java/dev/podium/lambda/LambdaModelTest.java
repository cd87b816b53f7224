package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.ModelRecords;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the Lambda API against its service model.
@NullMarked
@SuppressWarnings("NullAway") // nothing is invoked
final class LambdaModelTest {
    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() throws IOException {
        try (Store store = MvStore.inMemory()) {
            CodeBlobs codes = new CodeBlobs(store.blobs());
            Functions functions = new Functions(store, Clock.systemUTC());
            LambdaLimits limits = LambdaLimits.defaults();
            var service = new LambdaApi(
                            functions,
                            new Runtimes(Map.of(), null, ""),
                            codes,
                            new dev.podium.lambda.api.CodeDownloads(codes, new byte[32], Clock.systemUTC()),
                            new dev.podium.lambda.api.InvokeApi(functions, null, null, limits),
                            limits)
                    .service();
            ModelRecords.verify(service);
            assertThat(ModelRecords.ignored(service)).isEmpty();
        }
    }
}
