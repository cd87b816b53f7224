package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionConfiguration;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.api.Responses.ListFunctionsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Published versions: PublishVersion, and `Publish` at creation and update.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html">Versions</a>
public record VersionsApi(Functions functions, CodeBlobs codes) implements LambdaOperations {
    private static final int PAGE = 50;

    record PublishVersionRequest(
            String functionName,
            @Nullable String codeSha256,
            @Nullable String description,
            @Nullable String revisionId,
            @Nullable String publishTo) {}

    record ListVersionsByFunctionRequest(
            String functionName,
            @Nullable String marker,
            @Nullable Integer maxItems) {}

    record ListVersionsByFunctionResponse(@Nullable String nextMarker, List<FunctionConfiguration> versions) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation(
                        "PublishVersion",
                        PublishVersionRequest.class,
                        FunctionConfiguration.class,
                        this::publishVersion)
                .operation(
                        "ListVersionsByFunction",
                        ListVersionsByFunctionRequest.class,
                        ListVersionsByFunctionResponse.class,
                        this::listVersionsByFunction);
    }

    private FunctionConfiguration publishVersion(Call call, PublishVersionRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        name.requireUnqualified();
        if (request.publishTo() != null) {
            throw invalid("PublishTo is not supported by Podium: leave it out.");
        }
        return publish(name, request.description(), function -> {
            String sha = request.codeSha256();
            String current = FunctionConfiguration.codeSha256(function);
            if (sha != null && !sha.isEmpty() && !sha.equals(current)) {
                throw invalid("CodeSHA256 (" + sha + ") is different from current CodeSHA256 in $LATEST (" + current
                        + "). Please try again with the CodeSHA256 in $LATEST.");
            }
            String revision = request.revisionId();
            if (revision != null && !revision.equals(function.revisionId())) {
                throw new AwsException(LambdaError.PreconditionFailed.revision());
            }
            Functions.requireSettled(function);
        });
    }

    /// Publishes what `$LATEST` is now, or finds the version that it was published as.
    ///
    /// @param check throws when the function isn't what the caller takes it for
    FunctionConfiguration publish(FunctionName name, @Nullable String description, Consumer<LambdaFunction> check) {
        // The version's use of its blobs begins before the version does, so that they can't go in between.
        List<String> held = new ArrayList<>();
        boolean kept = false;
        try {
            Functions.Published published = functions.publish(
                    name,
                    function -> {
                        check.accept(function);
                        function.blobs().forEach(blob -> {
                            codes.hold(blob);
                            held.add(blob);
                        });
                    },
                    description);
            kept = published.fresh();
            if (kept) {
                settleLater(published.version());
            }
            return FunctionConfiguration.of(
                    published.version(), published.version().version());
        } finally {
            if (!kept) {
                held.forEach(codes::release);
            }
        }
    }

    /// Prepares a function in the background: most need nothing, and the state follows at once.
    void settleLater(LambdaFunction function) {
        Thread.ofVirtual().name("lambda-settle-" + function.name()).start(() -> functions.prepare(function));
    }

    private ListVersionsByFunctionResponse listVersionsByFunction(Call call, ListVersionsByFunctionRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), null);
        LambdaFunction latest = functions.get(new FunctionName(name.scope(), name.name(), null));
        Integer given = request.maxItems();
        int limit = given == null ? PAGE : Math.min(given, PAGE);
        String marker = request.marker();
        List<LambdaFunction> page = new ArrayList<>();
        if (marker == null || marker.isEmpty()) {
            page.add(latest);
            marker = null;
        } else if (!marker.matches("0|[1-9][0-9]{0,9}")) {
            throw invalid("The marker isn't one of this list: " + marker);
        }
        page.addAll(functions.versions(name, marker, limit + 1 - page.size()));
        boolean more = page.size() > limit;
        List<LambdaFunction> shown = more ? page.subList(0, limit) : page;
        LambdaFunction last = shown.getLast();
        return new ListVersionsByFunctionResponse(
                more ? (last.isPublished() ? last.version() : "0") : null,
                shown.stream()
                        .map(version -> FunctionConfiguration.listed(version, true))
                        .toList());
    }

    /// ListFunctions with `FunctionVersion=ALL`: every function with all its versions.
    ///
    /// @param marker name and version of the last entry, with a colon between; null for the first page
    ListFunctionsResponse listFunctions(Call call, @Nullable String marker, int limit) {
        List<LambdaFunction> found = new ArrayList<>();
        String name = null;
        if (marker != null && !marker.isEmpty()) {
            int colon = marker.indexOf(':');
            if (colon < 1) {
                throw invalid("The marker isn't one of this list: " + marker);
            }
            name = marker.substring(0, colon);
            String version = marker.substring(colon + 1);
            found.addAll(functions.versions(
                    new FunctionName(call.scope(), name, null),
                    version.equals(FunctionName.LATEST) ? null : version,
                    limit + 1));
        }
        while (found.size() <= limit) {
            List<LambdaFunction> next = functions.page(call.scope(), name, 1).functions();
            if (next.isEmpty()) {
                break;
            }
            LambdaFunction function = next.getFirst();
            name = function.name();
            found.add(function);
            found.addAll(
                    functions.versions(new FunctionName(call.scope(), name, null), null, limit + 1 - found.size()));
        }
        boolean more = found.size() > limit;
        List<LambdaFunction> page = more ? found.subList(0, limit) : found;
        return new ListFunctionsResponse(
                more ? page.getLast().name() + ":" + page.getLast().version() : null,
                page.stream()
                        .map(function -> FunctionConfiguration.listed(function, true))
                        .toList());
    }
}
