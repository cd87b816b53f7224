package dev.podium.elb;

import dev.podium.aws.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the actions of a rule, and writes out what they leave to defaults, as AWS shows them.
final class ActionRules {
    private static final Set<String> ROUTING = Set.of("forward", "redirect", "fixed-response");
    private static final Set<String> CONTENT_TYPES =
            Set.of("text/plain", "text/css", "text/html", "application/javascript", "application/json");
    private static final int MOST_GROUPS = 5;
    private static final int MOST_UNIQUE = 100;
    private static final int HEAVIEST = 999;
    private static final int WEEK = 604_800;

    private final LoadBalancers loadBalancers;
    private final TargetGroups groups;

    ActionRules(LoadBalancers loadBalancers, TargetGroups groups) {
        this.loadBalancers = loadBalancers;
        this.groups = groups;
    }

    /// Checks the actions for a load balancer.
    ///
    /// @return them as they are stored and shown
    /// @throws dev.podium.aws.AwsException ValidationError, InvalidLoadBalancerAction, TargetGroupNotFound,
    ///     IncompatibleProtocols or TargetGroupAssociationLimit
    List<Action> check(List<Action> given, StoredLoadBalancer at) {
        if (given.isEmpty()) {
            throw ElbError.validation("An action must be specified");
        }
        List<Action> ordered = new ArrayList<>(given);
        ordered.sort(Comparator.comparingInt(action -> action.order() == null ? 0 : action.order()));
        for (Action action : ordered) {
            if (!ROUTING.contains(action.type())) {
                throw ElbError.unsupported("The action type '" + action.type() + "'");
            }
        }
        if (ordered.size() > 1) {
            throw ElbError.of(
                    "InvalidLoadBalancerAction",
                    "A rule must have exactly one of the actions forward, redirect and fixed-response");
        }
        return List.of(check(ordered.getFirst(), at));
    }

    private Action check(Action action, StoredLoadBalancer at) {
        checkConfigurations(action);
        if (at.network() && !action.type().equals("forward")) {
            throw ElbError.of(
                    "InvalidLoadBalancerAction",
                    "The action type '" + action.type() + "' is not valid with network load balancers");
        }
        return switch (action.type()) {
            case "forward" -> forward(action, at);
            case "redirect" -> redirect(action);
            default -> fixed(action);
        };
    }

    private static void checkConfigurations(Action action) {
        boolean others = switch (action.type()) {
            case "forward" -> action.redirectConfig() != null || action.fixedResponseConfig() != null;
            case "redirect" -> action.fixedResponseConfig() != null || forwards(action);
            default -> action.redirectConfig() != null || forwards(action);
        };
        if (others) {
            throw ElbError.validation(
                    "An action of type '" + action.type() + "' can't have the configuration of another type of action");
        }
    }

    private static boolean forwards(Action action) {
        return action.forwardConfig() != null || action.targetGroupArn() != null;
    }

    private Action forward(Action action, StoredLoadBalancer at) {
        Action.Forward config = action.forwardConfig();
        List<Action.TargetGroupTuple> given = config == null ? List.of() : config.groups();
        String single = action.targetGroupArn();
        if (given.isEmpty() && single == null) {
            throw ElbError.validation("A target group ARN must be specified");
        }
        if (single != null && given.stream().anyMatch(group -> !single.equals(group.targetGroupArn()))) {
            throw ElbError.validation("The target group ARN '" + single
                    + "' and the ForwardConfig must name the same, single target group");
        }
        List<Action.TargetGroupTuple> shared = given.isEmpty()
                ? List.of(new Action.TargetGroupTuple(single, 1))
                : given.stream().map(ActionRules::weighted).toList();
        if (shared.size() > MOST_GROUPS) {
            throw ElbError.of(
                    "TooManyTargetGroups", "An action can forward to at most '" + MOST_GROUPS + "' target groups");
        }
        shared.forEach(group -> checkGroup(String.valueOf(group.targetGroupArn()), at));
        Set<String> all = new HashSet<>(at.targetGroups());
        shared.forEach(group -> all.add(String.valueOf(group.targetGroupArn())));
        if (all.size() > MOST_UNIQUE) {
            throw ElbError.of(
                    "TooManyUniqueTargetGroupsPerLoadBalancer",
                    "A load balancer can forward to at most '" + MOST_UNIQUE + "' target groups");
        }
        Action.Stickiness stickiness = stickiness(config == null ? null : config.targetGroupStickinessConfig());
        return new Action(
                action.type(),
                shared.size() == 1 ? shared.getFirst().targetGroupArn() : null,
                action.order(),
                null,
                null,
                new Action.Forward(shared, stickiness),
                null,
                null,
                null);
    }

