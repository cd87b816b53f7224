package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.AwsException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// On what kind of capacity a task is to run. A pod runs on any node all the same; what was asked for is shown.
///
/// @param launchType `EC2` or `FARGATE`
/// @param capacityProvider `FARGATE` or `FARGATE_SPOT`, or null
/// @param strategy the capacity provider strategy as given, or null
/// @param network the network configuration as given, or null
record Launching(
        String launchType,
        @Nullable String capacityProvider,
        @Nullable JsonNode strategy,
        @Nullable String platformVersion,
        @Nullable JsonNode network) {
    private static final Set<String> PROVIDERS = Set.of("FARGATE", "FARGATE_SPOT");

    /// Checks what a request says.
    ///
    /// @throws AwsException InvalidParameterException
    static Launching of(
            @Nullable String launchType,
            @Nullable JsonNode strategy,
            @Nullable String platformVersion,
            @Nullable JsonNode network,
            TaskDefinition definition) {
        JsonNode wanted = strategy == null || strategy.isEmpty() ? null : strategy;
        if (wanted != null && launchType != null) {
            throw EcsError.invalid(
                    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and"
                            + " try again.");
        }
        String provider = wanted == null ? null : provider(wanted);
        String type = provider != null ? "FARGATE" : launchType == null ? "EC2" : launchType;
        if (!type.equals("EC2") && !type.equals("FARGATE")) {
            throw EcsError.invalid("The launch type " + type + " is not supported by Podium: use FARGATE or EC2.");
        }
        if (type.equals("FARGATE") && !compatible(definition)) {
            throw EcsError.invalid("Task definition does not support launch_type FARGATE.");
        }
        boolean awsvpc = definition.document().path("networkMode").asText().equals("awsvpc");
        if (awsvpc && (network == null || !network.has("awsvpcConfiguration"))) {
            throw EcsError.invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
        }
        if (!awsvpc && network != null && network.has("awsvpcConfiguration")) {
            throw EcsError.invalid(
                    "Network Configuration is not valid for the given networkMode of this task definition.");
        }
        if (type.equals("EC2") && platformVersion != null && !platformVersion.isEmpty()) {
            throw EcsError.invalid("The platform version must be null when specifying an EC2 launch type.");
        }
        return new Launching(type, provider, wanted, platformVersion, network);
    }

    /// Checks a capacity provider strategy.
    ///
    /// @return the provider with the largest base and weight, or the first one
    static String provider(JsonNode strategy) {
        String best = "";
        int most = -1;
        for (JsonNode item : strategy) {
            String name = item.path("capacityProvider").asText();
            check(name);
            int weight = item.path("base").asInt(0) * 1000 + item.path("weight").asInt(0);
            if (weight > most) {
                most = weight;
                best = name;
            }
        }
        return best;
    }

    /// Refuses capacity providers other than Fargate's.
    static void check(String provider) {
        if (!PROVIDERS.contains(provider)) {
            throw EcsError.invalid(
                    "The capacity provider " + provider + " is not supported by Podium: use FARGATE or FARGATE_SPOT.");
        }
    }

    boolean fargate() {
        return launchType.equals("FARGATE");
    }

    private static boolean compatible(TaskDefinition definition) {
        for (JsonNode compatibility : definition.document().path("compatibilities")) {
            if (compatibility.asText().equals("FARGATE")) {
                return true;
            }
        }
        return false;
    }
}
