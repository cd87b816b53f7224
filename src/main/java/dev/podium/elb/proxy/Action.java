package dev.podium.elb.proxy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a rule does with a request or connection.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html">Action
///     types</a>
public sealed interface Action {
    /// Forwards to one of several target groups.
    ///
    /// @param groups     with weights; a group of weight 0 gets nothing
    /// @param stickiness how long a client stays with its group (cookie `AWSALBTG`); null for no
    ///     stickiness
    record Forward(List<Weighted> groups, @Nullable Duration stickiness) implements Action {
        /// Copies the list.
        public Forward {
            groups = List.copyOf(groups);
        }

        /// Forwards to one target group.
        public static Forward to(String targetGroupArn) {
            return new Forward(List.of(new Weighted(targetGroupArn, 1)), null);
        }
    }

    /// A target group and its share.
    ///
    /// @param weight 0 to 999
    record Weighted(String targetGroupArn, int weight) {}

    /// Sends the client elsewhere. The texts may hold `#{protocol}`, `#{host}`, `#{port}`,
    /// `#{path}` (without its first slash) and `#{query}`.
    ///
    /// @param protocol `HTTP`, `HTTPS` or `#{protocol}`
    /// @param port     a number or `#{port}`
    /// @param path     starts with a slash
    /// @param query    without question mark; may be empty
    /// @param status   301 or 302
    record Redirect(String protocol, String host, String port, String path, String query, int status)
            implements Action {}

    /// Answers itself.
    ///
    /// @param status 2xx, 4xx or 5xx
    record FixedResponse(
            int status,
            @Nullable String contentType,
            @Nullable String body) implements Action {}
}