    private static Action.TargetGroupTuple weighted(Action.TargetGroupTuple group) {
        int weight = group.weight() == null ? 1 : group.weight();
        if (weight < 0 || weight > HEAVIEST) {
            throw ElbError.validation("The weight for each target group must be between 0 and 999, inclusive");
        }
        if (group.targetGroupArn() == null) {
            throw ElbError.validation("A target group ARN must be specified");
        }
        return new Action.TargetGroupTuple(group.targetGroupArn(), weight);
    }

    private static Action.Stickiness stickiness(Action.@Nullable Stickiness given) {
        if (given == null || !Boolean.TRUE.equals(given.enabled())) {
            return new Action.Stickiness(false, given == null ? null : given.durationSeconds());
        }
        Integer seconds = given.durationSeconds();
        if (seconds == null || seconds < 1 || seconds > WEEK) {
            throw ElbError.validation(
                    "The duration of target group stickiness must be between 1 and " + WEEK + " seconds, inclusive");
        }
        return given;
    }

    private void checkGroup(String arn, StoredLoadBalancer at) {
        Scope scope = at.scope();
        StoredTargetGroup group = groups.find(ElbArn.parse(arn, ElbError.Kind.TARGET_GROUP, scope))
                .orElseThrow(() -> ElbError.of("TargetGroupNotFound", "One or more target groups not found"));
        boolean tcp = TargetGroups.forConnections(group.identity().protocol());
        if (at.network() != tcp) {
            throw ElbError.of(
                    "IncompatibleProtocols",
                    "The target group '" + arn + "' with protocol '"
                            + (group.identity().protocol() == null
                                    ? "LAMBDA"
                                    : group.identity().protocol())
                            + "' can't be used with load balancers of type '"
                            + at.identity().type() + "'");
        }
        if (loadBalancers.using(arn, scope).stream().anyMatch(user -> !user.equals(at.arn()))) {
            throw ElbError.of(
                    "TargetGroupAssociationLimit",
                    "The following target groups cannot be associated with more than one load balancer: " + arn);
        }
    }

    private static Action redirect(Action action) {
        Action.Redirect given = action.redirectConfig();
        if (given == null) {
            throw ElbError.validation("A redirect configuration must be specified");
        }
        Action.Redirect whole = new Action.Redirect(
                or(given.protocol(), "#{protocol}"),
                or(given.port(), "#{port}"),
                or(given.host(), "#{host}"),
                or(given.path(), "/#{path}"),
                or(given.query(), "#{query}"),
                given.statusCode());
        if (whole.equals(new Action.Redirect(
                "#{protocol}", "#{port}", "#{host}", "/#{path}", whole.query(), given.statusCode()))) {
            throw ElbError.of(
                    "InvalidLoadBalancerAction",
                    "The redirect must change at least one of protocol, host, port and path to avoid a loop");
        }
        if (!String.valueOf(whole.path()).startsWith("/")) {
            throw ElbError.validation("The redirect path '" + whole.path() + "' must begin with '/'");
        }
        String port = String.valueOf(whole.port());
        if (!port.equals("#{port}") && !isPort(port)) {
            throw ElbError.validation("The redirect port '" + port + "' must be between 1 and 65535, or #{port}");
        }
        return new Action(action.type(), null, action.order(), whole, null, null, null, null, null);
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    static boolean isPort(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }

    private static Action fixed(Action action) {
        Action.FixedResponse given = action.fixedResponseConfig();
        if (given == null) {
            throw ElbError.validation("A fixed response configuration must be specified");
        }
        String type = given.contentType();
        if (type != null && !CONTENT_TYPES.contains(type)) {
            throw ElbError.validation(
                    "The content type '" + type + "' must be one of " + new java.util.TreeSet<>(CONTENT_TYPES));
        }
        return new Action(action.type(), null, action.order(), null, given, null, null, null, null);
    }
}
