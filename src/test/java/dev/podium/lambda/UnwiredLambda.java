package dev.podium.lambda;

import dev.podium.aws.ServiceApi;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.api.ConcurrencyApi;
import dev.podium.lambda.api.EventInvokeApi;
import dev.podium.lambda.api.InvokeApi;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.lambda.api.ProvisionedApi;
import dev.podium.lambda.api.StreamApi;
import dev.podium.lambda.api.TargetRules;
import dev.podium.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// The Lambda API without a cluster: for tests that look at its operations and invoke nothing.
@NullMarked
public final class UnwiredLambda {
    private UnwiredLambda() {}

    /// The API's operations over a store.
    @SuppressWarnings("NullAway") // nothing is invoked
    public static ServiceApi service(Store store) {
        CodeBlobs codes = new CodeBlobs(store.blobs());
        Functions functions = new Functions(store, Clock.systemUTC());
        ReservedConcurrency concurrency = new ReservedConcurrency(store, 1000);
        ProvisionedConcurrency provisioned = new ProvisionedConcurrency(store);
        LambdaLimits limits = LambdaLimits.defaults();
        return new LambdaApi(
                        functions,
                        new Runtimes(Map.of(), null, ""),
                        codes,
                        new CodeDownloads(codes, new byte[32], Clock.systemUTC()),
                        new InvokeApi(functions, null, null, limits),
                        limits,
                        concurrency,
                        new TargetRules(null),
                        List.of(
                                new ConcurrencyApi(functions, concurrency, provisioned, limits, scope -> 0),
                                new ProvisionedApi(functions, provisioned, null, concurrency),
                                new StreamApi(functions, null, limits),
                                new EventInvokeApi(
                                        functions,
                                        new EventInvokeConfigs(store, functions),
                                        new RecursionConfigs(store, functions),
                                        new TargetRules(null))))
                .service();
    }
}
