package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.FunctionConfiguration;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.FunctionStatus;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.Revision;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.Requests.CreateFunctionRequest;
import dev.podium.lambda.api.Requests.FunctionRequest;
import dev.podium.lambda.api.Requests.ListFunctionsRequest;
import dev.podium.lambda.api.Requests.ResourceRequest;
import dev.podium.lambda.api.Requests.TagResourceRequest;
import dev.podium.lambda.api.Requests.UntagResourceRequest;
import dev.podium.lambda.api.Requests.UpdateFunctionCodeRequest;
import dev.podium.lambda.api.Requests.UpdateFunctionConfigurationRequest;
import dev.podium.lambda.api.Responses.CodeLocation;
import dev.podium.lambda.api.Responses.DeleteFunctionResponse;
import dev.podium.lambda.api.Responses.GetFunctionResponse;
import dev.podium.lambda.api.Responses.ListFunctionsResponse;
import dev.podium.lambda.api.Responses.ListTagsResponse;
import dev.podium.lambda.api.Responses.Nothing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Functions, their configuration, code and tags, under AWS's own operations.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html">Lambda operations</a>
public final class LambdaApi {
    private static final int PAGE = 50;

    private final Functions functions;
    private final LambdaLimits limits;
    private final SettingsRules rules;
    private final CodeBlobs codes;
    private final CodeUploads uploads;
    private final CodeDownloads downloads;
    private final InvokeApi invoke;
    private final ReservedConcurrency concurrency;
    private final VersionsApi versions;
    private final List<LambdaOperations> families;

    /// Connects the operations with what they work on.
    ///
    /// @param families the operations that stand in classes of their own
    public LambdaApi(
            Functions functions,
            Runtimes runtimes,
            CodeBlobs codes,
            CodeDownloads downloads,
            InvokeApi invoke,
            LambdaLimits limits,
            ReservedConcurrency concurrency,
            TargetRules targets,
            List<LambdaOperations> families) {
        this.functions = functions;
        this.limits = limits;
        this.rules = new SettingsRules(runtimes, limits, targets);
        this.codes = codes;
        this.uploads = new CodeUploads(codes, limits);
        this.downloads = downloads;
        this.invoke = invoke;
        this.concurrency = concurrency;
        this.versions = new VersionsApi(functions, codes);
        this.families = new ArrayList<>(List.of(versions, new AliasesApi(functions)));
        this.families.addAll(families);
    }

