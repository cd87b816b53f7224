package dev.podium.aws;

import dev.podium.http.Response;
import java.util.Map;

/// The handler of an operation that reads its body itself: nothing is parsed, validated or copied.
@FunctionalInterface
public interface RawOperation {
    /// Carries out a call. The response is sent as it is, with the request id added.
    ///
    /// @param labels of the path, decoded, by the model's member names
    /// @throws AwsException for every failure that the client is to understand; anything else becomes a 500
    Response handle(Call call, Map<String, String> labels) throws Exception;
}
