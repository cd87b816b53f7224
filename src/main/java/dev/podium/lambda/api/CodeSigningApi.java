package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.CodeSigningConfigs;
import dev.podium.lambda.CodeSigningConfigs.Config;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.Revision;
import dev.podium.lambda.api.Responses.Nothing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Code signing configurations.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html">
/// CreateCodeSigningConfig</a>
public final class CodeSigningApi implements LambdaOperations {
    private static final int PAGE = 50;

    private final Functions functions;
    private final CodeSigningConfigs configs;

    /// Connects the operations with what they work on, and forgets the configurations of deleted functions.
    public CodeSigningApi(Functions functions, CodeSigningConfigs configs) {
        this.functions = functions;
        this.configs = configs;
        functions.onDelete(function -> {
            if (!function.isPublished()) {
                configs.assign(function.arn(), null);
            }
        });
    }

    record AllowedPublishers(List<String> signingProfileVersionArns) {}

    record CodeSigningPolicies(@Nullable String untrustedArtifactOnDeployment) {}

    record CreateRequest(
            @Nullable String description,
            AllowedPublishers allowedPublishers,
            @Nullable CodeSigningPolicies codeSigningPolicies,
            @Nullable Map<String, String> tags) {}

    record UpdateRequest(
            String codeSigningConfigArn,
            @Nullable String description,
            @Nullable AllowedPublishers allowedPublishers,
            @Nullable CodeSigningPolicies codeSigningPolicies) {}

    record ConfigRequest(String codeSigningConfigArn) {}

    record ListRequest(@Nullable String marker, @Nullable Integer maxItems) {}

    record ListFunctionsRequest(
            String codeSigningConfigArn,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record FunctionRequest(String functionName) {}

    record PutRequest(String codeSigningConfigArn, String functionName) {}

    record CodeSigningConfig(
            String codeSigningConfigId,
            String codeSigningConfigArn,
            @Nullable String description,
            AllowedPublishers allowedPublishers,
            CodeSigningPolicies codeSigningPolicies,
            String lastModified) {
        static CodeSigningConfig of(Config config) {
            return new CodeSigningConfig(
                    config.id(),
                    config.arn(),
                    config.description(),
                    new AllowedPublishers(config.publishers()),
                    new CodeSigningPolicies(config.policy()),
                    config.lastModified());
        }
    }

    record ConfigResponse(CodeSigningConfig codeSigningConfig) {}

    record ListResponse(@Nullable String nextMarker, List<CodeSigningConfig> codeSigningConfigs) {}

    record ListFunctionsResponse(@Nullable String nextMarker, List<String> functionArns) {}

    record FunctionResponse(
            @Nullable String codeSigningConfigArn, @Nullable String functionName) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateCodeSigningConfig", CreateRequest.class, ConfigResponse.class, this::create)
                .operation("GetCodeSigningConfig", ConfigRequest.class, ConfigResponse.class, this::get)
                .operation("UpdateCodeSigningConfig", UpdateRequest.class, ConfigResponse.class, this::update)
                .operation("DeleteCodeSigningConfig", ConfigRequest.class, this::delete)
                .operation("ListCodeSigningConfigs", ListRequest.class, ListResponse.class, this::list)
                .operation("PutFunctionCodeSigningConfig", PutRequest.class, FunctionResponse.class, this::put)
                .operation(
                        "GetFunctionCodeSigningConfig", FunctionRequest.class, FunctionResponse.class, this::ofFunction)
                .operation("DeleteFunctionCodeSigningConfig", FunctionRequest.class, this::remove)
                .operation(
                        "ListFunctionsByCodeSigningConfig",
                        ListFunctionsRequest.class,
                        ListFunctionsResponse.class,
                        this::functions)
                .partial(
                        "CreateCodeSigningConfig",
                        "Podium verifies no signatures: all code counts as unsigned, so that `Enforce` refuses every upload "
                                + "to a function that has the configuration, and `Warn` accepts it.");
    }

    private ConfigResponse create(Call call, CreateRequest request) {
        Map<String, String> tags = request.tags() == null ? Map.of() : request.tags();
        SettingsRules.checkTags(tags);
        Config config = new Config(
                call.scope(),
                CodeSigningConfigs.newId(),
                request.description(),
                request.allowedPublishers().signingProfileVersionArns(),
                policy(request.codeSigningPolicies(), "Warn"),
                Revision.time(functions.clock().instant()),
                tags);
        configs.create(config);
        return new ConfigResponse(CodeSigningConfig.of(config));
    }

    private static String policy(@Nullable CodeSigningPolicies given, String otherwise) {
        String policy = given == null ? null : given.untrustedArtifactOnDeployment();
        return policy == null ? otherwise : policy;
    }

    private ConfigResponse get(Call call, ConfigRequest request) {
        return new ConfigResponse(CodeSigningConfig.of(configs.get(request.codeSigningConfigArn())));
    }

    private ConfigResponse update(Call call, UpdateRequest request) {
        AllowedPublishers publishers = request.allowedPublishers();
        Config after = configs.update(
                request.codeSigningConfigArn(),
                before -> new Config(
                        before.scope(),
                        before.id(),
                        request.description() == null ? before.description() : request.description(),
                        publishers == null ? before.publishers() : publishers.signingProfileVersionArns(),
                        policy(request.codeSigningPolicies(), before.policy()),
                        Revision.time(functions.clock().instant()),
                        before.tags()));
        return new ConfigResponse(CodeSigningConfig.of(after));
    }

    private Nothing delete(Call call, ConfigRequest request) {
        configs.delete(request.codeSigningConfigArn());
        return new Nothing();
    }

    private ListResponse list(Call call, ListRequest request) {
        int limit = limit(request.maxItems());
        List<Config> page = configs.page(call.scope(), request.marker(), limit + 1);
        return new ListResponse(
                page.size() > limit ? page.get(limit - 1).arn() : null,
                page.stream().limit(limit).map(CodeSigningConfig::of).toList());
    }

    private ListFunctionsResponse functions(Call call, ListFunctionsRequest request) {
        int limit = limit(request.maxItems());
        Config config = configs.get(request.codeSigningConfigArn());
        List<String> page = configs.functions(config, request.marker(), limit + 1);
        return new ListFunctionsResponse(
                page.size() > limit ? page.get(limit - 1) : null,
                page.stream().limit(limit).toList());
    }

    private static int limit(@Nullable Integer maxItems) {
        return maxItems == null ? PAGE : Math.min(maxItems, PAGE);
    }

    private FunctionResponse put(Call call, PutRequest request) {
        LambdaFunction function = function(call, request.functionName());
        if (function.settings().image()) {
            throw invalid("Code signing is not supported for functions created with container images.");
        }
        configs.require(request.codeSigningConfigArn());
        configs.assign(function.arn(), request.codeSigningConfigArn());
        return new FunctionResponse(request.codeSigningConfigArn(), function.name());
    }

    /// A function without a configuration answers an empty object, as in AWS.
    private FunctionResponse ofFunction(Call call, FunctionRequest request) {
        LambdaFunction function = function(call, request.functionName());
        return configs.of(function.arn())
                .map(arn -> new FunctionResponse(arn, function.name()))
                .orElseGet(() -> new FunctionResponse(null, null));
    }

    private Nothing remove(Call call, FunctionRequest request) {
        configs.assign(function(call, request.functionName()).arn(), null);
        return new Nothing();
    }

    private LambdaFunction function(Call call, String given) {
        FunctionName name = FunctionName.parse(call.scope(), given, null);
        return functions.get(new FunctionName(name.scope(), name.name(), null));
    }
}
