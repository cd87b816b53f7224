package dev.podium.elb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a rule does, as the API has it and as it is stored.
///
/// @param type `forward`, `redirect` or `fixed-response`; others are refused
record Action(
        String type,
        @Nullable String targetGroupArn,
        @Nullable Integer order,
        @Nullable Redirect redirectConfig,
        @Nullable FixedResponse fixedResponseConfig,
        @Nullable Forward forwardConfig,
        @Nullable JsonNode authenticateOidcConfig,
        @Nullable JsonNode authenticateCognitoConfig,
        @Nullable JsonNode jwtValidationConfig) {

    /// Where a client is sent to; what it leaves out is taken from the request.
    record Redirect(
            @Nullable String protocol,
            @Nullable String port,
            @Nullable String host,
            @Nullable String path,
            @Nullable String query,
            String statusCode) {}

    /// An answer that needs no target.
    record FixedResponse(
            @Nullable String messageBody,
            String statusCode,
            @Nullable String contentType) {}

    /// The target groups that share the requests.
    record Forward(
            @Nullable List<TargetGroupTuple> targetGroups,
            @Nullable Stickiness targetGroupStickinessConfig) {
        /// The groups, none when they were left out.
        List<TargetGroupTuple> groups() {
            return targetGroups == null ? List.of() : targetGroups;
        }
    }

    /// One of them; the weight is 1 when it isn't given.
    record TargetGroupTuple(
            @Nullable String targetGroupArn, @Nullable Integer weight) {}

    /// Whether a client stays with its target group.
    record Stickiness(@Nullable Boolean enabled, @Nullable Integer durationSeconds) {}

    /// The ARNs of the target groups that this forwards to.
    List<String> targetGroups() {
        return forwardConfig == null
                ? List.of()
                : forwardConfig.groups().stream()
                        .map(TargetGroupTuple::targetGroupArn)
                        .map(String::valueOf)
                        .toList();
    }
}
