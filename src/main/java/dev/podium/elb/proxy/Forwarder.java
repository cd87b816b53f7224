package dev.podium.elb.proxy;

import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds out what becomes of a request: by the listener's rules to a target group, there to a
/// target, and back comes the head of an answer.
///
/// A request of which nothing can have reached a target is tried on another one: when no
/// connection comes about, or a kept one turns out dead at the first write. What was sent once is
/// never sent again.
final class Forwarder {
    private final Function<String, @Nullable LiveGroup> groups;
    private final FunctionForwarder functions;

    Forwarder(Function<String, @Nullable LiveGroup> groups, FunctionForwarder functions) {
        this.groups = groups;
        this.functions = functions;
    }

    /// What a request leads to, by its listener's rules.
    Answer answer(Incoming request, HttpRoutes routes) throws IOException, InterruptedException {
        RequestTarget target = RequestTarget.of(request);
        if (target == null) {
            return Answers.error(400);
        }
        if (request.method().equals("TRACE") || request.method().equals("CONNECT")) {
            return Answers.error(405);
        }
        if (RequestFields.isForwardedTooOften(request.headers())) {
            return Answers.error(463);
        }
        if (routes.balancer().desync() == LoadBalancer.Desync.STRICTEST && isDoubtful(request)) {
            return Answers.error(400);
        }
        return switch (routes.rules().action(request, target)) {
            case Action.FixedResponse fixed -> Answers.fixed(fixed);
            case Action.Redirect redirect -> Answers.redirect(redirect, request, target);
            case Action.Forward forward -> forward(request, target, routes, forward);
        };
    }

    private static boolean isDoubtful(Incoming request) {
        boolean bodiless = request.method().equals("GET") || request.method().equals("HEAD");
        return (bodiless && request.bodyLength() != 0)
                || request.target().chars().anyMatch(c -> c >= 127 || "<>\"{}|\\^`".indexOf(c) >= 0);
    }

    private Answer forward(Incoming request, RequestTarget target, HttpRoutes routes, Action.Forward action)
            throws IOException, InterruptedException {
        String arn = groupOf(request, action);
        LiveGroup group = arn == null ? null : groups.apply(arn);
        if (arn == null || group == null || group.isEmpty()) {
            return Answers.error(503);
        }
        Cookies cookies = new Cookies(request, group, arn, action);
        if (group.settings().protocol() == TargetGroup.Protocol.LAMBDA) {
            return functions.answer(request, target, routes, group, cookies);
        }
        return new Attempt(request, target, routes, upgrade(request), cookies).run(group);
    }

    /// The protocol that the client wants to change to. Not HTTP/2: its requests would pass by the rules.
    private static @Nullable String upgrade(Incoming request) {
        String wanted = request.headers().first("Upgrade");
        boolean asked = request.isDirect() && request.headers().lists("Connection", "Upgrade");
        return asked && wanted != null && !wanted.toLowerCase(Locale.ROOT).contains("h2c") ? wanted : null;
    }

    private static @Nullable String groupOf(Incoming request, Action.Forward action) {
        List<Action.Weighted> groups = action.groups();
        if (groups.size() == 1) {
            return groups.getFirst().targetGroupArn();
        }
        if (action.stickiness() != null) {
            String key = Stickiness.key(request.headers(), Stickiness.GROUP);
            for (Action.Weighted group : groups) {
                if (key != null
                        && group.weight() > 0
                        && LiveTarget.key(group.targetGroupArn()).equals(key)) {
                    return group.targetGroupArn();
                }
            }
        }
        return weighted(groups);
    }

    /// Chooses a group at random by the weights; null if all are 0.
    static @Nullable String weighted(List<Action.Weighted> groups) {
        int all = groups.stream().mapToInt(Action.Weighted::weight).sum();
        int at = all == 0 ? 0 : ThreadLocalRandom.current().nextInt(all);
        for (Action.Weighted group : groups) {
            at -= group.weight();
            if (at < 0) {
                return group.targetGroupArn();
            }
        }
        return null;
    }

    /// The cookies of one request and its answer.
    ///
    /// @param action what led to the group
    record Cookies(Incoming request, LiveGroup group, String groupArn, Action.Forward action) {
        /// The target that the client is to stay with, if it can have requests.
        @Nullable
        LiveTarget target() {
            String cookie = switch (group.settings().attributes().stickiness()) {
                case TargetGroup.Stickiness.LoadBalancerCookie c -> Stickiness.TARGET;
                case TargetGroup.Stickiness.ApplicationCookie c -> Stickiness.APPLICATION;
                case TargetGroup.Stickiness.None n -> null;
                case TargetGroup.Stickiness.SourceAddress a -> null;
            };
            String key = cookie == null ? null : Stickiness.key(request.headers(), cookie);
            return key == null ? null : group.named(key);
        }

        /// Adds what makes the client stay.
        void set(WireHeaders.Builder fields, @Nullable LiveTarget target, WireHeaders answered) {
            boolean secure = request.tls() != null;
            Duration groupDuration = action.stickiness();
            if (groupDuration != null) {
                Stickiness.set(fields, Stickiness.GROUP, LiveTarget.key(groupArn), groupDuration, secure);
            }
            if (target == null) {
                return;
            }
            switch (group.settings().attributes().stickiness()) {
                case TargetGroup.Stickiness.LoadBalancerCookie c ->
                    Stickiness.set(fields, Stickiness.TARGET, target.key(), c.duration(), secure);
                case TargetGroup.Stickiness.ApplicationCookie c
                when Stickiness.sets(answered, c.name()) ->
                    Stickiness.set(fields, Stickiness.APPLICATION, target.key(), c.duration(), secure);
                case TargetGroup.Stickiness.ApplicationCookie c -> {}
                case TargetGroup.Stickiness.None n -> {}
                case TargetGroup.Stickiness.SourceAddress a -> {}
            }
        }
    }
}
