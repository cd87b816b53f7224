package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.CodeSigningConfigs;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.FunctionConfiguration;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.FunctionStatus;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.Layers;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.Revision;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.Requests.CreateFunctionRequest;
import dev.podium.lambda.api.Requests.FunctionRequest;
import dev.podium.lambda.api.Requests.ListFunctionsRequest;
import dev.podium.lambda.api.Requests.UpdateFunctionCodeRequest;
import dev.podium.lambda.api.Requests.UpdateFunctionConfigurationRequest;
import dev.podium.lambda.api.Responses.CodeLocation;
import dev.podium.lambda.api.Responses.DeleteFunctionResponse;
import dev.podium.lambda.api.Responses.GetFunctionResponse;
import dev.podium.lambda.api.Responses.ListFunctionsResponse;
import java.io.IOException;
import java.util.ArrayList;
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
    private final LayerRules layers;
    private final CodeSigningConfigs signing;
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
            CodeUploads uploads,
            CodeDownloads downloads,
            InvokeApi invoke,
            ReservedConcurrency concurrency,
            TargetRules targets,
            Layers layers,
            CodeSigningConfigs signing,
            List<LambdaOperations> families) {
        this.functions = functions;
        this.limits = uploads.limits();
        this.codes = uploads.blobs();
        this.rules = new SettingsRules(runtimes, limits, targets);
        this.uploads = uploads;
        this.downloads = downloads;
        this.signing = signing;
        this.layers = new LayerRules(layers, codes, limits);
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
                .raw("Invoke", invoke::invoke)
                .raw("InvokeAsync", invoke::invokeAsync);
        remarks(service);
        families.forEach(family -> family.addTo(service));
        return service.build();
    }

    private static void remarks(ServiceApi.Builder service) {
        service.partial("CreateFunction", "See the settings below.")
                .remark("GetFunction", "`Code.Location` is a signed link to Podium itself, good for ten minutes.")
                .partial(
                        "Invoke",
                        "An invocation of a function that is still `Pending` waits for it instead of being refused with "
                                + "ResourceConflictException. `DryRun` checks that the function is there, not permissions. `X-Amz-Tenant-Id` and "
                                + "`X-Amz-Durable-Execution-Name` are ignored. A payload is JSON text: one with a "
                                + "`Content-Encoding` such as gzip is refused as no JSON; no SDK compresses payloads. In a real cluster lines are "
                                + "counted to invocations by the times that the node gives them, which a line written in an "
                                + "invocation's last milliseconds may get too late; not with `LogType=Tail`: a zip function's log is "
                                + "fenced then, and an image function's environment pauses for 0.1 s before such a call.")
                .partial("UpdateFunctionCode", "As CreateFunction. `DryRun` and `RevisionId` are honoured.")
                .partial("UpdateFunctionConfiguration", "See the settings below. `RevisionId` is honoured.");
    }

    /// Finishes what an earlier run of the server accepted and did not finish.
    public void start() {
        functions.all().stream().filter(f -> f.status().unsettled()).forEach(versions::settleLater);
    }

    private FunctionConfiguration createFunction(Call call, CreateFunctionRequest request)
            throws IOException, InterruptedException {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        if (name.name().length() > 64) {
            throw new AwsException(LambdaError.Validation.constraint(
                    request.functionName(), "functionName", "Member must have length less than or equal to 64"));
        }
        FunctionSettings plain = rules.create(request);
        FunctionSettings settings = plain.over(layers.resolve(call, plain, request.layers()));
        Map<String, String> given = request.tags();
        Map<String, String> tags = given == null ? Map.of() : given;
        SettingsRules.checkTags(tags);
        if (functions.find(new FunctionName(name.scope(), name.name(), null)).isPresent()) {
            throw new AwsException(new LambdaError.ResourceConflict("Function already exist: " + name.name()));
        }
        String signed = request.codeSigningConfigArn();
        if (signed != null) {
            checkSigning(settings, signed, name.name());
        }
        FunctionCode code = uploads.create(call.scope(), settings.image(), request.code());
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
        layers.hold(function.settings());
        keeping(function.blobs(), () -> {
            layers.check(code, function.settings());
            functions.create(function);
        });
        if (signed != null) {
            signing.assign(function.arn(), signed);
        }
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
                ? new CodeLocation("S3", downloads.url(call, code.sha256Hex()), null, null)
                : new CodeLocation("ECR", null, image, image);
        return new GetFunctionResponse(
                FunctionConfiguration.of(function, name.qualifier()),
                location,
                tags.isEmpty() ? null : tags,
                concurrency.of(name).isEmpty() ? null : ConcurrencyApi.reserved(concurrency, name));
    }

    private void checkSigning(FunctionSettings settings, String arn, String function) {
        if (settings.image()) {
            throw invalid("Code signing is not supported for functions created with container images.");
        }
        signing.require(arn);
        signing.checkUnsigned(arn, function);
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

    private FunctionConfiguration updateFunctionCode(Call call, UpdateFunctionCodeRequest request)
            throws IOException, InterruptedException {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        name.requireUnqualified();
        LambdaFunction before = functions.get(name);
        if (request.publishTo() != null) {
            throw invalid("PublishTo is not supported by Podium: leave it out.");
        }
        signing.checkUnsigned(signing.of(before.arn()).orElse(null), before.name());
        FunctionCode code = uploads.update(call.scope(), before.settings().image(), request.code());
        if (Boolean.TRUE.equals(request.dryRun())) {
            codes.release(code);
            layers.checkSize(code, before.settings());
            requireRevision(before, request.revisionId());
            return FunctionConfiguration.of(changed(before, code, request), null);
        }
        AtomicReference<FunctionCode> replaced = new AtomicReference<>(code);
        AtomicReference<LambdaFunction> after = new AtomicReference<>(before);
        keeping(
                code.imageUri() == null ? List.of(code.sha256Hex()) : List.of(),
                () -> after.set(functions.update(name, request.revisionId(), function -> {
                    layers.checkSize(code, function.settings());
                    replaced.set(function.code());
                    return changed(function, code, request);
                })));
        codes.release(replaced.get());
        versions.settleLater(after.get());
        return Boolean.TRUE.equals(request.publish())
                ? versions.publish(name, null, latest -> {})
                : FunctionConfiguration.of(after.get(), null);
    }

    /// Gives up new archives when the change that was to use them fails.
    private void keeping(List<String> blobs, Runnable change) {
        boolean kept = false;
        try {
            change.run();
            kept = true;
        } finally {
            if (!kept) {
                blobs.forEach(codes::release);
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
        LambdaFunction known = functions.get(name);
        List<String> named = request.layers();
        FunctionSettings resolved = named == null
                ? known.settings().over(List.of())
                : known.settings().over(layers.resolve(call, known.settings(), named));
        if (!resolved.layers().isEmpty()) {
            signing.checkUnsigned(signing.of(known.arn()).orElse(null), known.name());
        }
        layers.hold(resolved);
        AtomicReference<FunctionSettings> replaced = new AtomicReference<>(resolved);
        AtomicReference<LambdaFunction> after = new AtomicReference<>(known);
        keeping(
                LayerRules.blobs(resolved),
                () -> after.set(functions.update(name, request.revisionId(), function -> {
                    FunctionSettings next = rules.update(function.settings(), request);
                    if (named != null) {
                        next = next.over(resolved.layers());
                        layers.check(function.code(), next);
                        replaced.set(function.settings());
                    }
                    return function.changed(
                            next,
                            function.code(),
                            FunctionStatus.updating(),
                            functions.clock().instant());
                })));
        LayerRules.blobs(replaced.get()).forEach(codes::release);
        versions.settleLater(after.get());
        return FunctionConfiguration.of(after.get(), null);
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

    private static FunctionName name(Call call, FunctionRequest request) {
        return FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
    }
}
