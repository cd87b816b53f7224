package dev.podium.elb;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.util.List;
import java.util.Optional;

/// The ARN of a load balancer, a listener, a rule or a target group. The first three begin with the parts of
/// the load
/// balancer's: `listener-rule/app/<name>/<id>/<listener id>/<rule id>`.
///
/// @param parts of the resource behind its kind
record ElbArn(ElbError.Kind kind, Scope scope, List<String> parts) {
    private static final String SERVICE = "elasticloadbalancing";

    /// Reads the ARN of whatever kind.
    static Optional<ElbArn> parse(String text) {
        return Arn.parse(text).filter(arn -> arn.service().equals(SERVICE)).flatMap(ElbArn::of);
    }

    /// Reads the ARN of one kind.
    ///
    /// @throws dev.podium.aws.AwsException ValidationError when it is none, or none of this region's
    static ElbArn parse(String text, ElbError.Kind kind, Scope caller) {
        return parse(text)
                .filter(arn -> arn.kind == kind && arn.scope.equals(caller))
                .orElseThrow(() -> ElbError.malformed(kind, text));
    }

    private static Optional<ElbArn> of(Arn arn) {
        List<String> parts = List.of(arn.resource().split("/", -1));
        int count = parts.size() - 1;
        ElbError.Kind kind = switch (parts.getFirst()) {
            case "loadbalancer" -> count == 3 ? ElbError.Kind.LOAD_BALANCER : null;
            case "listener" -> count == 4 ? ElbError.Kind.LISTENER : null;
            case "listener-rule" -> count == 5 ? ElbError.Kind.RULE : null;
            case "targetgroup" -> count == 2 ? ElbError.Kind.TARGET_GROUP : null;
            default -> null;
        };
        return kind == null
                ? Optional.empty()
                : Optional.of(new ElbArn(kind, arn.scope(), parts.subList(1, parts.size())));
    }

    /// The name of the load balancer, or of the target group.
    String name() {
        return parts.get(kind == ElbError.Kind.TARGET_GROUP ? 0 : 1);
    }

    /// The ARN of the load balancer that this belongs to.
    String loadBalancer() {
        return text(scope, "loadbalancer", parts.subList(0, 3));
    }

    /// The ARN of the listener that this rule belongs to, or of this listener.
    String listener() {
        return text(scope, "listener", parts.subList(0, 4));
    }

    static String loadBalancer(Scope scope, String type, String name, String id) {
        return text(scope, "loadbalancer", List.of(type.equals("network") ? "net" : "app", name, id));
    }

    /// The ARN of a new listener of a load balancer.
    static String listener(String loadBalancer, String id) {
        return loadBalancer.replace(":loadbalancer/", ":listener/") + "/" + id;
    }

    /// The ARN of a new rule of a listener.
    static String rule(String listener, String id) {
        return listener.replace(":listener/", ":listener-rule/") + "/" + id;
    }

    static String targetGroup(Scope scope, String name, String id) {
        return text(scope, "targetgroup", List.of(name, id));
    }

    private static String text(Scope scope, String kind, List<String> parts) {
        return Arn.of(SERVICE, scope, kind + "/" + String.join("/", parts)).toString();
    }

    /// The ARN's text.
    @Override
    public String toString() {
        String what = switch (kind) {
            case LOAD_BALANCER -> "loadbalancer";
            case LISTENER -> "listener";
            case RULE -> "listener-rule";
            case TARGET_GROUP -> "targetgroup";
        };
        return text(scope, what, parts);
    }
}
