package dev.podium.lambda.api;

import dev.podium.lambda.FunctionConfiguration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The output shapes of Lambda's operations: a null member is left out.
final class Responses {
    private Responses() {}

    record GetFunctionResponse(
            FunctionConfiguration configuration,
            CodeLocation code,
            @Nullable Map<String, String> tags,
            ConcurrencyApi.@Nullable Concurrency concurrency) {}

    record CodeLocation(
            String repositoryType,
            @Nullable String location,
            @Nullable String imageUri,
            @Nullable String resolvedImageUri) {}

    record ListFunctionsResponse(@Nullable String nextMarker, List<FunctionConfiguration> functions) {}

    record ListTagsResponse(Map<String, String> tags) {}

    record Nothing() {}

    record DeleteFunctionResponse(@Nullable Integer statusCode) {}
}
