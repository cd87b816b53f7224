package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.podium.aws.DispatcherSettings;
import dev.podium.aws.HttpUpstream;
import dev.podium.aws.RoleCredentials;
import dev.podium.aws.TemporaryCredentials;
import dev.podium.codec.Json;
import dev.podium.config.Config;
import dev.podium.config.PoolSizes;
import dev.podium.config.TemplateSource;
import dev.podium.config.Variable;
import dev.podium.ec2.Ec2Settings;
import dev.podium.http.ListenerSettings;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.kube.embedded.EmbeddedSettings;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.lambda.invoke.FollowedLogs;
import dev.podium.lambda.invoke.FunctionLogs;
import dev.podium.lambda.invoke.Images;
import dev.podium.lambda.invoke.InstallSettings;
import dev.podium.lambda.invoke.InvokeSettings;
import dev.podium.lambda.invoke.PodLogs;
import dev.podium.lambda.invoke.PoolSettings;
import dev.podium.lambda.runtime.CodeLimits;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSettings;
import dev.podium.logs.LogEvent;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogTarget;
import dev.podium.logs.LogsSettings;
import dev.podium.pods.PodSettings;
import dev.podium.pods.Pods;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Maps the configuration to the settings of each package: none of them knows it.
final class Wiring {
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final Duration POD_GRACE = Duration.ofSeconds(2);
    /// AWS takes answers that are this much larger than events.
    private static final int RESPONSE_EXTRA = 100;
    private static final int MAX_ENTRIES = 100_000;
    private static final int ASYNC_PAYLOAD = 1 << 20;
    /// The largest object of S3, with its framing.
    private static final long LARGEST_BODY = 6L << 30;

    private Wiring() {}

    static Store store(Config config) throws IOException {
        return config.server().persistence() ? MvStore.open(config.server().stateDir()) : MvStore.inMemory();
    }

    static RuntimePort runtimePort(Config config, boolean embedded) throws IOException {
        return RuntimePort.start(
                RuntimeSettings.defaults(config.server().runtimeListen(embedded).address())
                        .withMaxResponseBytes(Math.addExact(config.lambda().payloadSizeBytes(), RESPONSE_EXTRA)));
    }

    /// Logs lie in the state folder, or in a temporary one when nothing is to be kept.
    static LogsSettings logs(Config config) throws IOException {
        long size = config.server().logsMaxBytes();
        return config.server().persistence()
                ? LogsSettings.of(config.server().stateDir().resolve("logs"), size)
                : LogsSettings.of(Files.createTempDirectory("podium-logs"), size)
                        .passing();
    }

    static PodLogs podLogs(Cluster cluster, Pods pods) {
        EmbeddedCluster own = cluster.own();
        return own == null ? new FollowedLogs(pods) : new EmbeddedLogs(own);
    }

    /// Lets functions' logs go where the Logs API finds them.
    static FunctionLogs functionLogs(LogGroups logs) {
        return (to, lines) -> logs.write(
                new LogTarget(to.scope(), to.group(), to.stream()),
                lines.stream()
                        .map(line -> new LogEvent(line.millis(), line.text()))
                        .toList());
    }

    /// Whoever reads a body whole has a limit of its own; this one is for those that flow.
    static ListenerSettings listener(Config config) {
        return new ListenerSettings(config.server().listen().address(), "aws", LARGEST_BODY, STOP_GRACE);
    }

    /// The embedded cluster's files lie in the state folder, or in a temporary one when nothing is to be kept.
    static EmbeddedSettings embedded(Config config, RuntimePort port, Map<String, String> env) throws IOException {
        Path folder = config.server().persistence()
                ? config.server().stateDir().resolve("pods")
                : Files.createTempDirectory("podium-pods");
        String namespace = config.cluster().namespace();
        EmbeddedSettings settings = EmbeddedSettings.defaults(folder)
                .withNamespace(namespace == null ? "default" : namespace)
                .withHosts(port::resolve);
        String path = env.get("PATH");
        return path == null ? settings : settings.withSearchPath(path);
    }

    static PodSettings pods(Config config, Server server, Cluster cluster) throws StartException {
        Config.Pods pods = config.pods();
        // The usual case does without Json.MAPPER, whose making takes longer than all else here.
        ObjectNode template = template(pods.template());
        ObjectNode spec = template.withObjectProperty("spec");
        if (!pods.nodeSelector().isEmpty()) {
            ObjectNode selector = spec.withObjectProperty("nodeSelector");
            pods.nodeSelector().forEach(selector::put);
        }
        if (!pods.tolerations().isEmpty()) {
            spec.withArrayProperty("tolerations").addAll(Json.MAPPER.<ArrayNode>valueToTree(pods.tolerations()));
        }
        return new PodSettings(
                server.instance(),
                template,
                pods.labels(),
                pods.annotations(),
                pods.dns(),
                cluster.owner(),
                pods.securityContext().isEmpty()
                        ? JsonNodeFactory.instance.objectNode()
                        : Json.MAPPER.valueToTree(pods.securityContext()),
                pods.imagePullSecret(),
                POD_GRACE);
    }

