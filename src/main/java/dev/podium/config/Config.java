package dev.podium.config;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The whole configuration, checked.
///
/// @param server ports, state, callers
/// @param cluster where pods run
/// @param pods what every pod gets
/// @param lambda functions and their limits
/// @param elb load balancers
/// @param ec2 instances
/// @param upstream what has the services that Podium lacks
/// @param settings every value with its source, in the order of [Variable]
public record Config(
        Server server,
        Cluster cluster,
        Pods pods,
        Ec2 ec2,
        Lambda lambda,
        Elb elb,
        Upstream upstream,
        List<Setting> settings) {
    private static final int RUNTIME_PORT = 9001;
    /// Archives travel as base64 in JSON, whose strings are limited to 128 MiB.
    private static final int LARGEST_ARCHIVE = 90 << 20;
    /// Payloads are held in memory.
    private static final int LONGEST_TIMEOUT = 900;
    private static final int LARGEST_PAYLOAD = 1 << 30;

    /// Reads the configuration. Pure: nothing but the arguments is looked at.
    ///
    /// @param environment environment variables; blank ones count as unset
    /// @param surroundings what the defaults depend on
    /// @throws ConfigException naming all problems at once
    public static Config from(Map<String, String> environment, Surroundings surroundings) {
        Environment env = new Environment(environment);
        Server server;
        Cluster cluster;
        Pods pods;
        Ec2 ec2;
        Lambda lambda;
        Elb elb;
        Upstream upstream;
        try {
            server = Server.read(env, surroundings);
            cluster = Cluster.read(env, surroundings);
            pods = Pods.read(env);
            ec2 = Ec2.read(env);
            lambda = Lambda.read(env);
            elb = Elb.read(env, surroundings);
            upstream = Upstream.read(env, surroundings);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a default in the table cannot be read", e);
        }
        env.rejectUnknown();
        boolean open = !server.listen.loopback() && server.accessKeys.isEmpty() && !server.allowOpen;
        if (open && !surroundings.inCluster) {
            env.problems()
                    .add(Variable.LISTEN.variable() + "=" + server.listen
                            + ": beyond loopback everybody could run code here; set "
                            + Variable.ACCESS_KEYS.variable() + ", or " + Variable.ALLOW_OPEN.variable()
                            + "=true if that is meant");
        }
        if (server.s3 == S3Choice.UPSTREAM && upstream.url == null) {
            env.problems()
                    .add(Variable.S3.variable() + "=upstream: set " + Variable.UPSTREAM_URL.variable()
                            + ", which then has all buckets");
        }
        if (!env.problems().isEmpty()) {
            throw new ConfigException(env.problems());
        }
        return new Config(server, cluster, pods, ec2, lambda, elb, upstream, List.copyOf(env.settings()));
    }

    /// What defaults depend on, besides the environment.
    ///
    /// @param home the user's home folder
    /// @param inCluster whether this process runs in a pod that has a service account
    public record Surroundings(Path home, boolean inCluster) {}

    /// Where log records go and how they look.
    public enum LogFormat {
        TEXT,
        JSON
    }

    /// The least severe level that is logged.
    public enum LogLevel {
        ERROR,
        WARNING,
        INFO,
        DEBUG,
        TRACE;

        /// The same level as the JDK names it.
        public System.Logger.Level level() {
            return System.Logger.Level.valueOf(name());
        }
    }

    /// Who answers S3.
    public enum S3Choice {
        OWN,
        UPSTREAM
    }

    /// Ports, state and callers.
    ///
    /// @param listen where the AWS APIs listen
    /// @param runtimeListen where pods call, when it was set; see [#runtimeListen(boolean)]
    /// @param selfUrl the address that pods use, or null to find it
    /// @param stateDir where state is kept; not to be touched without `persistence`
    /// @param logsMaxBytes most that log events may take on disk
    /// @param s3 who answers S3
    /// @param s3MaxBytes most that S3's objects may take on disk
    /// @param accessKeys secret by access key id; empty when signatures are not checked
    public record Server(
            Listen listen,
            @Nullable Listen runtimeListen,
            @Nullable URI selfUrl,
            Path stateDir,
            boolean persistence,
            String region,
            String accountId,
            Map<String, String> accessKeys,
            boolean allowOpen,
            boolean allowReset,
            LogFormat logFormat,
            LogLevel logLevel,
            long logsMaxBytes,
            S3Choice s3,
            long s3MaxBytes) {
        static Server read(Environment env, Surroundings surroundings) {
            String listen = surroundings.inCluster ? "0.0.0.0:4566" : Variable.LISTEN.defaultText();
            return new Server(
                    env.read(Variable.LISTEN, Listen::parse, listen),
                    env.listen(Variable.RUNTIME_LISTEN),
                    env.url(Variable.SELF_URL),
                    env.read(
                            Variable.STATE_DIR,
                            text -> path(text, surroundings),
                            surroundings.home.resolve(".podium").toString()),
                    env.bool(Variable.PERSISTENCE),
                    env.read(Variable.REGION, Values::region, Variable.REGION.defaultText()),
                    env.read(Variable.ACCOUNT_ID, Values::accountId, Variable.ACCOUNT_ID.defaultText()),
                    env.accessKeys(Variable.ACCESS_KEYS),
                    env.bool(Variable.ALLOW_OPEN),
                    env.bool(Variable.ALLOW_RESET),
                    env.choice(Variable.LOG_FORMAT, LogFormat.class),
                    env.choice(Variable.LOG_LEVEL, LogLevel.class),
                    env.read(Variable.LOGS_MAX_SIZE, Values::size, Variable.LOGS_MAX_SIZE.defaultText()),
                    env.choice(Variable.S3, S3Choice.class),
                    env.read(Variable.S3_MAX_SIZE, Values::size, Variable.S3_MAX_SIZE.defaultText()));
        }

        /// Where pods call, once it is known where they run.
        ///
        /// @param embedded whether pods are processes of this machine
        public Listen runtimeListen(boolean embedded) {
            return runtimeListen != null ? runtimeListen : new Listen(embedded ? "127.0.0.1" : "0.0.0.0", RUNTIME_PORT);
        }

        /// Leaves the secrets out.
        @Override
        public String toString() {
            return "Server[listen=" + listen + ", stateDir=" + stateDir + "]";
        }
    }

    /// What has the services that Podium lacks: another emulator, or AWS.
    ///
    /// @param url null for none
    /// @param accessKeyId signs what Podium itself sends there
    /// @param secretAccessKey belongs to it
    /// @param secrets a file or folder that is asked before its Secrets Manager, or null
    public record Upstream(
            @Nullable URI url,
            String accessKeyId,
            String secretAccessKey,
            @Nullable Path secrets) {
        static Upstream read(Environment env, Surroundings surroundings) {
            String secrets = env.text(Variable.SECRETS);
            String id = env.announced("AWS_ACCESS_KEY_ID");
            String secret = env.announced("AWS_SECRET_ACCESS_KEY");
            boolean both = id != null && secret != null;
            return new Upstream(
                    env.url(Variable.UPSTREAM_URL),
                    both && id != null ? id : "test",
                    both && secret != null ? secret : "test",
                    secrets == null ? null : path(secrets, surroundings));
        }

        /// Leaves the keys out.
        @Override
        public String toString() {
            return "Upstream[" + url + "]";
        }
    }

    /// Which cluster runs the pods.
    public enum ClusterKind {
        AUTO,
        EMBEDDED,
        KUBECONFIG,
        IN_CLUSTER
    }

    /// Where pods run.
    ///
    /// @param kubeconfig the file to read if it exists: the one that was named, else the usual one
    /// @param kubeconfigNamed whether it was named, so that its absence is an error
    /// @param context the kubeconfig's context, or null for its current one
    /// @param namespace or null for the one that the cluster's credentials name
    /// @param instance or null to make one up and keep it
    /// @param podName the name of Podium's own pod, or null
    /// @param podIp the address of Podium's own pod, or null
    /// @param serviceIp the ClusterIP of a Service called `podium`, which Kubernetes announces to pods, or null
    public record Cluster(
            ClusterKind kind,
            Path kubeconfig,
            boolean kubeconfigNamed,
            @Nullable String context,
            @Nullable String namespace,
            @Nullable String instance,
            @Nullable String podName,
            @Nullable String podIp,
            @Nullable String serviceIp) {
        static Cluster read(Environment env, Surroundings surroundings) {
            ClusterKind kind = env.choice(Variable.CLUSTER, ClusterKind.class);
            String kubeconfig = env.text(Variable.KUBECONFIG);
            Path named = kubeconfig == null ? null : path(kubeconfig.split(File.pathSeparator, 2)[0], surroundings);
            return new Cluster(
                    kind,
                    named != null ? named : surroundings.home.resolve(".kube").resolve("config"),
                    named != null,
                    env.text(Variable.KUBE_CONTEXT),
                    env.dnsLabel(Variable.NAMESPACE),
                    env.dnsLabel(Variable.INSTANCE),
                    podName(env),
                    env.addresses(Variable.POD_IP).stream().findFirst().orElse(null),
                    env.announced("PODIUM_SERVICE_HOST"));
        }

        /// A pod's host name is its own name, unless somebody has set another.
        private static @Nullable String podName(Environment env) {
            String name = env.text(Variable.POD_NAME);
            return name != null ? name : env.announced("HOSTNAME");
        }
    }

    /// What every pod gets.
    ///
    /// @param template a partial Pod manifest, or null
    /// @param tolerations as in a Pod manifest
    /// @param dns IP addresses; empty for the cluster's own
    /// @param securityContext members of a container securityContext, merged over Podium's own
    /// @param imagePullSecret or null
    /// @param imagePrefix empty for none
    /// @param ecrUrl what replaces AWS's private registry, or null
    public record Pods(
            @Nullable TemplateSource template,
            Map<String, String> labels,
            Map<String, String> annotations,
            Map<String, String> nodeSelector,
            List<Map<String, Object>> tolerations,
            List<String> dns,
            Map<String, Object> securityContext,
            @Nullable String imagePullSecret,
            String imagePrefix,
            String initImage,
            @Nullable String ecrUrl) {
        static Pods read(Environment env) {
            return new Pods(
                    env.template(Variable.POD_TEMPLATE),
                    env.pairs(Variable.POD_LABELS),
                    env.pairs(Variable.POD_ANNOTATIONS),
                    env.pairs(Variable.NODE_SELECTOR),
                    env.tolerations(Variable.TOLERATIONS),
                    env.addresses(Variable.POD_DNS),
                    env.object(Variable.POD_SECURITY_CONTEXT),
                    env.dnsLabel(Variable.IMAGE_PULL_SECRET),
                    env.image(Variable.IMAGE_PREFIX),
                    env.image(Variable.INIT_IMAGE),
                    env.registry(Variable.ECR_URL));
        }
    }

    /// Instances.
    ///
    /// @param images container image by AMI id
    /// @param startTimeout how long one may be pending
    /// @param networkPolicy whether security groups are enforced
    public record Ec2(
            Map<String, String> images, Duration startTimeout, boolean ignoreArchitecture, boolean networkPolicy) {
        static Ec2 read(Environment env) {
            return new Ec2(
                    env.machineImages(Variable.EC2_IMAGES),
                    env.duration(Variable.EC2_START_TIMEOUT),
                    env.bool(Variable.EC2_IGNORE_ARCHITECTURE),
                    env.bool(Variable.EC2_NETWORK_POLICY));
        }
    }

    /// Where a function's `/tmp` lies.
    public enum TmpMedium {
        DISK,
        MEMORY
    }

    /// What brings code into a pod.
    public enum CodeLoader {
        AUTO,
        SHELL,
        INIT
    }

    /// Functions and their limits.
    ///
    /// @param keepalive zero when every invocation is to be a cold one
    /// @param concurrency invocations at the same time in one account and region
    /// @param retryBaseDelay between an asynchronous event's error and its next attempt
    /// @param maxEnvironments of one function version; 0 for no limit
    /// @param pool spare pods
    /// @param urlLog whether requests to function URLs are logged
    /// @param installTimeout how long the installation of a function's dependencies may take
    public record Lambda(
            Duration keepalive,
            Duration startTimeout,
            int concurrency,
            Duration retryBaseDelay,
            int maxEnvironments,
            PoolSizes pool,
            RuntimeImages runtimeImages,
            int codeSizeZippedBytes,
            int codeSizeUnzippedBytes,
            int environmentSizeBytes,
            int payloadSizeBytes,
            TmpMedium tmpMedium,
            boolean ignoreArchitecture,
            CodeLoader codeLoader,
            int defaultTimeoutSeconds,
            Duration installTimeout,
            boolean urlLog) {
        static Lambda read(Environment env) {
            return new Lambda(
                    env.duration(Variable.LAMBDA_KEEPALIVE),
                    env.duration(Variable.LAMBDA_START_TIMEOUT),
                    env.number(Variable.LAMBDA_CONCURRENCY, 1),
                    env.duration(Variable.LAMBDA_RETRY_BASE_DELAY),
                    env.number(Variable.LAMBDA_MAX_ENVIRONMENTS, 0),
                    env.poolSizes(Variable.LAMBDA_POOL),
                    env.runtimeImages(Variable.LAMBDA_RUNTIME_IMAGES).with(env.runtimes()),
                    env.number(Variable.LAMBDA_CODE_SIZE_ZIPPED, 1, LARGEST_ARCHIVE),
                    env.number(Variable.LAMBDA_CODE_SIZE_UNZIPPED, 1),
                    env.number(Variable.LAMBDA_ENVIRONMENT_SIZE, 0),
                    env.number(Variable.LAMBDA_PAYLOAD_SIZE, 1, LARGEST_PAYLOAD),
                    env.choice(Variable.LAMBDA_TMP_MEDIUM, TmpMedium.class),
                    env.bool(Variable.LAMBDA_IGNORE_ARCHITECTURE),
                    env.choice(Variable.LAMBDA_CODE_LOADER, CodeLoader.class),
                    env.number(Variable.LAMBDA_DEFAULT_TIMEOUT, 1, LONGEST_TIMEOUT),
                    env.duration(Variable.LAMBDA_INSTALL_TIMEOUT),
                    env.bool(Variable.LAMBDA_URL_LOG));
        }
    }

    /// Load balancers.
    ///
    /// @param ports that their listeners may have
    /// @param certificates PEM files by the certificates' ARNs; `*` is for all others
    public record Elb(PortRanges ports, Map<String, Path> certificates) {
        static Elb read(Environment env, Surroundings surroundings) {
            Map<String, Path> certificates = new TreeMap<>();
            env.pairs(Variable.ELB_CERTIFICATES)
                    .forEach((arn, file) -> certificates.put(arn, path(file, surroundings)));
            return new Elb(
                    env.read(Variable.ELB_PORTS, PortRanges::parse, Variable.ELB_PORTS.defaultText()),
                    Map.copyOf(certificates));
        }
    }

    /// Reads a path, in which a leading `~/` is the home folder.
    private static Path path(String text, Surroundings surroundings) {
        return text.startsWith("~/") ? surroundings.home.resolve(text.substring(2)) : Path.of(text);
    }
}
