package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.TemporaryCredentials.Issued;
import dev.podium.codec.Json;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.runtime.Loader;
import dev.podium.pods.Labels;
import dev.podium.pods.PodRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Builds the pods of functions, and reads back what it needs of them after a restart.
///
/// A zip function's pod holds nothing of the function but labels, and a spare pod not even these: code, handler
/// and variables come through the runtime port.
final class FunctionPods {
    /// The function's container.
    static final String CONTAINER = "function";

    /// The container that installs dependencies; the embedded kubelet knows it by this name.
    static final String INSTALL_CONTAINER = "podium-install";

    /// Tools that install want more than small functions have.
    private static final int INSTALL_MEMORY = 1024;
    private static final int INSTALL_STORAGE = 1024;

    private static final String INIT_CONTAINER = "podium-code";
    private static final String ARN = "podium.dev/function-arn";
    private static final String PROVISIONED = "podium.dev/provisioned";
    private static final String SHAPE = "podium.dev/pod-shape";
    private static final String LOG_STREAM = "podium.dev/log-stream";
    private static final String DOMAIN = ".runtime.internal";
    /// AWS's sandbox user.
    private static final int USER = 993;
    /// MB of memory for which AWS gives one whole CPU.
    private static final int MEMORY_PER_CPU = 1769;

    private final InvokeSettings settings;

    FunctionPods(InvokeSettings settings) {
        this.settings = settings;
    }

    /// What a running pod tells of itself.
    ///
    /// @param shape of a pod from the pool, whose function stands elsewhere; null for others
    record Identity(
            String podName,
            String arn,
            String fingerprint,
            boolean provisioned,
            @Nullable PodShape shape,
            String token,
            String codeToken,
            String logStream) {
        /// The same with what the pod was assigned.
        Identity assigned(AssignedPods.AssignedPod pod) {
            return new Identity(
                    podName, pod.arn(), pod.fingerprint(), pod.provisioned(), shape, token, codeToken, pod.logStream());
        }
    }

