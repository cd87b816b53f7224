package dev.podium.elb;

import dev.podium.aws.Scope;
import dev.podium.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// All load balancers with their listeners and rules. What was accepted is on disk when a method returns.
public final class LoadBalancers {
    /// As many as AWS allows of each type in a region.
    static final int MOST = 50;

    private final NamedTable<StoredLoadBalancer> table;

    /// Opens the collection; nothing is read yet.
    public LoadBalancers(Store store) {
        table = new NamedTable<>(
                store.table("elb-load-balancers", StoredLoadBalancer.class),
                arn -> ElbError.notFound(ElbError.Kind.LOAD_BALANCER, arn));
    }

    NamedTable<StoredLoadBalancer> table() {
        return table;
    }

    /// One load balancer.
    ///
    /// @throws dev.podium.aws.AwsException LoadBalancerNotFound, or ValidationError when the text is no such ARN
    StoredLoadBalancer get(String arn, Scope caller) {
        return find(ElbArn.parse(arn, ElbError.Kind.LOAD_BALANCER, caller))
                .orElseThrow(() -> ElbError.notFound(ElbError.Kind.LOAD_BALANCER, arn));
    }

    /// The load balancer that an ARN, also a listener's or a rule's, belongs to.
    Optional<StoredLoadBalancer> find(ElbArn arn) {
        return table.named(arn.scope(), arn.name()).filter(found -> found.arn().equals(arn.loadBalancer()));
    }

    /// A listener and its load balancer.
    record Found(StoredLoadBalancer loadBalancer, StoredListener listener) {}

    /// One listener.
    ///
    /// @throws dev.podium.aws.AwsException ListenerNotFound, or ValidationError when the text is no such ARN
    Found listener(String arn, Scope caller) {
        return findListener(ElbArn.parse(arn, ElbError.Kind.LISTENER, caller))
                .orElseThrow(() -> ElbError.notFound(ElbError.Kind.LISTENER, arn));
    }

    /// The listener that an ARN, also a rule's, belongs to.
    Optional<Found> findListener(ElbArn arn) {
        return find(arn).flatMap(lb -> lb.listener(arn.listener()).map(listener -> new Found(lb, listener)));
    }

    /// A rule and its listener.
    record FoundRule(Found at, StoredRule rule) {}

    /// One rule.
    ///
    /// @throws dev.podium.aws.AwsException RuleNotFound, or ValidationError when the text is no such ARN
    FoundRule rule(String arn, Scope caller) {
        return findRule(arn, caller).orElseThrow(() -> ElbError.notFound(ElbError.Kind.RULE, arn));
    }

    /// The same, or nothing when it isn't there.
    Optional<FoundRule> findRule(String arn, Scope caller) {
        return findListener(ElbArn.parse(arn, ElbError.Kind.RULE, caller))
                .flatMap(found -> found.listener().rule(arn).map(rule -> new FoundRule(found, rule)));
    }

    /// Changes one listener.
    ///
    /// @throws dev.podium.aws.AwsException ListenerNotFound when it was deleted meanwhile
    StoredLoadBalancer changeListener(Found found, UnaryOperator<StoredListener> change) {
        return table.change(
                found.loadBalancer().arn(),
                now -> withListener(now, found.listener().arn(), change));
    }

    /// A load balancer with one listener changed.
    ///
    /// @throws dev.podium.aws.AwsException ListenerNotFound
    static StoredLoadBalancer withListener(StoredLoadBalancer at, String arn, UnaryOperator<StoredListener> change) {
        if (at.listener(arn).isEmpty()) {
            throw ElbError.notFound(ElbError.Kind.LISTENER, arn);
        }
        return at.withListener(arn, change);
    }

    /// The load balancers that forward to a target group; at most one, but for a moment.
    List<String> using(String targetGroup, Scope scope) {
        return table.all(scope).stream()
                .filter(lb -> lb.targetGroups().contains(targetGroup))
                .map(StoredLoadBalancer::arn)
                .toList();
    }
}
