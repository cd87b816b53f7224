package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a mapping's SourceAccessConfigurations into settings of Kafka's client. Secrets have the members that AWS
/// gives
/// them; beside these, `securityProtocol` may be `SASL_PLAINTEXT`, for brokers that have no TLS.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html">Authentication methods</a>
final class KafkaAccess {
    private static final String IN_THE_CLEAR = "SASL_PLAINTEXT";
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

    private final Map<String, Object> settings = new HashMap<>();
    private final BrokerSecrets secrets;

    private KafkaAccess(BrokerSecrets secrets) {
        this.secrets = secrets;
    }

    /// One of the SourceAccessConfigurations.
    ///
    /// @param type `BASIC_AUTH` and so on
    /// @param uri of a secret, or of what Podium has no use for
    record Entry(String type, String uri) {}

    /// Reads the secrets.
    ///
    /// @throws KafkaTrouble when one is missing or holds something else
    static Map<String, Object> settings(List<Entry> entries, BrokerSecrets secrets)
            throws KafkaTrouble, InterruptedException {
        KafkaAccess access = new KafkaAccess(secrets);
        for (Entry entry : entries) {
            access.add(entry);
        }
        access.settings.putIfAbsent("security.protocol", "PLAINTEXT");
        return access.settings;
    }

    private void add(Entry entry) throws KafkaTrouble, InterruptedException {
        switch (entry.type()) {
            case "BASIC_AUTH" -> sasl(entry, "PLAIN", PLAIN);
            case "SASL_SCRAM_256_AUTH" -> sasl(entry, "SCRAM-SHA-256", SCRAM);
            case "SASL_SCRAM_512_AUTH" -> sasl(entry, "SCRAM-SHA-512", SCRAM);
            case "CLIENT_CERTIFICATE_TLS_AUTH" -> {
                JsonNode secret = object(entry);
                settings.put("security.protocol", "SSL");
                settings.put("ssl.keystore.type", "PEM");
                settings.put("ssl.keystore.certificate.chain", member(entry, secret, "certificate"));
                settings.put("ssl.keystore.key", member(entry, secret, "privateKey"));
                if (secret.hasNonNull("privateKeyPassword")) {
                    settings.put("ssl.key.password", member(entry, secret, "privateKeyPassword"));
                }
            }
            case "SERVER_ROOT_CA_CERTIFICATE" -> {
                String text = text(entry);
                JsonNode secret = parsed(text);
                settings.putIfAbsent("security.protocol", "SSL");
                settings.put("ssl.truststore.type", "PEM");
                settings.put(
                        "ssl.truststore.certificates", secret == null ? text : member(entry, secret, "certificate"));
            }
            default -> {
                // VPC_SUBNET and VPC_SECURITY_GROUP: pods and brokers meet on the cluster's own network.
            }
        }
    }

    private void sasl(Entry entry, String mechanism, String module) throws KafkaTrouble, InterruptedException {
        JsonNode secret = object(entry);
        settings.put(
                "security.protocol",
                secret.path("securityProtocol").asText().equals(IN_THE_CLEAR) ? IN_THE_CLEAR : "SASL_SSL");
        settings.put("sasl.mechanism", mechanism);
        settings.put(
                "sasl.jaas.config",
                module + " required username=" + quoted(member(entry, secret, "username")) + " password="
                        + quoted(member(entry, secret, "password")) + ";");
    }

    /// As JAAS files quote.
    private static String quoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }

    private String text(Entry entry) throws KafkaTrouble, InterruptedException {
        try {
            return secrets.value(entry.uri());
        } catch (IOException e) {
            throw new KafkaTrouble("The secret " + entry.uri() + " can't be read: " + e.getMessage());
        }
    }

    private JsonNode object(Entry entry) throws KafkaTrouble, InterruptedException {
        JsonNode secret = parsed(text(entry));
        if (secret == null) {
            throw new KafkaTrouble("The secret " + entry.uri() + " is no JSON object.");
        }
        return secret;
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            return node.isObject() ? node : null;
        } catch (IOException e) {
            return null; // its text may be quoted in the exception
        }
    }

    private static String member(Entry entry, JsonNode secret, String name) throws KafkaTrouble {
        String value = secret.path(name).asText("");
        if (value.isEmpty()) {
            throw new KafkaTrouble("The secret " + entry.uri() + " has no member " + name + ".");
        }
        return value;
    }
}