    /// Reads back an earlier pod.
    static Optional<Identity> identity(JsonNode pod) {
        String token = "";
        String code = "";
        for (JsonNode variable : pod.path("spec").path("containers").path(0).path("env")) {
            String value = variable.path("value").asText();
            if (variable.path("name").asText().equals("AWS_LAMBDA_RUNTIME_API") && value.contains(DOMAIN)) {
                token = value.substring(0, value.indexOf(DOMAIN));
            } else if (variable.path("name").asText().equals("PODIUM_CODE")) {
                String[] parts = value.split("/", -1);
                code = parts.length > 4 ? parts[4] : "";
            }
        }
        JsonNode metadata = pod.path("metadata");
        return token.isEmpty() || code.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(
                        metadata.path("name").asText(),
                        metadata.path("annotations").path(ARN).asText(),
                        metadata.path("labels").path(Labels.DEPLOY).asText(),
                        metadata.path("annotations").has(PROVISIONED),
                        PodShape.parse(metadata.path("annotations").path(SHAPE).asText(""))
                                .orElse(null),
                        token,
                        code,
                        metadata.path("annotations").path(LOG_STREAM).asText("")));
    }

    /// How often the function's container was started again.
    static int restarts(JsonNode pod) {
        return pod.path("status")
                .path("containerStatuses")
                .path(0)
                .path("restartCount")
                .asInt(0);
    }

    /// The pod of one environment.
    ///
    /// @param environment says whether its own container loads the code
    /// @param token its name on the runtime port
    /// @param codeToken access to its code
    PodRequest request(Environment environment, String token, String codeToken) {
        Deployment deployment = environment.group.deployment();
        LambdaFunction function = deployment.function();
        FunctionSettings s = function.settings();
        PodShape shape = PodShape.of(deployment, environment.shellLoader);
        ObjectNode spec;
        if (deployment.transport() == TransportKind.RUNTIME && !s.image()) {
            spec = generic(shape, token, codeToken);
        } else {
            spec = own(
                    deployment,
                    shape,
                    functionEnvironment(function, environment.provisioned, environment.log().stream()),
                    token,
                    codeToken);
        }
        String mountPath = PodTags.of(function).mountPath();
        if (!s.image() && mountPath != null) {
            spec.path("containers")
                    .path(0)
                    .<ArrayNode>withArray("volumeMounts")
                    .addObject()
                    .put("name", "task")
                    .put("mountPath", mountPath);
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(ARN, function.arn() + ":" + function.version());
        annotations.put(LOG_STREAM, environment.log().stream());
        if (environment.provisioned) {
            annotations.put(PROVISIONED, "true");
        }
        return new PodRequest(
                "fn",
                function.name(),
                "lambda",
                Map.of(Labels.FUNCTION, Labels.value(function.name()), Labels.DEPLOY, deployment.fingerprint()),
                annotations,
                spec,
                FunctionTemplate.of(function));
    }

    /// A pod that any function of a shape can have later.
    PodRequest spare(PodShape shape, String token, String codeToken) {
        String template = shape.template();
        return new PodRequest(
                "pool",
                shape.image().substring(shape.image().lastIndexOf('/') + 1),
                "lambda",
                Map.of(Labels.POOL, shape.fingerprint()),
                Map.of(SHAPE, shape.text()),
                generic(shape, token, codeToken),
                template == null ? null : FunctionTemplate.parse(template));
    }

    /// The pod that installs what a function depends on.
    PodRequest installing(Deployment deployment, String token, String codeToken) {
        LambdaFunction function = deployment.function();
        FunctionSettings s = function.settings();
        String template = function.tags().get(FunctionTemplate.TAG);
        PodShape shape = new PodShape(
                deployment.image(),
                Math.max(INSTALL_MEMORY, s.memorySize()),
                Math.max(INSTALL_STORAGE, s.ephemeralStorage()),
                s.architecture(),
                false,
                false,
                template);
        ObjectNode spec = generic(shape, token, codeToken);
        spec.put("restartPolicy", "Never");
        ObjectNode container = (ObjectNode) spec.path("containers").path(0);
        container.put("name", INSTALL_CONTAINER);
        return new PodRequest("install", function.name(), "lambda", Map.of(), Map.of(), spec, null);
    }

    /// The spec of a zip function's pod; everything in it is in the shape.
    private ObjectNode generic(PodShape shape, String token, String codeToken) {
        ObjectNode spec = base(shape, token, true);
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", CONTAINER).put("image", shape.image());
        String code = code(token, codeToken);
        if (shape.shell()) {
            command(container, Loader.shellCommand());
        } else {
            init(spec, shape, code);
            command(container, Loader.startCommand());
        }
        Map<String, String> env = new LinkedHashMap<>();
        env.put("TZ", ":UTC");
        env.put("AWS_LAMBDA_RUNTIME_API", address(token));
        env.put("PODIUM_CODE", code);
        variables(container.putArray("env"), env);
        mounts(container.putArray("volumeMounts"), shape, true);
        container.set("resources", resources(shape));
        return spec;
    }

    /// The spec of a pod that finds its function's variables in its manifest: from an image, or with a transport
    /// for which nothing of Podium runs in the container.
    private ObjectNode own(
            Deployment deployment,
            PodShape shape,
            Map<String, String> functionEnvironment,
            String token,
            String codeToken) {
        FunctionSettings s = deployment.function().settings();
        ObjectNode spec = base(shape, token, !s.image());
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", CONTAINER).put("image", shape.image());
        String code = code(token, codeToken);
        Map<String, String> env = new LinkedHashMap<>();
        env.put("TZ", ":UTC");
        if (deployment.transport() == TransportKind.RUNTIME) {
            env.put("AWS_LAMBDA_RUNTIME_API", address(token));
        }
        env.put("PODIUM_CODE", code);
        if (s.image()) {
            image(container, s);
        } else {
            init(spec, shape, code);
            PodTags tags = PodTags.of(deployment.function());
            start(container, s, tags);
            env.putAll(tags.environment(deployment.function()));
        }
        env.putAll(functionEnvironment);
        variables(container.putArray("env"), env);
        mounts(container.putArray("volumeMounts"), shape, !s.image());
        container.set("resources", resources(shape));
        return spec;
    }

    /// What runs in a zip function's container where nothing of Podium does: the handler is an argument for AWS's
    /// images.
    private static void start(ObjectNode container, FunctionSettings s, PodTags tags) {
        if (!tags.command().isEmpty()) {
            command(container, tags.command());
            String folder = tags.mountPath();
            container.put("workingDir", folder == null ? "/var/task" : folder);
        } else if (tags.image() == null) {
            String handler = s.handler();
            container.putArray("args").add(handler == null ? "" : handler);
        }
    }

    private String address(String token) {
        return token + DOMAIN + ":" + settings.selfPort();
    }

    private String code(String token, String codeToken) {
        return "http://" + address(token) + "/podium/" + codeToken + "/code";
    }

    private ObjectNode base(PodShape shape, String token, boolean zip) {
        ObjectNode spec = Json.object();
        ArrayNode aliases = spec.putArray("hostAliases");
        aliases.addObject().put("ip", settings.selfIp()).putArray("hostnames").add(token + DOMAIN);
        // What AWS calls the environment itself: an extension that listens there for its telemetry listens on every
        // address of the pod, which is where this server finds it; and who connects there ends at loopback.
        aliases.addObject()
                .put("ip", "0.0.0.0")
                .putArray("hostnames")
                .add("sandbox.localdomain")
                .add("sandbox");
        spec.put("terminationGracePeriodSeconds", 5);
        ObjectNode security = spec.putObject("securityContext");
        security.put("runAsNonRoot", true)
                .put("runAsUser", USER)
                .put("runAsGroup", USER)
                .put("fsGroup", USER);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        if (!settings.ignoreArchitecture()) {
            String architecture = shape.architecture().equals("arm64") ? "arm64" : "amd64";
            spec.putObject("nodeSelector").put("kubernetes.io/arch", architecture);
        }
        ArrayNode volumes = spec.putArray("volumes");
        ObjectNode tmp = volumes.addObject().put("name", "tmp").putObject("emptyDir");
        tmp.put("sizeLimit", shape.storageMib() + "Mi");
        if (settings.tmpInMemory()) {
            tmp.put("medium", "Memory");
        }
        if (zip) {
            volumes.addObject().put("name", "task").putObject("emptyDir");
            volumes.addObject().put("name", "podium").putObject("emptyDir");
        }
        if (zip && shape.opt()) {
            volumes.addObject().put("name", "opt").putObject("emptyDir");
        }
        return spec;
    }

    private void init(ObjectNode spec, PodShape shape, String code) {
        ObjectNode init = spec.putArray("initContainers").addObject();
        init.put("name", INIT_CONTAINER).put("image", settings.initImage());
        command(init, Loader.initCommand());
        variables(init.putArray("env"), Map.of("PODIUM_CODE", code));
        mounts(init.putArray("volumeMounts"), shape, true);
        init.set("resources", resources(shape));
    }

    /// What the runtime finds in its environment on top of the pod's own: Lambda's names first, then the user's.
    ///
    /// @param provisioned whether the environment is one of provisioned concurrency
    Map<String, String> functionEnvironment(LambdaFunction function, boolean provisioned, String logStream) {
        FunctionSettings s = function.settings();
        Map<String, String> env = new LinkedHashMap<>();
        env.put("AWS_REGION", function.scope().region());
        env.put("AWS_DEFAULT_REGION", function.scope().region());
        Issued issued = settings.credentials().unrenewed(function.scope().account(), s.role(), function.name());
        env.put("AWS_ACCESS_KEY_ID", issued.accessKeyId());
        env.put("AWS_SECRET_ACCESS_KEY", issued.secretAccessKey());
        env.put("AWS_SESSION_TOKEN", issued.sessionToken());
        String runtime = s.runtime();
        if (runtime != null) {
            env.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + runtime);
        }
        String handler = s.handler();
        if (handler != null) {
            env.put("_HANDLER", handler);
        }
        String group = s.logging().logGroup();
        env.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        env.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
        env.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(s.memorySize()));
        env.put("AWS_LAMBDA_LOG_GROUP_NAME", group == null ? "/aws/lambda/" + function.name() : group);
        env.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream);
        env.put("AWS_LAMBDA_INITIALIZATION_TYPE", provisioned ? "provisioned-concurrency" : "on-demand");
        if (s.logging().logFormat().equals("JSON")) {
            env.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
            String level = s.logging().applicationLogLevel();
            env.put("AWS_LAMBDA_LOG_LEVEL", level == null ? "INFO" : level);
        }
        Map<String, String> own = s.environment();
        if (own != null) {
            env.putAll(own);
        }
        return env;
    }

    private static void mounts(ArrayNode mounts, PodShape shape, boolean zip) {
        mounts.addObject().put("name", "tmp").put("mountPath", "/tmp");
        if (zip) {
            mounts.addObject().put("name", "task").put("mountPath", "/var/task");
            mounts.addObject().put("name", "podium").put("mountPath", "/podium");
        }
        if (zip && shape.opt()) {
            mounts.addObject().put("name", "opt").put("mountPath", "/opt");
        }
    }

    private static ObjectNode resources(PodShape shape) {
        ObjectNode resources = Json.object();
        int cpuMillis = Math.max(10, shape.memoryMib() * 1000 / MEMORY_PER_CPU);
        resources.putObject("requests").put("memory", shape.memoryMib() + "Mi").put("cpu", cpuMillis + "m");
        resources.putObject("limits").put("memory", shape.memoryMib() + "Mi");
        return resources;
    }

    private static void image(ObjectNode container, FunctionSettings s) {
        FunctionSettings.ImageConfig config = s.imageConfig();
        if (config == null) {
            return;
        }
        List<String> entryPoint = config.entryPoint();
        if (entryPoint != null && !entryPoint.isEmpty()) {
            command(container, entryPoint);
        }
        List<String> command = config.command();
        if (command != null && !command.isEmpty()) {
            ArrayNode args = container.putArray("args");
            command.forEach(args::add);
        }
        String folder = config.workingDirectory();
        if (folder != null && !folder.isEmpty()) {
            container.put("workingDir", folder);
        }
    }

    private static void command(ObjectNode container, List<String> words) {
        ArrayNode command = container.putArray("command");
        words.forEach(command::add);
    }

    private static void variables(ArrayNode env, Map<String, String> variables) {
        variables.forEach((name, value) -> env.addObject().put("name", name).put("value", value));
    }
}
