package dev.podium.elb;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Store;
import java.util.List;
import java.util.Optional;

/// All target groups with their targets. What was accepted is on disk when a method returns.
public final class TargetGroups {
    /// As many as AWS allows in a region.
    static final int MOST = 3000;

    /// As many targets as AWS allows behind an application load balancer.
    static final int MOST_TARGETS = 1000;

    private final NamedTable<StoredTargetGroup> table;

    /// Opens the collection; nothing is read yet.
    public TargetGroups(Store store) {
        table = new NamedTable<>(store.table("elb-target-groups", StoredTargetGroup.class), TargetGroups::missing);
    }

    NamedTable<StoredTargetGroup> table() {
        return table;
    }

    /// One target group.
    ///
    /// @throws AwsException TargetGroupNotFound, or ValidationError when the text is no such ARN
    StoredTargetGroup get(String arn, Scope caller) {
        return find(ElbArn.parse(arn, ElbError.Kind.TARGET_GROUP, caller)).orElseThrow(() -> missing(arn));
    }

    /// One target group by its own ARN.
    Optional<StoredTargetGroup> find(ElbArn arn) {
        return table.named(arn.scope(), arn.name())
                .filter(found -> ElbArn.parse(found.arn()).filter(arn::equals).isPresent());
    }

    private static AwsException missing(String arn) {
        return ElbError.notFound(ElbError.Kind.TARGET_GROUP, List.of(arn));
    }

    /// Tells whether targets get connections, from network load balancers, and not requests.
    ///
    /// @param protocol of the group, null of functions
    static boolean forConnections(@org.jspecify.annotations.Nullable String protocol) {
        return "TCP".equals(protocol) || "TLS".equals(protocol);
    }
}
