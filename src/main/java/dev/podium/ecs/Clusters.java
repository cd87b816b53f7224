package dev.podium.ecs;

import dev.podium.aws.Scope;
import dev.podium.ecs.Names.ClusterName;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The clusters: names that tasks and services belong to.
final class Clusters {
    private static final int MOST = 10_000;

    private final Table<StoredCluster> table;

    Clusters(Store store) {
        this.table = store.table("ecs-clusters", StoredCluster.class);
    }

    /// Changes or makes a cluster.
    ///
    /// @param change gets null when there is none
    StoredCluster put(ClusterName name, UnaryOperator<@Nullable StoredCluster> change) {
        return Objects.requireNonNull(table.compute(name.key(), change));
    }

    /// Changes a cluster that is there.
    ///
    /// @throws dev.podium.aws.AwsException ClusterNotFoundException
    StoredCluster change(ClusterName name, UnaryOperator<StoredCluster> change) {
        return put(name, before -> {
            if (before == null || !before.active()) {
                throw EcsError.clusterNotFound();
            }
            return change.apply(before);
        });
    }

    /// A cluster, deleted ones too.
    Optional<StoredCluster> find(ClusterName name) {
        return table.get(name.key());
    }

    /// The cluster that a request means, which has to be there.
    ///
    /// @throws dev.podium.aws.AwsException ClusterNotFoundException
    ClusterName existing(@Nullable String reference, Scope caller) {
        ClusterName name = ClusterName.of(reference, caller);
        if (find(name).filter(StoredCluster::active).isEmpty()) {
            throw EcsError.clusterNotFound();
        }
        return name;
    }

    /// Names of all clusters that are there.
    List<String> names(Scope scope) {
        return table.page(scope.account() + "/" + scope.region() + "/", null, MOST).stream()
                .map(Entry::value)
                .filter(StoredCluster::active)
                .map(StoredCluster::name)
                .toList();
    }
}
