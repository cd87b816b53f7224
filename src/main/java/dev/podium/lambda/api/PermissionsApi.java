package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.Policies;
import dev.podium.lambda.api.Responses.Nothing;
import org.jspecify.annotations.Nullable;

/// Resource-based policies of functions, each for the function or one of its versions and aliases.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html">AddPermission</a>
public final class PermissionsApi implements LambdaOperations {
    private static final String READER = "GetPolicy";

    private final Functions functions;
    private final Policies policies;

    /// Connects the operations with what they work on, and forgets the policies of deleted functions and aliases.
    public PermissionsApi(Functions functions, Policies policies) {
        this.functions = functions;
        this.policies = policies;
        functions.aliases().onDelete(alias -> policies.delete(alias.arn()));
        functions.onDelete(function -> {
            if (function.isPublished()) {
                policies.delete(function.arn() + ":" + function.version());
            } else {
                policies.deleteAll(function.arn());
            }
        });
    }

    record AddPermissionRequest(
            String functionName,
            String statementId,
            String action,
            String principal,
            @Nullable String sourceArn,
            @Nullable String sourceAccount,
            @Nullable String eventSourceToken,
            @Nullable String qualifier,
            @Nullable String revisionId,
            @Nullable String principalOrgID,
            @Nullable String functionUrlAuthType,
            @Nullable Boolean invokedViaFunctionUrl) {}

    record AddPermissionResponse(String statement) {}

    record RemovePermissionRequest(
            String functionName,
            String statementId,
            @Nullable String qualifier,
            @Nullable String revisionId) {}

    record GetPolicyRequest(String functionName, @Nullable String qualifier) {}

    record GetPolicyResponse(String policy, String revisionId) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("AddPermission", AddPermissionRequest.class, AddPermissionResponse.class, this::add)
                .operation("RemovePermission", RemovePermissionRequest.class, this::remove)
                .operation("GetPolicy", GetPolicyRequest.class, GetPolicyResponse.class, this::get)
                .partial(
                        "AddPermission",
                        "Checked, kept and shown. Callers aren't checked against it: Podium doesn't evaluate IAM.");
    }

    private AddPermissionResponse add(Call call, AddPermissionRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        if (FunctionName.LATEST.equals(name.qualifier())) {
            throw invalid("We currently do not support adding policies for $LATEST.");
        }
        requireFunction(name);
        if (request.functionUrlAuthType() != null && !request.action().equals("lambda:InvokeFunctionUrl")) {
            throw invalid("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
        }
        Policies.Statement statement = Statements.function(request, name.qualifiedArn());
        policies.add(name.qualifiedArn(), statement, request.revisionId(), READER);
        return new AddPermissionResponse(statement.json());
    }

    private void requireFunction(FunctionName name) {
        String qualifier = name.qualifier();
        functions.get(new FunctionName(name.scope(), name.name(), null));
        if (functions.find(name).isEmpty()) {
            throw new AwsException(
                    qualifier == null || qualifier.matches("[0-9]+")
                            ? ResourceNotFound.function(name.qualifiedArn())
                            : new ResourceNotFound("Cannot find alias arn: " + name.qualifiedArn()));
        }
    }

    private Nothing remove(Call call, RemovePermissionRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        if (FunctionName.LATEST.equals(name.qualifier())) {
            throw invalid("We currently do not support adding policies for $LATEST.");
        }
        requireFunction(name);
        policies.remove(name.qualifiedArn(), request.statementId(), request.revisionId(), READER);
        return new Nothing();
    }

    private GetPolicyResponse get(Call call, GetPolicyRequest request) {
        FunctionName name = FunctionName.parse(call.scope(), request.functionName(), request.qualifier());
        Policies.Policy policy =
                policies.find(name.qualifiedArn()).orElseThrow(() -> new AwsException(ResourceNotFound.requested()));
        return new GetPolicyResponse(Statements.document(policy), policy.revisionId());
    }
}
