package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ProvisionedConcurrency;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.api.Responses.Nothing;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Reserved concurrency, and what an account may use and does.
///
/// @param layerBytes size of all layer versions of an account and region
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html">Reserved concurrency</a>
public record ConcurrencyApi(
        Functions functions,
        ReservedConcurrency concurrency,
        ProvisionedConcurrency provisioned,
        LambdaLimits limits,
        ToLongFunction<Scope> layerBytes)
        implements LambdaOperations {
    /// 75 GiB, AWS's own.
    private static final long TOTAL_CODE_SIZE = 75L << 30;

    record PutFunctionConcurrencyRequest(String functionName, int reservedConcurrentExecutions) {}

    record FunctionConcurrencyRequest(String functionName) {}

    /// How many invocations of a function may run at a time; null when it has none reserved.
    record Concurrency(@Nullable Integer reservedConcurrentExecutions) {}

    record GetAccountSettingsRequest() {}

    record AccountLimit(
            long totalCodeSize,
            long codeSizeUnzipped,
            long codeSizeZipped,
            int concurrentExecutions,
            int unreservedConcurrentExecutions) {}

    record AccountUsage(long totalCodeSize, long functionCount) {}

    record GetAccountSettingsResponse(AccountLimit accountLimit, AccountUsage accountUsage) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation(
                        "PutFunctionConcurrency",
                        PutFunctionConcurrencyRequest.class,
                        Concurrency.class,
                        this::putFunctionConcurrency)
                .operation(
                        "GetFunctionConcurrency",
                        FunctionConcurrencyRequest.class,
                        Concurrency.class,
                        this::getFunctionConcurrency)
                .operation(
                        "DeleteFunctionConcurrency", FunctionConcurrencyRequest.class, this::deleteFunctionConcurrency)
                .operation(
                        "GetAccountSettings",
                        GetAccountSettingsRequest.class,
                        GetAccountSettingsResponse.class,
                        this::getAccountSettings);
    }

    private Concurrency putFunctionConcurrency(Call call, PutFunctionConcurrencyRequest request) {
        FunctionName name = function(call, request.functionName());
        int places = request.reservedConcurrentExecutions();
        int total = provisioned.total(name);
        if (places < total) {
            throw invalid("ReservedConcurrentExecutions " + places
                    + " should not be lower than function's total provisioned concurrency [" + total + "].");
        }
        concurrency.reserve(name, places);
        return new Concurrency(places);
    }

    private Concurrency getFunctionConcurrency(Call call, FunctionConcurrencyRequest request) {
        return reserved(concurrency, function(call, request.functionName()));
    }

    private Nothing deleteFunctionConcurrency(Call call, FunctionConcurrencyRequest request) {
        concurrency.release(function(call, request.functionName()));
        return new Nothing();
    }

    private FunctionName function(Call call, String given) {
        FunctionName name = FunctionName.parse(call.scope(), given, null);
        name.requireUnqualified();
        // These operations name the version that they look up.
        functions.get(new FunctionName(name.scope(), name.name(), FunctionName.LATEST));
        return name;
    }

    /// What GetFunction shows as well.
    static Concurrency reserved(ReservedConcurrency concurrency, FunctionName name) {
        OptionalInt places = concurrency.of(name);
        return new Concurrency(places.isPresent() ? places.getAsInt() : null);
    }

    private GetAccountSettingsResponse getAccountSettings(Call call, GetAccountSettingsRequest request) {
        long bytes = layerBytes.applyAsLong(call.scope());
        long count = 0;
        for (LambdaFunction function : functions.all(call.scope())) {
            bytes += function.code().size();
            count += function.isPublished() ? 0 : 1;
        }
        return new GetAccountSettingsResponse(
                new AccountLimit(
                        TOTAL_CODE_SIZE,
                        limits.code().maxUnzippedBytes(),
                        limits.zippedBytes(),
                        concurrency.limit(),
                        concurrency.unreserved(call.scope())),
                new AccountUsage(bytes, count));
    }
}
