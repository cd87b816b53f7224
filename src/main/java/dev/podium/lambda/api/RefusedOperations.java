package dev.podium.lambda.api;

import dev.podium.aws.ServiceApi;
import java.util.List;

/// The operations that Podium will not have: what they manage has no meaning on its pods.
public final class RefusedOperations implements LambdaOperations {
    private static final List<String> DURABLE = List.of(
            "CheckpointDurableExecution",
            "GetDurableExecution",
            "GetDurableExecutionHistory",
            "GetDurableExecutionState",
            "ListDurableExecutionsByFunction",
            "SendDurableExecutionCallbackFailure",
            "SendDurableExecutionCallbackHeartbeat",
            "SendDurableExecutionCallbackSuccess",
            "StopDurableExecution");
    private static final List<String> CAPACITY = List.of(
            "CreateCapacityProvider",
            "DeleteCapacityProvider",
            "GetCapacityProvider",
            "ListCapacityProviders",
            "ListFunctionVersionsByCapacityProvider",
            "UpdateCapacityProvider");
    private static final List<String> SCALING = List.of("GetFunctionScalingConfig", "PutFunctionScalingConfig");

    /// The operations as a family.
    public RefusedOperations() {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        DURABLE.forEach(name -> service.refused(name, "there are no durable executions"));
        CAPACITY.forEach(name -> service.refused(name, "pods run where the cluster puts them, not on EC2 instances"));
        SCALING.forEach(name -> service.refused(name, "it belongs to capacity providers"));
    }
}
