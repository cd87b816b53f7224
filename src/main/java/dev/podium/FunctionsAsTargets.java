package dev.podium;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.elb.proxy.FunctionTargets;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.Invocations;
import java.io.IOException;
import java.util.UUID;

/// Lambda functions as targets of load balancers.
record FunctionsAsTargets(Functions functions, Invocations invocations) implements FunctionTargets {
    @Override
    public byte[] invoke(String functionArn, byte[] event) throws IOException, InterruptedException {
        try {
            Scope scope = Arn.parse(functionArn)
                    .map(Arn::scope)
                    .orElseThrow(() -> new IOException(functionArn + " is no function's ARN"));
            FunctionName name = FunctionName.parse(scope, functionArn, null);
            LambdaFunction function =
                    functions.find(name).orElseThrow(() -> new IOException("there is no function " + functionArn));
            InvocationResult result = invocations.invoke(
                    function,
                    new InvocationRequest(UUID.randomUUID().toString(), event, name.qualifiedArn(), false, null, null));
            if (result.functionError() != null) {
                throw new IOException("the function " + functionArn + " failed: " + result.functionError());
            }
            return result.payload();
        } catch (AwsException e) {
            throw new IOException("the function " + functionArn + " can't be invoked: " + e.getMessage(), e);
        }
    }
}
