package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.Alias;
import dev.podium.lambda.Aliases;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.Revision;
import dev.podium.lambda.api.Responses.Nothing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Aliases and how they divide calls between two versions.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html">Aliases</a>
public record AliasesApi(Functions functions) implements LambdaOperations {
    private static final int PAGE = 50;

    record RoutingConfig(@Nullable Map<String, Double> additionalVersionWeights) {}

    record CreateAliasRequest(
            String functionName,
            String name,
            String functionVersion,
            @Nullable String description,
            @Nullable RoutingConfig routingConfig) {}

    record UpdateAliasRequest(
            String functionName,
            String name,
            @Nullable String functionVersion,
            @Nullable String description,
            @Nullable RoutingConfig routingConfig,
            @Nullable String revisionId) {}

    record AliasRequest(String functionName, String name) {}

    record ListAliasesRequest(
            String functionName,
            @Nullable String functionVersion,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record AliasConfiguration(
            String aliasArn,
            String name,
            String functionVersion,
            String description,
            @Nullable RoutingConfig routingConfig,
            String revisionId) {

        static AliasConfiguration of(Alias alias) {
            return new AliasConfiguration(
                    alias.arn(),
                    alias.name(),
                    alias.version(),
                    alias.description(),
                    alias.weights().isEmpty() ? null : new RoutingConfig(alias.weights()),
                    alias.revisionId());
        }
    }

    record ListAliasesResponse(@Nullable String nextMarker, List<AliasConfiguration> aliases) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateAlias", CreateAliasRequest.class, AliasConfiguration.class, this::createAlias)
                .operation("GetAlias", AliasRequest.class, AliasConfiguration.class, this::getAlias)
                .operation("UpdateAlias", UpdateAliasRequest.class, AliasConfiguration.class, this::updateAlias)
                .operation("DeleteAlias", AliasRequest.class, this::deleteAlias)
                .operation("ListAliases", ListAliasesRequest.class, ListAliasesResponse.class, this::listAliases);
    }

    private AliasConfiguration createAlias(Call call, CreateAliasRequest request) {
        FunctionName function = function(call, request.functionName());
        functions.get(function);
        String description = request.description();
        Alias alias = new Alias(
                function.scope(),
                function.name(),
                request.name(),
                request.functionVersion(),
                description == null ? "" : description,
                weights(request.routingConfig()),
                Revision.next());
        requireVersions(function, alias);
        functions.aliases().create(alias);
        return AliasConfiguration.of(alias);
    }

    private AliasConfiguration getAlias(Call call, AliasRequest request) {
        FunctionName function = function(call, request.functionName());
        return AliasConfiguration.of(functions
                .aliases()
                .find(function, request.name())
                .orElseThrow(() -> new AwsException(new LambdaError.ResourceNotFound(
                        "Cannot find alias arn: " + function.arn() + ":" + request.name()))));
    }

    private AliasConfiguration updateAlias(Call call, UpdateAliasRequest request) {
        FunctionName function = function(call, request.functionName());
        return AliasConfiguration.of(functions.aliases().update(function, request.name(), before -> {
            String revision = request.revisionId();
            if (revision != null && !revision.equals(before.revisionId())) {
                throw new AwsException(LambdaError.PreconditionFailed.revision());
            }
            String version = request.functionVersion();
            String description = request.description();
            Alias after = new Alias(
                    before.scope(),
                    before.function(),
                    before.name(),
                    version == null ? before.version() : version,
                    description == null ? before.description() : description,
                    request.routingConfig() == null ? before.weights() : weights(request.routingConfig()),
                    Revision.next());
            requireVersions(function, after);
            return after;
        }));
    }

    private Nothing deleteAlias(Call call, AliasRequest request) {
        functions.aliases().delete(function(call, request.functionName()), request.name());
        return new Nothing();
    }

    private ListAliasesResponse listAliases(Call call, ListAliasesRequest request) {
        FunctionName function = function(call, request.functionName());
        functions.get(function);
        Integer limit = request.maxItems();
        Aliases.Page page = functions
                .aliases()
                .page(
                        function,
                        request.functionVersion(),
                        request.marker(),
                        limit == null ? PAGE : Math.min(limit, PAGE));
        return new ListAliasesResponse(
                page.nextMarker(),
                page.aliases().stream().map(AliasConfiguration::of).toList());
    }

    private static FunctionName function(Call call, String given) {
        FunctionName name = FunctionName.parse(call.scope(), given, null);
        name.requireUnqualified();
        return name;
    }

    private static Map<String, Double> weights(@Nullable RoutingConfig routing) {
        Map<String, Double> weights = routing == null ? null : routing.additionalVersionWeights();
        if (weights == null) {
            return Map.of();
        }
        if (weights.size() > 1) {
            throw new AwsException(LambdaError.Validation.constraint(
                    weights,
                    "routingConfig.additionalVersionWeights",
                    "Member must have length less than or equal to 1"));
        }
        return weights;
    }

    /// Every version that calls may go to must be there; calls can be divided between published ones only.
    private void requireVersions(FunctionName function, Alias alias) {
        if (alias.version().startsWith("$LATEST.")) {
            throw invalid("$LATEST.PUBLISHED is not supported by Podium: name a version.");
        }
        requireVersion(function, alias.version());
        for (String other : alias.weights().keySet()) {
            if (alias.version().equals(FunctionName.LATEST)) {
                throw invalid("$LATEST is not supported for an alias pointing to more than 1 version");
            }
            if (other.equals(alias.version())) {
                throw invalid("Invalid function version " + other + ". Function version " + other
                        + " is already included in routing configuration.");
            }
            requireVersion(function, other);
        }
    }

    private void requireVersion(FunctionName function, String version) {
        functions.get(new FunctionName(function.scope(), function.name(), version));
    }
}
