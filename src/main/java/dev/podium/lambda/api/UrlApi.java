package dev.podium.lambda.api;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.api.Responses.Nothing;
import dev.podium.lambda.urls.Cors;
import dev.podium.lambda.urls.FunctionUrl;
import dev.podium.lambda.urls.FunctionUrls;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Function URLs' configurations.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html">Function URLs</a>
public record UrlApi(Functions functions, FunctionUrls urls) implements LambdaOperations {
    private static final int PAGE = 50;
    private static final String BUFFERED = "BUFFERED";

    record CreateFunctionUrlConfigRequest(
            String functionName,
            @Nullable String qualifier,
            String authType,
            @Nullable Cors cors,
            @Nullable String invokeMode) {}

    record UpdateFunctionUrlConfigRequest(
            String functionName,
            @Nullable String qualifier,
            @Nullable String authType,
            @Nullable Cors cors,
            @Nullable String invokeMode) {}

    record FunctionUrlConfigRequest(
            String functionName, @Nullable String qualifier) {}

    record ListFunctionUrlConfigsRequest(
            String functionName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    /// A URL as the API shows it; CreateFunctionUrlConfig doesn't show when it was modified.
    record FunctionUrlConfig(
            String functionUrl,
            String functionArn,
            String authType,
            @Nullable Cors cors,
            String creationTime,
            @Nullable String lastModifiedTime,
            String invokeMode) {}

    record CreateFunctionUrlConfigResponse(
            String functionUrl,
            String functionArn,
            String authType,
            @Nullable Cors cors,
            String creationTime,
            String invokeMode) {}

    record ListFunctionUrlConfigsResponse(
            List<FunctionUrlConfig> functionUrlConfigs,
            @Nullable String nextMarker) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation(
                        "CreateFunctionUrlConfig",
                        CreateFunctionUrlConfigRequest.class,
                        CreateFunctionUrlConfigResponse.class,
                        this::create)
                .operation("GetFunctionUrlConfig", FunctionUrlConfigRequest.class, FunctionUrlConfig.class, this::get)
                .operation(
                        "UpdateFunctionUrlConfig",
                        UpdateFunctionUrlConfigRequest.class,
                        FunctionUrlConfig.class,
                        this::update)
                .operation("DeleteFunctionUrlConfig", FunctionUrlConfigRequest.class, this::delete)
                .operation(
                        "ListFunctionUrlConfigs",
                        ListFunctionUrlConfigsRequest.class,
                        ListFunctionUrlConfigsResponse.class,
                        this::list)
                .partial(
                        "CreateFunctionUrlConfig",
                        "The URL is served over HTTP at `<url-id>.lambda-url.<region>.localhost` on the API's port, and at the "
                                + "path `/_podium/url/<url-id>/`. `NONE` lets everybody call without a resource policy; `AWS_IAM` "
                                + "asks for a valid signature, and no policy is evaluated.");
    }

    private CreateFunctionUrlConfigResponse create(Call call, CreateFunctionUrlConfigRequest request) {
        FunctionName name = name(call, request.functionName(), request.qualifier());
        functions.get(name);
        Instant now = now();
        FunctionUrl url = new FunctionUrl(
                FunctionUrls.newId(),
                name.scope(),
                name.name(),
                name.qualifier() == null ? FunctionName.LATEST : name.qualifier(),
                request.authType(),
                given(request.cors()),
                Objects.requireNonNullElse(request.invokeMode(), BUFFERED),
                now,
                now);
        urls.create(url);
        FunctionUrlConfig shown = shown(call, url);
        return new CreateFunctionUrlConfigResponse(
                shown.functionUrl(),
                shown.functionArn(),
                shown.authType(),
                shown.cors(),
                shown.creationTime(),
                shown.invokeMode());
    }

    private FunctionUrlConfig get(Call call, FunctionUrlConfigRequest request) {
        return shown(call, urls.get(name(call, request.functionName(), request.qualifier())));
    }

    private FunctionUrlConfig update(Call call, UpdateFunctionUrlConfigRequest request) {
        FunctionName name = name(call, request.functionName(), request.qualifier());
        return shown(
                call,
                urls.update(
                        name,
                        before -> before.changed(
                                Objects.requireNonNullElse(request.authType(), before.authType()),
                                request.cors() == null ? before.cors() : given(request.cors()),
                                Objects.requireNonNullElse(request.invokeMode(), before.invokeMode()),
                                now())));
    }

    private Nothing delete(Call call, FunctionUrlConfigRequest request) {
        urls.delete(name(call, request.functionName(), request.qualifier()));
        return new Nothing();
    }

    private ListFunctionUrlConfigsResponse list(Call call, ListFunctionUrlConfigsRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        functions.get(new FunctionName(name.scope(), name.name(), null));
        Integer limit = request.maxItems();
        FunctionUrls.Page page = urls.page(name, request.marker(), limit == null ? PAGE : limit);
        return new ListFunctionUrlConfigsResponse(
                page.urls().stream().map(url -> shown(call, url)).toList(), page.nextMarker());
    }

    /// The function or alias; a URL can't belong to a version.
    private static FunctionName name(Call call, String function, @Nullable String qualifier) {
        FunctionName name = FunctionName.parse(call.scope(), function, qualifier);
        String given = name.qualifier();
        if (given != null && given.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new AwsException(LambdaError.Validation.constraint(
                    given,
                    "qualifier",
                    "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)"));
        }
        return name.latest() ? new FunctionName(name.scope(), name.name(), null) : name;
    }

    private static @Nullable Cors given(@Nullable Cors cors) {
        return cors == null || cors.isBlank() ? null : cors;
    }

    private Instant now() {
        return functions.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }

    /// At the port that the caller used.
    private static FunctionUrlConfig shown(Call call, FunctionUrl url) {
        String host = call.request().headers().first("Host", "");
        int colon = host.lastIndexOf(':');
        String port = colon < 0 || host.endsWith("]") ? "" : host.substring(colon);
        return new FunctionUrlConfig(
                "http://" + url.host() + port + "/",
                url.name().qualifiedArn(),
                url.authType(),
                url.cors(),
                url.creationTime().toString(),
                url.lastModifiedTime().toString(),
                url.invokeMode());
    }
}
