package dev.podium.lambda.api;

import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A kind of resource that can be tagged.
public interface TaggableResource {
    /// How the resource part of its ARNs begins, such as `function:`.
    String prefix();

    /// The tags of one.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    Map<String, String> tags(Call call, Arn arn);

    /// Changes the tags of one, atomically; the change throws when the tags aren't allowed.
    ///
    /// @param change from a map that may be changed to the new tags
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void retag(Call call, Arn arn, UnaryOperator<Map<String, String>> change);
}
