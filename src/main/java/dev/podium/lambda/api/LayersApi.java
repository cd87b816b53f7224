package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.LambdaError.Validation;
import dev.podium.lambda.LayerName;
import dev.podium.lambda.LayerVersion;
import dev.podium.lambda.Layers;
import dev.podium.lambda.Policies;
import dev.podium.lambda.Revision;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.LayerShapes.AddPermissionRequest;
import dev.podium.lambda.api.LayerShapes.ArnRequest;
import dev.podium.lambda.api.LayerShapes.LayerItem;
import dev.podium.lambda.api.LayerShapes.LayerVersionItem;
import dev.podium.lambda.api.LayerShapes.LayerVersionRequest;
import dev.podium.lambda.api.LayerShapes.LayerVersionResponse;
import dev.podium.lambda.api.LayerShapes.ListLayerVersionsRequest;
import dev.podium.lambda.api.LayerShapes.ListLayerVersionsResponse;
import dev.podium.lambda.api.LayerShapes.ListLayersRequest;
import dev.podium.lambda.api.LayerShapes.ListLayersResponse;
import dev.podium.lambda.api.LayerShapes.PolicyResponse;
import dev.podium.lambda.api.LayerShapes.PublishLayerVersionRequest;
import dev.podium.lambda.api.LayerShapes.RemovePermissionRequest;
import dev.podium.lambda.api.LayerShapes.StatementResponse;
import dev.podium.lambda.api.Responses.Nothing;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Layers: their versions and who may use them.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html">PublishLayerVersion</a>
public record LayersApi(
        Layers layers, Policies policies, CodeUploads uploads, CodeDownloads downloads, Runtimes runtimes, Clock clock)
        implements LambdaOperations {
    private static final int PAGE = 50;
    private static final String READER = "GetLayerPolicy";

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation(
                        "PublishLayerVersion",
                        PublishLayerVersionRequest.class,
                        LayerVersionResponse.class,
                        this::publish)
                .operation("GetLayerVersion", LayerVersionRequest.class, LayerVersionResponse.class, this::get)
                .operation("GetLayerVersionByArn", ArnRequest.class, LayerVersionResponse.class, this::getByArn)
                .operation("ListLayers", ListLayersRequest.class, ListLayersResponse.class, this::list)
                .operation(
                        "ListLayerVersions",
                        ListLayerVersionsRequest.class,
                        ListLayerVersionsResponse.class,
                        this::listVersions)
                .operation("DeleteLayerVersion", LayerVersionRequest.class, this::delete)
                .operation(
                        "AddLayerVersionPermission",
                        AddPermissionRequest.class,
                        StatementResponse.class,
                        this::addPermission)
                .operation("RemoveLayerVersionPermission", RemovePermissionRequest.class, this::removePermission)
                .operation("GetLayerVersionPolicy", LayerVersionRequest.class, PolicyResponse.class, this::policy);
    }

    private LayerVersionResponse publish(Call call, PublishLayerVersionRequest request)
            throws IOException, InterruptedException {
        LayerName layer = LayerName.parse(call.scope(), request.layerName());
        if (!layer.scope().account().equals(call.scope().account())) {
            throw new AwsException(new LambdaError.AccessDenied("User: arn:aws:iam::"
                    + call.scope().account() + ":root is not authorized to perform: lambda:PublishLayerVersion on "
                    + "resource: " + layer.arn()));
        }
        List<String> named = request.compatibleRuntimes();
        if (named != null && !named.stream().allMatch(this::known)) {
            throw unknownRuntime(named, "compatibleRuntimes", "Member must satisfy constraint: [", "]");
        }
        LayerShapes.ContentInput content = request.content();
        FunctionCode code = uploads.create(
                call.scope(),
                false,
                new Requests.FunctionCodeInput(
                        content.zipFile(), content.s3Bucket(), content.s3Key(), content.s3ObjectVersion(), null, null));
        boolean kept = false;
        try {
            LayerVersion version = layers.publish(
                    layer,
                    number -> new LayerVersion(
                            layer.scope(),
                            layer.name(),
                            number,
                            request.description() == null ? "" : request.description(),
                            Revision.time(clock.instant()),
                            request.compatibleRuntimes(),
                            request.compatibleArchitectures(),
                            request.licenseInfo(),
                            new FunctionSettings.Layer(
                                    new LayerName.Version(layer, number).arn(),
                                    code.sha256Hex(),
                                    code.size(),
                                    code.unzippedSize(),
                                    code.entries())));
            kept = true;
            return shown(call, version);
        } finally {
            if (!kept) {
                uploads.blobs().release(code);
            }
        }
    }

    private LayerVersionResponse get(Call call, LayerVersionRequest request) {
        return shown(call, version(call, request.layerName(), request.versionNumber()));
    }

    private LayerVersionResponse getByArn(Call call, ArnRequest request) {
        LayerName.Version name = LayerName.version(request.arn())
                .filter(found ->
                        found.layer().scope().region().equals(call.scope().region()))
                .orElseThrow(() -> new AwsException(ResourceNotFound.requested()));
        return shown(call, version(call, name));
    }

    private LayerVersion version(Call call, String layer, long number) {
        return version(call, name(call, layer, number));
    }

    private LayerVersion version(Call call, LayerName.Version name) {
        LayerRules.requireAccess(layers, call, name);
        return layers.find(name).orElseThrow(() -> new AwsException(ResourceNotFound.requested()));
    }

    private static LayerName.Version name(Call call, String layer, long number) {
        if (number < 1) {
            throw invalid("Layer Version Cannot be less than 1.");
        }
        return new LayerName.Version(LayerName.parse(call.scope(), layer), number);
    }

    private LayerVersionResponse shown(Call call, LayerVersion version) {
        return LayerVersionResponse.of(
                version, downloads.url(call, version.content().sha256Hex()));
    }

    private ListLayersResponse list(Call call, ListLayersRequest request) {
        checkFilter(request.compatibleRuntime());
        Layers.Page page = layers.newest(
                call.scope(),
                request.compatibleRuntime(),
                request.compatibleArchitecture(),
                request.marker(),
                limit(request.maxItems()));
        return new ListLayersResponse(
                page.nextMarker(),
                page.versions().stream()
                        .map(version -> new LayerItem(version.name(), version.layerArn(), LayerVersionItem.of(version)))
                        .toList());
    }

    private ListLayerVersionsResponse listVersions(Call call, ListLayerVersionsRequest request) {
        checkFilter(request.compatibleRuntime());
        Layers.Page page = layers.versions(
                LayerName.parse(call.scope(), request.layerName()),
                request.compatibleRuntime(),
                request.compatibleArchitecture(),
                request.marker(),
                limit(request.maxItems()));
        return new ListLayerVersionsResponse(
                page.nextMarker(),
                page.versions().stream().map(LayerVersionItem::of).toList());
    }

    private static int limit(@Nullable Integer maxItems) {
        return maxItems == null ? PAGE : maxItems;
    }

    private void checkFilter(@Nullable String runtime) {
        if (runtime != null && !known(runtime)) {
            throw unknownRuntime(runtime, "compatibleRuntime", "Member must satisfy enum value set: ", "");
        }
    }

    /// Layers may also be for runtimes that AWS no longer creates functions for.
    private boolean known(String runtime) {
        return runtimes.image(runtime).isPresent() || runtimes.deprecated(runtime);
    }

    private AwsException unknownRuntime(Object value, String path, String before, String after) {
        String set = "[" + String.join(", ", runtimes.all().keySet()) + "]";
        boolean list = !after.isEmpty();
        return new AwsException(Validation.constraint(
                value, path, before + (list ? "Member must satisfy enum value set: " : "") + set + after));
    }

    private Nothing delete(Call call, LayerVersionRequest request) {
        LayerName.Version name = name(call, request.layerName(), request.versionNumber());
        if (!name.layer().scope().account().equals(call.scope().account())) {
            LayerRules.requireAccess(layers, call, name);
        } else {
            layers.delete(name);
        }
        return new Nothing();
    }

    private StatementResponse addPermission(Call call, AddPermissionRequest request) {
        LayerName.Version name = existing(call, request.layerName(), request.versionNumber());
        Policies.Statement statement = Statements.layer(request, name.arn());
        Policies.Policy policy = policies.add(name.arn(), statement, request.revisionId(), READER);
        return new StatementResponse(statement.json(), policy.revisionId());
    }

    private Nothing removePermission(Call call, RemovePermissionRequest request) {
        LayerName.Version name = existing(call, request.layerName(), request.versionNumber());
        policies.remove(name.arn(), request.statementId(), request.revisionId(), READER);
        return new Nothing();
    }

    private PolicyResponse policy(Call call, LayerVersionRequest request) {
        LayerName.Version name = existing(call, request.layerName(), request.versionNumber());
        Policies.Policy policy = policies.find(name.arn())
                .orElseThrow(() ->
                        new AwsException(new ResourceNotFound("No policy is associated with the given resource.")));
        return new PolicyResponse(Statements.document(policy), policy.revisionId());
    }

    /// A version of the caller's own.
    private LayerName.Version existing(Call call, String layer, long number) {
        LayerName.Version name = name(call, layer, number);
        if (!name.layer().scope().account().equals(call.scope().account())
                || layers.find(name).isEmpty()) {
            throw new AwsException(new ResourceNotFound("Layer version " + name.arn() + " does not exist."));
        }
        return name;
    }
}
