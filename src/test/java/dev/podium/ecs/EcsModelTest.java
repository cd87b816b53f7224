package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.aws.Coverage;
import dev.podium.aws.DispatcherSettings;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.RoleCredentials;
import dev.podium.aws.ServiceApi;
import dev.podium.http.wire.VirtualHosts;
import dev.podium.http.wire.WireHandler;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.pods.PodSettings;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The records of the ECS API against its service model.
@NullMarked
public final class EcsModelTest {
    /// The API's operations over a store, with nothing around them.
    public static ServiceApi service(Store store) {
        KubeAccess nowhere = KubeAccess.plain(URI.create("http://127.0.0.1:9"), "t", "default");
        Pods pods = new Pods(
                KubeClient.connect(nowhere, KubeClientSettings.defaults()),
                new PodSettings(
                        "test",
                        dev.podium.codec.Json.object(),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        () -> null,
                        dev.podium.codec.Json.object(),
                        null,
                        Duration.ZERO));
        return new EcsApi(new Surroundings(
                        store,
                        pods,
                        new Reaper(pods),
                        new NoHosts(),
                        new NoLoadBalancers(),
                        new NoLogs(),
                        (scope, reference) -> "",
                        List::of,
                        TaskUsage.UNKNOWN,
                        new EcsSettings(
                                "127.0.0.1",
                                9001,
                                image -> image,
                                true,
                                "busybox",
                                new RoleCredentials(DispatcherSettings.defaults())),
                        Clock.systemUTC()))
                .service();
    }

    private static final class NoHosts implements VirtualHosts {
        @Override
        public void serve(String token, WireHandler handler) {}

        @Override
        public void forget(String token) {}
    }

    private static final class NoLoadBalancers implements LoadBalancing {
        @Override
        public boolean exists(String targetGroupArn) {
            return false;
        }

        @Override
        public void register(String targetGroupArn, String ip, int port) {}

        @Override
        public void deregister(String targetGroupArn, String ip, int port) {}

        @Override
        public Health health(String targetGroupArn, String ip, int port) {
            return Health.GONE;
        }

        @Override
        public void onChange(Consumer<String> listener) {}
    }

    private static final class NoLogs implements TaskLogs {
        @Override
        public boolean exists(dev.podium.aws.Scope scope, String group) {
            return false;
        }

        @Override
        public void write(dev.podium.aws.Scope scope, String group, String stream, List<Line> lines) {}
    }

    @Test
    void everyRecordFitsItsShape() {
        try (Store store = MvStore.inMemory()) {
            ServiceApi service = service(store);
            ModelRecords.verify(service);
            assertThat(ModelRecords.ignored(service))
                    .containsExactlyInAnyOrder("ListTasks.daemonName", "RunTask.referenceId", "StartTask.referenceId");
            assertThat(service.coverage().count(Coverage.State.ABSENT)).isZero();
        }
    }
}
