package dev.podium.it;

import dev.podium.kube.ClusterContract;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The contract of the Kubernetes API over the real cluster.
final class ClusterIT extends ClusterContract {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    @Override
    protected KubeAccess access() {
        try {
            return KubeAccess.kubeconfig(CLUSTER.kubeconfig(), null).withNamespace(CLUSTER.namespace());
        } catch (KubeException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected String image() {
        return ItCluster.INIT_IMAGE;
    }

    @Override
    protected String absentImage() {
        return "registry.local/absent:1";
    }

    @Override
    protected List<String> shell() {
        return List.of("/bin/busybox", "sh", "-c");
    }
}
