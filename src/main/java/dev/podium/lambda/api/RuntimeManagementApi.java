package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.RuntimeManagement;
import dev.podium.lambda.RuntimeManagement.Mode;
import org.jspecify.annotations.Nullable;

/// When the runtime of a function may be updated.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html">
/// PutRuntimeManagementConfig</a>
public final class RuntimeManagementApi implements LambdaOperations {
    private static final String MANUAL = "Manual";

    private final Functions functions;
    private final RuntimeManagement modes;

    /// Connects the operations with what they work on, and forgets deleted functions.
    public RuntimeManagementApi(Functions functions, RuntimeManagement modes) {
        this.functions = functions;
        this.modes = modes;
        functions.onDelete(modes::delete);
    }

    record PutRequest(
            String functionName,
            @Nullable String qualifier,
            String updateRuntimeOn,
            @Nullable String runtimeVersionArn) {}

    record GetRequest(String functionName, @Nullable String qualifier) {}

    record Response(
            String updateRuntimeOn,
            String functionArn,
            @Nullable String runtimeVersionArn) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("PutRuntimeManagementConfig", PutRequest.class, Response.class, this::put)
                .operation("GetRuntimeManagementConfig", GetRequest.class, Response.class, this::get)
                .partial(
                        "PutRuntimeManagementConfig",
                        "Podium has one version of each runtime, the image that its name maps to: every mode means that one, "
                                + "and `Manual` takes only its ARN, the one that `RuntimeVersionConfig` shows.");
    }

    private Response put(Call call, PutRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        LambdaFunction function = function(name);
        String runtime = function.settings().runtime();
        String given = request.runtimeVersionArn();
        boolean manual = request.updateRuntimeOn().equals(MANUAL);
        if (runtime == null) {
            throw invalid(
                    "Runtime management configuration is not supported for functions created with container images.");
        }
        if (manual != (given != null)) {
            throw invalid(
                    manual
                            ? "RuntimeVersionArn is required when UpdateRuntimeOn is Manual."
                            : "RuntimeVersionArn is only supported when UpdateRuntimeOn is Manual.");
        }
        if (given != null && !given.equals(RuntimeManagement.versionArn(function.scope(), runtime))) {
            throw invalid("The runtime version " + given + " is not available for runtime " + runtime
                    + ". Podium has only " + RuntimeManagement.versionArn(function.scope(), runtime) + ".");
        }
        modes.put(function, new Mode(request.updateRuntimeOn(), given));
        return new Response(request.updateRuntimeOn(), name.qualifiedArn(), given);
    }

    private Response get(Call call, GetRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        Mode mode = modes.of(function(name));
        return new Response(mode.updateRuntimeOn(), name.qualifiedArn(), mode.runtimeVersionArn());
    }

    private LambdaFunction function(FunctionName name) {
        String qualifier = name.qualifier();
        if (qualifier != null && functions.aliases().find(name, qualifier).isPresent()) {
            throw invalid("Runtime management configuration is not supported for aliases: name a version.");
        }
        return functions.get(name);
    }
}
