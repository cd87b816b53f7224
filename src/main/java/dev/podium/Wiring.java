package dev.podium;

import dev.podium.aws.DispatcherSettings;
import dev.podium.codec.Json;
import dev.podium.config.Config;
import dev.podium.http.ListenerSettings;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.lambda.invoke.InvokeSettings;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSettings;
import dev.podium.pods.PodSettings;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Maps the configuration to the settings of each package: none of them knows it.
final class Wiring {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final long MAX_BODY = 70_167_211;

    private Wiring() {}

    static Store store(Config config) throws IOException {
        return MvStore.open(config.stateDir());
    }

    static RuntimePort runtimePort(Config config, Map<String, String> env) throws IOException {
        return RuntimePort.start(RuntimeSettings.defaults(address(config.runtimeListen())));
    }

    static ListenerSettings listener(Config config) {
        return new ListenerSettings(address(config.listen()), "aws", MAX_BODY, STOP_GRACE);
    }

    private static InetSocketAddress address(String listen) {
        int colon = listen.lastIndexOf(':');
        return new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
    }

    static PodSettings pods(Config config, Server server, Cluster cluster) {
        return new PodSettings(
                server.instance(),
                Json.object(),
                Map.of(),
                Map.of(),
                List.of(),
                cluster.owner(),
                null,
                "",
                null,
                Duration.ofSeconds(2));
    }

    static InvokeSettings invoke(Config config, Cluster cluster, RuntimePort port) {
        return new InvokeSettings(
                config.keepalive(),
                START_TIMEOUT,
                config.concurrency(),
                config.maxEnvironments(),
                cluster.embedded() ? InvokeSettings.CodeLoader.INIT : InvokeSettings.CodeLoader.AUTO,
                config.initImage(),
                cluster.selfIp(),
                port.address().getPort(),
                false,
                false,
                null);
    }

    static LambdaLimits limits(Config config) {
        return LambdaLimits.defaults();
    }

    static DispatcherSettings dispatcher(Config config, Clock clock) {
        return DispatcherSettings.defaults();
    }
}
