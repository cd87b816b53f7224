package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;

/// Calls of AWS's JSON protocols to the upstream.
///
/// @param service signing name
/// @param version of the protocol, `1.0` or `1.1`
/// @param target prefix of the header X-Amz-Target
record UpstreamCalls(HttpUpstream upstream, String service, String version, String target) {
    /// Calls an operation.
    ///
    /// @throws HttpUpstream.Refused with the code of the error
    /// @throws IOException when the upstream is away
    JsonNode call(String region, String operation, JsonNode request) throws IOException, InterruptedException {
        String answer = upstream.call(
                service,
                region,
                "application/x-amz-json-" + version,
                Json.MAPPER.writeValueAsBytes(request),
                "X-Amz-Target",
                target + "." + operation);
        return Json.MAPPER.readTree(answer.isEmpty() ? "{}" : answer);
    }
}
