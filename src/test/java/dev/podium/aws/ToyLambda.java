package dev.podium.aws;

import dev.podium.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A few of Lambda's operations, enough to try the front with.
@NullMarked
final class ToyLambda {
    /// What the last CreateFunction was bound to.
    final AtomicReference<CreateFunctionRequest> created = new AtomicReference<>();

    /// The call of the last operation.
    final AtomicReference<Call> call = new AtomicReference<>();

    @SuppressWarnings("ArrayRecordComponent")
    record Code(byte @Nullable [] zipFile, @Nullable String imageUri) {}

    record Environment(@Nullable Map<String, String> variables) {}

    record CreateFunctionRequest(
            String functionName,
            String role,
            Code code,
            @Nullable String runtime,
            @Nullable String handler,
            @Nullable Integer timeout,
            @Nullable Integer memorySize,
            @Nullable Boolean publish,
            @Nullable Environment environment,
            @Nullable List<String> layers,
            @Nullable Map<String, String> tags) {}

    record FunctionConfiguration(
            String functionName,
            @Nullable String functionArn,
            @Nullable Long codeSize,
            @Nullable Integer timeout,
            @Nullable Environment environment,
            @Nullable String lastModified) {}

    record FunctionRequest(String functionName, @Nullable String qualifier) {}

    record ListFunctionsRequest(
            @Nullable String marker, @Nullable Integer maxItems) {}

    record ListFunctionsResponse(@Nullable String nextMarker, List<FunctionConfiguration> functions) {}

    record UntagResourceRequest(String resource, List<String> tagKeys) {}

    record Missing(String message) implements AwsError {
        @Override
        public String code() {
            return "ResourceNotFoundException";
        }

        @Override
        public int status() {
            return 404;
        }
    }

    record Throttled(String message) implements AwsError {
        @Override
        public String code() {
            return "TooManyRequestsException";
        }

        @Override
        public int status() {
            return 429;
        }

        @Override
        public Map<String, Object> members() {
            return Map.of("Reason", "ConcurrentInvocationLimitExceeded", "retryAfterSeconds", "3");
        }
    }

    /// The service with its handlers.
    ServiceApi api() {
        return ServiceApi.of("lambda")
                .operation("CreateFunction", CreateFunctionRequest.class, FunctionConfiguration.class, this::create)
                .operation("GetFunctionConfiguration", FunctionRequest.class, FunctionConfiguration.class, this::get)
                .operation("ListFunctions", ListFunctionsRequest.class, ListFunctionsResponse.class, this::list)
                .operation("UntagResource", UntagResourceRequest.class, Void.class, this::untag)
                .raw("Invoke", this::invoke)
                .openEnum("Runtime")
                .build();
    }

    private FunctionConfiguration create(Call current, CreateFunctionRequest request) {
        call.set(current);
        created.set(request);
        return new FunctionConfiguration(
                request.functionName(),
                Arn.of("lambda", current.scope(), "function:" + request.functionName())
                        .toString(),
                request.code().zipFile() == null ? null : (long) request.code().zipFile().length,
                request.timeout(),
                request.environment(),
                "2024-01-02T03:04:05.678+0000");
    }

    private FunctionConfiguration get(Call current, FunctionRequest request) {
        call.set(current);
        return switch (request.functionName()) {
            case "missing" -> throw new AwsException(new Missing("Function not found: missing"));
            case "throttled" -> throw new AwsException(new Throttled("Rate Exceeded."));
            case "broken" -> throw new IllegalStateException("a secret of the server");
            default -> new FunctionConfiguration(request.functionName(), null, null, null, null, request.qualifier());
        };
    }

    private ListFunctionsResponse list(Call current, ListFunctionsRequest request) {
        call.set(current);
        return new ListFunctionsResponse(request.marker(), List.of());
    }

    private @Nullable Void untag(Call current, UntagResourceRequest request) {
        call.set(current);
        if (!request.tagKeys().equals(List.of("a b", "c"))) {
            throw new IllegalStateException(request.toString());
        }
        return null;
    }

    private Response invoke(Call current, Map<String, String> labels) throws Exception {
        call.set(current);
        byte[] payload = current.request().bytes(6 << 20);
        if (payload.length == 0) {
            throw new AwsException(new Missing("nothing at " + labels.get("FunctionName")));
        }
        String answer = labels.get("FunctionName") + ":" + new String(payload, StandardCharsets.UTF_8);
        return Response.json(200, answer.getBytes(StandardCharsets.UTF_8)).with("X-Amz-Executed-Version", "$LATEST");
    }
}
