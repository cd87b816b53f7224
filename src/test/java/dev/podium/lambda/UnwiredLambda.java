package dev.podium.lambda;

import dev.podium.aws.ServiceApi;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.api.CodeSigningApi;
import dev.podium.lambda.api.CodeUploads;
import dev.podium.lambda.api.ConcurrencyApi;
import dev.podium.lambda.api.EventInvokeApi;
import dev.podium.lambda.api.EventSourceMappingsApi;
import dev.podium.lambda.api.InvokeApi;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.lambda.api.LayersApi;
import dev.podium.lambda.api.PermissionsApi;
import dev.podium.lambda.api.ProvisionedApi;
import dev.podium.lambda.api.RefusedOperations;
import dev.podium.lambda.api.RuntimeManagementApi;
import dev.podium.lambda.api.StreamApi;
import dev.podium.lambda.api.TagsApi;
import dev.podium.lambda.api.TargetRules;
import dev.podium.lambda.api.UrlApi;
import dev.podium.lambda.sources.EventSourceMappings;
import dev.podium.lambda.urls.FunctionUrls;
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
        Policies policies = new Policies(store);
        CodeSigningConfigs signing = new CodeSigningConfigs(store);
        Layers layers = new Layers(store, codes, policies);
        CodeUploads uploads = new CodeUploads(codes, limits, null);
        CodeDownloads downloads = new CodeDownloads(codes, new byte[32], Clock.systemUTC());
        Runtimes runtimes = new Runtimes(Map.of(), null, "");
        return new LambdaApi(
                        functions,
                        runtimes,
                        uploads,
                        downloads,
                        new InvokeApi(functions, null, null, limits),
                        concurrency,
                        new TargetRules(null),
                        layers,
                        signing,
                        List.of(
                                new ConcurrencyApi(functions, concurrency, provisioned, limits, layers::bytes),
                                new ProvisionedApi(functions, provisioned, null, concurrency),
                                new StreamApi(functions, null, limits),
                                new EventInvokeApi(
                                        functions,
                                        new EventInvokeConfigs(store, functions),
                                        new RecursionConfigs(store, functions),
                                        new TargetRules(null)),
                                new LayersApi(layers, policies, uploads, downloads, runtimes, Clock.systemUTC()),
                                new PermissionsApi(functions, policies),
                                new CodeSigningApi(functions, signing),
                                new RuntimeManagementApi(functions, new RuntimeManagement(store)),
                                new TagsApi(functions, signing, List.of()),
                                new EventSourceMappingsApi(
                                        functions,
                                        new EventSourceMappings(
                                                store,
                                                new EventSourceMappings.Parts(functions, null, concurrency, null),
                                                Map.of()),
                                        new TargetRules(null)),
                                new UrlApi(functions, new FunctionUrls(store)),
                                new RefusedOperations()))
                .service();
    }
}
