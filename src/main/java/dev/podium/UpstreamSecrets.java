package dev.podium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.ecs.SecretValues;
import java.io.IOException;

/// Reads the secrets of containers and event sources: from the files that PODIUM_SECRETS names, else from Systems
/// Manager and Secrets Manager at the upstream.
///
/// @param files those of the operator
/// @param upstream of this server, if it has one
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html">Sensitive
/// data</a>
record UpstreamSecrets(SecretFiles files, UpstreamCalls upstream) implements SecretValues {
    /// Those that a server's configuration names.
    static UpstreamSecrets of(Foundation on) {
        return new UpstreamSecrets(new SecretFiles(on.config().upstream().secrets()), new UpstreamCalls(on.upstream()));
    }

    @Override
    public String value(Scope scope, String reference) throws IOException, InterruptedException {
        Arn arn = Arn.parse(reference).orElse(null);
        if (arn != null && arn.service().equals("secretsmanager")) {
            String own = files.find(arn).orElse(null);
            if (own != null) {
                return member(arn.resource().split(":", -1), own);
            }
        }
        if (upstream.upstream() == null) {
            throw new IOException(
                    "it is not in PODIUM_SECRETS, and PODIUM_UPSTREAM_URL names no endpoint that might have it");
        }
        String region = arn == null ? scope.region() : arn.region();
        return arn != null && arn.service().equals("secretsmanager")
                ? secret(region, arn)
                : parameter(region, arn == null ? reference : arn.resource().substring("parameter".length()));
    }

    private String parameter(String region, String name) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("Name", name).put("WithDecryption", true);
        JsonNode value = upstream.call("ssm", "GetParameter", region, request).at("/Parameter/Value");
        return text(value, "the upstream's answer has no value");
    }

    /// The resource is `secret:name`, and by turns a JSON key, a version stage and a version id, which may be
    /// empty.
    private String secret(String region, Arn arn) throws IOException, InterruptedException {
        String[] parts = arn.resource().split(":", -1);
        if (parts.length < 2) {
            throw new IOException("it is no secret's ARN");
        }
        ObjectNode request = Json.object()
                .put(
                        "SecretId",
                        new Arn(arn.partition(), arn.service(), region, arn.account(), parts[0] + ":" + parts[1])
                                .toString());
        if (parts.length > 3 && !parts[3].isEmpty()) {
            request.put("VersionStage", parts[3]);
        }
        if (parts.length > 4 && !parts[4].isEmpty()) {
            request.put("VersionId", parts[4]);
        }
        JsonNode value = upstream.call("secretsmanager", "GetSecretValue", region, request)
                .path("SecretString");
        return member(parts, text(value, "the secret is no text"));
    }

    /// The member that the reference names, or all of the secret.
    private static String member(String[] parts, String secret) throws IOException {
        if (parts.length < 3 || parts[2].isEmpty()) {
            return secret;
        }
        String otherwise = "the secret has no member " + parts[2];
        try {
            return text(Json.MAPPER.readTree(secret).path(parts[2]), otherwise);
        } catch (JsonProcessingException e) {
            throw new IOException(otherwise); // that exception may quote the secret
        }
    }

    private static String text(JsonNode value, String otherwise) throws IOException {
        if (value.isMissingNode() || value.isNull()) {
            throw new IOException(otherwise);
        }
        return value.isTextual() ? value.asText() : value.toString();
    }
}
