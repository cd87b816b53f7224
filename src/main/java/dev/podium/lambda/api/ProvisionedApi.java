package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.Alias;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.ProvisionedConcurrency;
import dev.podium.lambda.ProvisionedConcurrency.Config;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.Revision;
import dev.podium.lambda.api.Responses.Nothing;
import dev.podium.lambda.invoke.Provisioned;
import dev.podium.lambda.invoke.Provisioning;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Provisioned concurrency: environments of a version or alias that are kept initialised.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html">Provisioned concurrency</a>
public record ProvisionedApi(
        Functions functions, ProvisionedConcurrency asked, Provisioning provisioning, ReservedConcurrency concurrency)
        implements LambdaOperations {
    private static final int PAGE = 50;

    record PutProvisionedConcurrencyConfigRequest(
            String functionName, String qualifier, int provisionedConcurrentExecutions) {}

    record ProvisionedConcurrencyConfigRequest(String functionName, String qualifier) {}

    record ListProvisionedConcurrencyConfigsRequest(
            String functionName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record PutProvisionedConcurrencyConfigResponse(
            int requestedProvisionedConcurrentExecutions,
            int allocatedProvisionedConcurrentExecutions,
            String status,
            String lastModified) {}

    record GetProvisionedConcurrencyConfigResponse(
            int requestedProvisionedConcurrentExecutions,
            int availableProvisionedConcurrentExecutions,
            int allocatedProvisionedConcurrentExecutions,
            String status,
            @Nullable String statusReason,
            String lastModified) {}

    record ProvisionedConcurrencyConfigListItem(
            String functionArn,
            int requestedProvisionedConcurrentExecutions,
            int availableProvisionedConcurrentExecutions,
            int allocatedProvisionedConcurrentExecutions,
            String status,
            @Nullable String statusReason,
            String lastModified) {}

    record ListProvisionedConcurrencyConfigsResponse(
            List<ProvisionedConcurrencyConfigListItem> provisionedConcurrencyConfigs,
            @Nullable String nextMarker) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation(
                        "PutProvisionedConcurrencyConfig",
                        PutProvisionedConcurrencyConfigRequest.class,
                        PutProvisionedConcurrencyConfigResponse.class,
                        this::put)
                .operation(
                        "GetProvisionedConcurrencyConfig",
                        ProvisionedConcurrencyConfigRequest.class,
                        GetProvisionedConcurrencyConfigResponse.class,
                        this::get)
                .operation(
                        "ListProvisionedConcurrencyConfigs",
                        ListProvisionedConcurrencyConfigsRequest.class,
                        ListProvisionedConcurrencyConfigsResponse.class,
                        this::list)
                .operation(
                        "DeleteProvisionedConcurrencyConfig", ProvisionedConcurrencyConfigRequest.class, this::delete);
    }

    private PutProvisionedConcurrencyConfigResponse put(Call call, PutProvisionedConcurrencyConfigRequest request) {
        FunctionName name = name(call, request.functionName(), request.qualifier());
        requireOneWay(name);
        int count = request.provisionedConcurrentExecutions();
        requireRoom(name, count);
        Config config =
                Config.of(name, count, Revision.seconds(functions.clock().instant()));
        provisioning.put(config);
        return new PutProvisionedConcurrencyConfigResponse(count, 0, "IN_PROGRESS", config.lastModified());
    }

    private GetProvisionedConcurrencyConfigResponse get(Call call, ProvisionedConcurrencyConfigRequest request) {
        FunctionName name = name(call, request.functionName(), request.qualifier());
        Config config = asked.find(name)
                .orElseThrow(() -> new AwsException(new LambdaError.ProvisionedConcurrencyConfigNotFound()));
        Provisioned now = provisioning.state(config);
        return new GetProvisionedConcurrencyConfigResponse(
                now.requested(), now.available(), now.allocated(), status(now), reason(now), config.lastModified());
    }

    private ListProvisionedConcurrencyConfigsResponse list(
            Call call, ListProvisionedConcurrencyConfigsRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        name.requireUnqualified();
        functions.get(name);
        Integer given = request.maxItems();
        int limit = given == null ? PAGE : Math.min(given, PAGE);
        List<Config> found = asked.of(name, request.marker(), limit + 1);
        boolean more = found.size() > limit;
        List<Config> page = more ? found.subList(0, limit) : found;
        return new ListProvisionedConcurrencyConfigsResponse(
                page.stream().map(this::item).toList(), more ? page.getLast().qualifier() : null);
    }

    private ProvisionedConcurrencyConfigListItem item(Config config) {
        Provisioned now = provisioning.state(config);
        return new ProvisionedConcurrencyConfigListItem(
                config.name().qualifiedArn(),
                now.requested(),
                now.available(),
                now.allocated(),
                status(now),
                reason(now),
                config.lastModified());
    }

    private Nothing delete(Call call, ProvisionedConcurrencyConfigRequest request) {
        provisioning.remove(name(call, request.functionName(), request.qualifier()));
        return new Nothing();
    }

    private static String status(Provisioned now) {
        if (now.ready()) {
            return "READY";
        }
        return now.failure() == null ? "IN_PROGRESS" : "FAILED";
    }

    private static @Nullable String reason(Provisioned now) {
        return now.ready() ? null : now.failure();
    }

    /// A published version or an alias that is there.
    private FunctionName name(Call call, String function, String qualifier) {
        FunctionName name = FunctionName.parse(call.scope(), function, qualifier);
        if (name.latest()) {
            throw invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
        }
        if (functions.find(name).isEmpty()) {
            boolean alias = !String.valueOf(name.qualifier()).chars().allMatch(Character::isDigit);
            throw new AwsException(
                    alias
                                    && functions
                                            .find(new FunctionName(name.scope(), name.name(), null))
                                            .isPresent()
                            ? new LambdaError.ResourceNotFound("Cannot find alias arn: " + name.qualifiedArn())
                            : LambdaError.ResourceNotFound.function(name.qualifiedArn()));
        }
        return name;
    }

    /// A version gets its environments by its own number or through an alias, not both ways.
    private void requireOneWay(FunctionName name) {
        Alias alias =
                functions.aliases().find(name, String.valueOf(name.qualifier())).orElse(null);
        if (alias != null && alias.version().equals(FunctionName.LATEST)) {
            throw invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
        }
        if (alias != null && !alias.weights().isEmpty()) {
            throw invalid("Alias with weights can not be used with Provisioned Concurrency");
        }
        for (Config other : asked.of(name, null, Integer.MAX_VALUE)) {
            boolean same = other.qualifier().equals(name.qualifier());
            Alias otherAlias = functions.aliases().find(name, other.qualifier()).orElse(null);
            if (!same && alias != null && otherAlias == null && uses(alias, other.qualifier())) {
                throw conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned"
                        + " version");
            }
            if (!same && alias == null && otherAlias != null && uses(otherAlias, String.valueOf(name.qualifier()))) {
                throw conflict("Version is pointed by a Provisioned Concurrency alias");
            }
        }
    }

    private static boolean uses(Alias alias, String version) {
        return alias.version().equals(version) || alias.weights().containsKey(version);
    }

    private static AwsException conflict(String message) {
        return new AwsException(new LambdaError.ResourceConflict(message));
    }

    private void requireRoom(FunctionName name, int count) {
        int others = asked.total(name) - asked.find(name).map(Config::requested).orElse(0);
        OptionalInt reserved = concurrency.of(name);
        if (reserved.isPresent() && others + count > reserved.getAsInt()) {
            throw invalid("Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution"
                    + " for function");
        }
        if (reserved.isEmpty()
                && concurrency.unreserved(name.scope()) - others - count < ReservedConcurrency.MINIMUM_UNRESERVED) {
            throw invalid(
                    "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution"
                            + " below its minimum value of [" + ReservedConcurrency.MINIMUM_UNRESERVED + "].");
        }
    }
}