    /// All operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("lambda")
                .openEnum("Runtime")
                .maxBody(limits.bodyBytes())
                .operation(
                        "CreateFunction",
                        CreateFunctionRequest.class,
                        FunctionConfiguration.class,
                        this::createFunction)
                .operation("GetFunction", FunctionRequest.class, GetFunctionResponse.class, this::getFunction)
                .operation(
                        "GetFunctionConfiguration",
                        FunctionRequest.class,
                        FunctionConfiguration.class,
                        this::getFunctionConfiguration)
                .operation(
                        "ListFunctions", ListFunctionsRequest.class, ListFunctionsResponse.class, this::listFunctions)
                .operation(
                        "UpdateFunctionCode",
                        UpdateFunctionCodeRequest.class,
                        FunctionConfiguration.class,
                        this::updateFunctionCode)
                .operation(
                        "UpdateFunctionConfiguration",
                        UpdateFunctionConfigurationRequest.class,
                        FunctionConfiguration.class,
                        this::updateFunctionConfiguration)
                .operation("DeleteFunction", FunctionRequest.class, DeleteFunctionResponse.class, this::deleteFunction)
                .operation("TagResource", TagResourceRequest.class, this::tagResource)
                .operation("UntagResource", UntagResourceRequest.class, this::untagResource)
                .operation("ListTags", ResourceRequest.class, ListTagsResponse.class, this::listTags)
                .raw("Invoke", invoke::invoke)
                .raw("InvokeAsync", invoke::invokeAsync);
        families.forEach(family -> family.addTo(service));
        return service.build();
    }

    /// Finishes what an earlier run of the server accepted and did not finish.
    public void start() {
        functions.all().stream().filter(f -> f.status().unsettled()).forEach(versions::settleLater);
    }

    private FunctionConfiguration createFunction(Call call, CreateFunctionRequest request) throws IOException {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        if (name.name().length() > 64) {
            throw new AwsException(LambdaError.Validation.constraint(
                    request.functionName(), "functionName", "Member must have length less than or equal to 64"));
        }
        FunctionSettings settings = rules.create(request);
        Map<String, String> given = request.tags();
        Map<String, String> tags = given == null ? Map.of() : given;
        SettingsRules.checkTags(tags);
        if (functions.find(new FunctionName(name.scope(), name.name(), null)).isPresent()) {
            throw new AwsException(new LambdaError.ResourceConflict("Function already exist: " + name.name()));
        }
        FunctionCode code = uploads.store(settings.image(), request.code());
        LambdaFunction function = new LambdaFunction(
                name.scope(),
                name.name(),
                FunctionName.LATEST,
                settings,
                code,
                FunctionStatus.pending(),
                Revision.next(),
                Revision.time(functions.clock().instant()),
                tags,
                0);
        keeping(code, () -> functions.create(function));
        FunctionConfiguration answer = Boolean.TRUE.equals(request.publish())
                ? versions.publish(name, null, latest -> {})
                : FunctionConfiguration.of(function, null);
        versions.settleLater(function);
        return answer;
    }

    private GetFunctionResponse getFunction(Call call, FunctionRequest request) {
        FunctionName name = name(call, request);
        LambdaFunction function = functions.get(name);
        Map<String, String> tags =
                functions.get(new FunctionName(name.scope(), name.name(), null)).tags();
        FunctionCode code = function.code();
        String image = code.imageUri();
        CodeLocation location = image == null
                ? new CodeLocation("S3", downloads.url(call, function), null, null)
                : new CodeLocation("ECR", null, image, image);
        return new GetFunctionResponse(
                FunctionConfiguration.of(function, name.qualifier()),
                location,
                tags.isEmpty() ? null : tags,
                concurrency.of(name).isEmpty() ? null : ConcurrencyApi.reserved(concurrency, name));
    }

    private FunctionConfiguration getFunctionConfiguration(Call call, FunctionRequest request) {
        FunctionName name = name(call, request);
        return FunctionConfiguration.of(functions.get(name), name.qualifier());
    }

    private ListFunctionsResponse listFunctions(Call call, ListFunctionsRequest request) {
        Integer given = request.maxItems();
        int limit = given == null ? PAGE : Math.min(given, PAGE);
        if (request.functionVersion() != null) {
            return versions.listFunctions(call, request.marker(), limit);
        }
        Functions.Page page = functions.page(call.scope(), request.marker(), limit);
        return new ListFunctionsResponse(
                page.nextMarker(),
                page.functions().stream()
                        .map(function -> FunctionConfiguration.listed(function, false))
                        .toList());
    }

    private FunctionConfiguration updateFunctionCode(Call call, UpdateFunctionCodeRequest request) throws IOException {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        name.requireUnqualified();
        LambdaFunction before = functions.get(name);
        if (request.publishTo() != null) {
            throw invalid("PublishTo is not supported by Podium: leave it out.");
        }
        FunctionCode code = uploads.store(before.settings().image(), request.code());
        if (Boolean.TRUE.equals(request.dryRun())) {
            codes.release(code);
            requireRevision(before, request.revisionId());
            return FunctionConfiguration.of(changed(before, code, request), null);
        }
        AtomicReference<FunctionCode> replaced = new AtomicReference<>(code);
        AtomicReference<LambdaFunction> after = new AtomicReference<>(before);
        keeping(
                code,
                () -> after.set(functions.update(name, request.revisionId(), function -> {
                    replaced.set(function.code());
                    return changed(function, code, request);
                })));
        codes.release(replaced.get());
        versions.settleLater(after.get());
        return Boolean.TRUE.equals(request.publish())
                ? versions.publish(name, null, latest -> {})
                : FunctionConfiguration.of(after.get(), null);
    }

    /// Gives up new code when the change that was to use it fails.
    private void keeping(FunctionCode code, Runnable change) {
        boolean kept = false;
        try {
            change.run();
            kept = true;
        } finally {
            if (!kept) {
                codes.release(code);
            }
        }
    }

    private static void requireRevision(LambdaFunction function, @Nullable String revisionId) {
        if (revisionId != null && !revisionId.equals(function.revisionId())) {
            throw new AwsException(LambdaError.PreconditionFailed.revision());
        }
    }

    private LambdaFunction changed(LambdaFunction function, FunctionCode code, UpdateFunctionCodeRequest request) {
        FunctionSettings settings = function.settings();
        FunctionSettings next =
                settings.on(SettingsRules.architecture(request.architectures(), settings.architecture()));
        return function.changed(
                next, code, FunctionStatus.updating(), functions.clock().instant());
    }

    private FunctionConfiguration updateFunctionConfiguration(Call call, UpdateFunctionConfigurationRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        name.requireUnqualified();
        functions.get(name);
        LambdaFunction after = functions.update(
                name,
                request.revisionId(),
                function -> function.changed(
                        rules.update(function.settings(), request),
                        function.code(),
                        FunctionStatus.updating(),
                        functions.clock().instant()));
        versions.settleLater(after);
        return FunctionConfiguration.of(after, null);
    }

    private DeleteFunctionResponse deleteFunction(Call call, FunctionRequest request) {
        FunctionName name = name(call, request);
        String qualifier = name.qualifier();
        if (qualifier == null) {
            functions.delete(name).forEach(codes::release);
            concurrency.release(name);
        } else if (name.latest()) {
            throw invalid("$LATEST version cannot be deleted without deleting the function.");
        } else if (functions.aliases().find(name, qualifier).isPresent()) {
            throw invalid("Deletion of aliases is not currently supported.");
        } else {
            codes.release(functions.deleteVersion(name));
        }
        return new DeleteFunctionResponse(204);
    }

    private Nothing tagResource(Call call, TagResourceRequest request) {
        functions.replace(resource(call, request.resource()), function -> {
            Map<String, String> tags = new HashMap<>(function.tags());
            tags.putAll(request.tags());
            SettingsRules.checkTags(tags);
            return function.tagged(tags);
        });
        return new Nothing();
    }

    private Nothing untagResource(Call call, UntagResourceRequest request) {
        functions.replace(resource(call, request.resource()), function -> {
            Map<String, String> tags = new HashMap<>(function.tags());
            tags.keySet().removeAll(request.tagKeys());
            return function.tagged(tags);
        });
        return new Nothing();
    }

    private ListTagsResponse listTags(Call call, ResourceRequest request) {
        return new ListTagsResponse(
                functions.get(resource(call, request.resource())).tags());
    }

    private static FunctionName name(Call call, FunctionRequest request) {
        return FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
    }

    private static FunctionName resource(Call call, String arn) {
        boolean function = Arn.parse(arn)
                .map(parsed -> parsed.resource().startsWith("function:"))
                .orElse(false);
        if (!function) {
            throw new AwsException(new ResourceNotFound("The resource you requested does not exist."));
        }
        FunctionName name = FunctionName.parse(call.scope(), arn, null);
        if (name.qualifier() != null) {
            throw invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.");
        }
        return name;
    }
}
