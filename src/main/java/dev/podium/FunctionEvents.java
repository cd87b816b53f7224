package dev.podium;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.schedules.Targets.Failed;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Lambda functions as targets of schedules and rules: each call is an asynchronous invocation.
record FunctionEvents(Functions functions, AsyncEvents async) {
    /// Sends a function an event: when this returns it is on disk.
    ///
    /// @throws Failed when there is no such function
    void accept(Arn target, String payload) throws Failed {
        FunctionName name;
        LambdaFunction function;
        try {
            name = FunctionName.parse(target.scope(), target.toString(), null);
            function = functions
                    .find(name)
                    .orElseThrow(() -> new Failed("ResourceNotFoundException", "Function not found: " + target, true));
        } catch (AwsException e) {
            throw new Failed(e.error().code(), e.error().message(), true);
        }
        async.accept(
                function,
                new InvocationRequest(
                        UUID.randomUUID().toString(),
                        payload.getBytes(StandardCharsets.UTF_8),
                        name.qualifiedArn(),
                        false,
                        null,
                        null));
    }
}
