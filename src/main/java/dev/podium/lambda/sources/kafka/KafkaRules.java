package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.sources.EventSourceMapping;
import java.util.Set;

/// What a mapping of a self-managed Kafka must have, and what Podium does not do for it.
final class KafkaRules {
    private static final Set<String> SIGN_IN =
            Set.of("BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH");
    private static final String AUTHORITY = "SERVER_ROOT_CA_CERTIFICATE";
    private static final Set<String> WITHOUT_EFFECT = Set.of("VPC_SUBNET", "VPC_SECURITY_GROUP");

    private KafkaRules() {}

    /// Refuses what could never work.
    ///
    /// @throws AwsException InvalidParameterValueException
    static void check(EventSourceMapping mapping) {
        require(
                mapping.setting("SelfManagedEventSource")
                                .at("/Endpoints/KAFKA_BOOTSTRAP_SERVERS")
                                .size()
                        > 0,
                "SelfManagedEventSource must have Endpoints of type KAFKA_BOOTSTRAP_SERVERS.");
        require(mapping.setting("Topics").size() == 1, "Topics must name one topic for a Kafka event source.");
        require(
                !mapping.startingPosition().isEmpty(),
                "StartingPosition is required for a Kafka event source: TRIM_HORIZON, LATEST or AT_TIMESTAMP.");
        require(
                !mapping.setting("SelfManagedKafkaEventSourceConfig").has("SchemaRegistryConfig"),
                "SchemaRegistryConfig: Podium reads no schema registry; functions get records as they are.");
        require(
                !mapping.setting("DestinationConfig")
                        .at("/OnFailure/Destination")
                        .asText("")
                        .startsWith("kafka://"),
                "Podium sends no discarded records to kafka:// topics; name a queue or an SNS topic.");
        access(mapping.setting("SourceAccessConfigurations"));
    }

    private static void access(JsonNode entries) {
        String signIn = "";
        for (JsonNode entry : entries) {
            String type = entry.path("Type").asText();
            if (WITHOUT_EFFECT.contains(type)) {
                continue;
            }
            require(
                    SIGN_IN.contains(type) || type.equals(AUTHORITY),
                    type + " is no SourceAccessConfiguration of a self-managed Kafka event source.");
            require(
                    Arn.parse(entry.path("URI").asText())
                            .filter(arn -> arn.service().equals("secretsmanager"))
                            .isPresent(),
                    "The URI of " + type + " must be the ARN of a Secrets Manager secret.");
            if (SIGN_IN.contains(type)) {
                require(signIn.isEmpty(), type + " can't be combined with " + signIn + ".");
                signIn = type;
            }
        }
    }

    private static void require(boolean met, String otherwise) {
        if (!met) {
            throw new AwsException(new LambdaError.InvalidParameterValue(otherwise));
        }
    }
}
