package dev.podium.elb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Coverage;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.elb.proxy.ProxySettings;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the Elastic Load Balancing API against its service model.
@NullMarked
public final class ElbModelTest {
    /// The API's operations over a store, without traffic.
    public static ServiceApi service(Store store) {
        LoadBalancers loadBalancers = new LoadBalancers(store);
        TargetGroups groups = new TargetGroups(store);
        Ports ports = new Ports(true, List.of());
        InstanceAddresses instances = (scope, id) -> Optional.empty();
        Traffic traffic = new Traffic(
                loadBalancers,
                groups,
                dev.podium.elb.proxy.LoadBalancers.with(ProxySettings.defaults(), (function, event) -> event),
                new TrafficSettings(InetAddress.getLoopbackAddress(), ports, new CertificateFiles(Map.of())),
                instances);
        Targets targets = new Targets(groups, loadBalancers, traffic, instances);
        return new ElbApi(loadBalancers, groups, targets, traffic, new NoNetwork(), ports, Clock.systemUTC()).service();
    }

    private static final class NoNetwork implements Network {
        @Override
        public Optional<Subnet> subnet(Scope scope, String id) {
            return Optional.empty();
        }

        @Override
        public boolean hasSecurityGroup(Scope scope, String id) {
            return false;
        }

        @Override
        public Optional<String> defaultSecurityGroup(Scope scope, String vpcId) {
            return Optional.empty();
        }
    }

    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = service(store);
            ModelRecords.verify(service);
            assertThat(ModelRecords.ignored(service)).isEmpty();
            assertThat(service.coverage().count(Coverage.State.ABSENT)).isZero();
        }
    }
}
