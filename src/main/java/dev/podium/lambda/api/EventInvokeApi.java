package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.EventInvokeConfig;
import dev.podium.lambda.EventInvokeConfigs;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.RecursionConfigs;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How asynchronous events are retried and who hears of them, and what happens to functions that call themselves.
///
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html">PutFunctionEventInvokeConfig</a>
public record EventInvokeApi(
        Functions functions, EventInvokeConfigs configs, RecursionConfigs recursion, TargetRules targets)
        implements LambdaOperations {
    private static final int PAGE = 50;
    private static final String DESTINATIONS =
            "Functions, standard SQS queues, and with `PODIUM_UPSTREAM_URL` SNS topics and EventBridge buses; S3 buckets"
                    + " are refused.";

    record ConfigRequest(
            String functionName,
            @Nullable String qualifier,
            @Nullable Integer maximumRetryAttempts,
            @Nullable Integer maximumEventAgeInSeconds,
            @Nullable DestinationConfig destinationConfig) {}

    record DestinationConfig(
            @Nullable Destination onSuccess, @Nullable Destination onFailure) {}

    record Destination(@Nullable String destination) {}

    record QualifiedRequest(String functionName, @Nullable String qualifier) {}

    record ListRequest(
            String functionName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record ConfigResponse(
            Instant lastModified,
            String functionArn,
            @Nullable Integer maximumRetryAttempts,
            @Nullable Integer maximumEventAgeInSeconds,
            DestinationConfig destinationConfig) {}

    record ListResponse(
            List<ConfigResponse> functionEventInvokeConfigs,
            @Nullable String nextMarker) {}

    record RecursionRequest(String functionName, String recursiveLoop) {}

    record FunctionOnlyRequest(String functionName) {}

    record RecursionResponse(String recursiveLoop) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("PutFunctionEventInvokeConfig", ConfigRequest.class, ConfigResponse.class, this::put)
                .operation("UpdateFunctionEventInvokeConfig", ConfigRequest.class, ConfigResponse.class, this::update)
                .operation("GetFunctionEventInvokeConfig", QualifiedRequest.class, ConfigResponse.class, this::get)
                .operation("ListFunctionEventInvokeConfigs", ListRequest.class, ListResponse.class, this::list)
                .operation("DeleteFunctionEventInvokeConfig", QualifiedRequest.class, this::delete)
                .operation(
                        "PutFunctionRecursionConfig",
                        RecursionRequest.class,
                        RecursionResponse.class,
                        this::putRecursion)
                .operation(
                        "GetFunctionRecursionConfig",
                        FunctionOnlyRequest.class,
                        RecursionResponse.class,
                        this::getRecursion)
                .partial("PutFunctionEventInvokeConfig", DESTINATIONS)
                .partial("UpdateFunctionEventInvokeConfig", DESTINATIONS)
                .partial(
                        "PutFunctionRecursionConfig",
                        "Loops are found through Invoke and destinations, by the X-Ray header; not through S3, SNS or the"
                                + " messages of queues.");
    }

    private ConfigResponse put(Call call, ConfigRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        requireSomething(request);
        requireFunction(name);
        EventInvokeConfig config = merged(EventInvokeConfig.defaults(name), name, request);
        configs.put(name, config);
        return shown(config);
    }

    private ConfigResponse update(Call call, ConfigRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        requireSomething(request);
        return shown(configs.update(name, before -> merged(before, name, request)));
    }

    private static void requireSomething(ConfigRequest request) {
        if (request.maximumRetryAttempts() == null
                && request.maximumEventAgeInSeconds() == null
                && request.destinationConfig() == null) {
            throw invalid("You must specify at least one of error handling or destination setting.");
        }
    }

    private void requireFunction(FunctionName name) {
        if (functions.find(name).isEmpty()) {
            throw new AwsException(new ResourceNotFound("The function doesn't exist."));
        }
    }

    private EventInvokeConfig merged(EventInvokeConfig before, FunctionName name, ConfigRequest request) {
        Integer retries = request.maximumRetryAttempts();
        Integer age = request.maximumEventAgeInSeconds();
        DestinationConfig given = request.destinationConfig();
        Destination success = given == null ? null : given.onSuccess();
        Destination failure = given == null ? null : given.onFailure();
        return new EventInvokeConfig(
                before.scope(),
                before.function(),
                before.qualifier(),
                functions.clock().millis(),
                retries == null ? before.maximumRetryAttempts() : retries,
                age == null ? before.maximumEventAgeInSeconds() : age,
                success == null ? before.onSuccess() : targets.destination(success.destination(), name),
                failure == null ? before.onFailure() : targets.destination(failure.destination(), name));
    }

    private ConfigResponse get(Call call, QualifiedRequest request) {
        return shown(configs.get(FunctionName.parse(call.scope(), request.functionName(), request.qualifier())));
    }

    private ListResponse list(Call call, ListRequest request) {
        FunctionName given = FunctionName.parse(call.scope(), request.functionName(), null);
        FunctionName name = new FunctionName(given.scope(), given.name(), null);
        requireFunction(name);
        Integer limit = request.maxItems();
        EventInvokeConfigs.Page page = configs.page(name, request.marker(), limit == null ? PAGE : limit);
        return new ListResponse(
                page.configs().stream().map(EventInvokeApi::shown).toList(), page.nextMarker());
    }

    private @Nullable Void delete(Call call, QualifiedRequest request) {
        configs.delete(FunctionName.parse(call.scope(), request.functionName(), request.qualifier()));
        return null;
    }

    private static ConfigResponse shown(EventInvokeConfig config) {
        return new ConfigResponse(
                config.modified(),
                config.arn(),
                config.maximumRetryAttempts(),
                config.maximumEventAgeInSeconds(),
                new DestinationConfig(new Destination(config.onSuccess()), new Destination(config.onFailure())));
    }

    private RecursionResponse putRecursion(Call call, RecursionRequest request) {
        FunctionName name = whole(call, request.functionName());
        recursion.put(name, request.recursiveLoop());
        return new RecursionResponse(request.recursiveLoop());
    }

    private RecursionResponse getRecursion(Call call, FunctionOnlyRequest request) {
        return new RecursionResponse(recursion.of(whole(call, request.functionName())));
    }

    private FunctionName whole(Call call, String given) {
        FunctionName name = FunctionName.parse(call.scope(), given, null);
        functions.get(name);
        return name;
    }
}