    private static ObjectNode template(@Nullable TemplateSource source) throws StartException {
        if (source == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            JsonNode template = switch (source) {
                case TemplateSource.Inline(String manifest) -> new YAMLMapper().readTree(manifest);
                case TemplateSource.InFile(Path path) -> new YAMLMapper().readTree(path.toFile());
            };
            if (template instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new StartException("PODIUM_POD_TEMPLATE can't be read: " + e.getMessage(), e);
        }
        throw new StartException(
                "PODIUM_POD_TEMPLATE is not a (partial) Pod manifest: its top level must be an object");
    }

    static InvokeSettings invoke(Foundation on, Runtimes runtimes) throws StartException {
        Config config = on.config();
        Cluster cluster = on.cluster();
        Config.Lambda lambda = config.lambda();
        return new InvokeSettings(
                lambda.keepalive(),
                lambda.startTimeout(),
                lambda.maxEnvironments(),
                pool(lambda.pool(), cluster.embedded(), runtimes),
                // The embedded kubelet does the init container's work itself; its host needs no shell.
                cluster.embedded()
                        ? InvokeSettings.CodeLoader.INIT
                        : InvokeSettings.CodeLoader.valueOf(lambda.codeLoader().name()),
                initImage(config.pods()),
                cluster.selfIp(),
                cluster.selfPort(),
                lambda.tmpMedium() == Config.TmpMedium.MEMORY,
                lambda.ignoreArchitecture() || cluster.embedded(),
                config.pods().ecrUrl(),
                new InstallSettings(lambda.installTimeout(), limits(config).code()),
                roles(config, on.server(), on.clock()));
    }

    /// On the embedded cluster a pod costs a folder: what takes time there is the runtime, which a spare pod
    /// can't
    /// start.
    private static PoolSettings pool(PoolSizes pool, boolean embedded, Runtimes runtimes) throws StartException {
        for (String runtime : pool.sizes().keySet()) {
            if (runtimes.image(runtime).isEmpty()) {
                throw new StartException("PODIUM_LAMBDA_POOL names the runtime " + runtime
                        + ", which has no image: correct the name, or map one by PODIUM_LAMBDA_RUNTIME_IMAGES");
            }
        }
        boolean on = pool.on() && !(embedded && pool.sizes().isEmpty());
        return on ? new PoolSettings(true, pool.sizes()) : PoolSettings.OFF;
    }

    /// The image of init containers, with busybox in `/bin`.
    static String initImage(Config.Pods pods) {
        boolean own = pods.initImage().equals(Variable.INIT_IMAGE.defaultText());
        return own ? pods.imagePrefix() + pods.initImage() : pods.initImage();
    }

    /// Turns images of AWS's private registries into those of the operator's.
    static UnaryOperator<String> ecrImages(Config config) {
        return new Images(Main.runtimes(config), config.pods().ecrUrl())::own;
    }

    static LambdaLimits limits(Config config) {
        Config.Lambda lambda = config.lambda();
        return new LambdaLimits(
                lambda.codeSizeZippedBytes(),
                new CodeLimits(lambda.codeSizeUnzippedBytes(), MAX_ENTRIES),
                lambda.environmentSizeBytes(),
                lambda.payloadSizeBytes(),
                ASYNC_PAYLOAD,
                lambda.defaultTimeoutSeconds());
    }

    static @Nullable HttpUpstream upstream(Config config, Clock clock) {
        Config.Upstream upstream = config.upstream();
        URI url = upstream.url();
        return url == null ? null : new HttpUpstream(url, upstream.accessKeyId(), upstream.secretAccessKey(), clock);
    }

    static Ec2Settings ec2(Foundation on) {
        Config config = on.config();
        Cluster cluster = on.cluster();
        Config.Ec2 ec2 = config.ec2();
        return new Ec2Settings(
                ec2.images(),
                config.pods().imagePrefix(),
                ec2.startTimeout(),
                cluster.selfIp(),
                cluster.selfPort(),
                cluster.embedded() ? null : cluster.client().access().namespace() + ".pod.cluster.local",
                ec2.ignoreArchitecture() || cluster.embedded(),
                ec2.networkPolicy(),
                on.clock(),
                roles(config, on.server(), on.clock()));
    }

    static DispatcherSettings dispatcher(Config config, Server identity, Clock clock) {
        Config.Server server = config.server();
        return new DispatcherSettings(
                server.accountId(), server.region(), server.accessKeys(), clock, temporary(identity, clock));
    }

    /// What programs in pods sign their own calls with.
    static RoleCredentials roles(Config config, Server identity, Clock clock) {
        return new RoleCredentials(dispatcher(config, identity, clock));
    }

    static TemporaryCredentials temporary(Server identity, Clock clock) {
        return new TemporaryCredentials(identity.secret(), clock);
    }
}
