package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/// Builds the pods of functions, and reads back what it needs of them after a restart.
///
/// A zip function's pod holds nothing of the function but labels: code, handler and variables come through
/// the runtime port.
final class FunctionPods {
    /// The function's container.
    static final String CONTAINER = "function";

    private static final String INIT_CONTAINER = "podium-code";
    private static final String ARN = "podium.dev/function-arn";
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
    record Identity(String podName, String arn, String fingerprint, String token, String codeToken) {}

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
                        token,
                        code));
    }

    /// The pod of one environment.
    ///
    /// @param token its name on the runtime port
    /// @param codeToken access to its code
    /// @param shell whether its own container loads the code
    PodRequest request(Deployment deployment, String token, String codeToken, boolean shell) {
        LambdaFunction function = deployment.function();
        ObjectNode spec = Json.object();
        String host = token + DOMAIN;
        ObjectNode alias = spec.putArray("hostAliases").addObject().put("ip", settings.selfIp());
        alias.putArray("hostnames").add(host);
        spec.put("terminationGracePeriodSeconds", 5);
        ObjectNode security = spec.putObject("securityContext");
        security.put("runAsNonRoot", true)
                .put("runAsUser", USER)
                .put("runAsGroup", USER)
                .put("fsGroup", USER);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        if (!settings.ignoreArchitecture()) {
            spec.putObject("nodeSelector")
                    .put(
                            "kubernetes.io/arch",
                            function.settings().architecture().equals("arm64") ? "arm64" : "amd64");
        }
        String address = host + ":" + settings.selfPort();
        String code = "http://" + address + "/podium/" + codeToken + "/code";
        volumes(spec.putArray("volumes"), function.settings());
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", CONTAINER).put("image", deployment.image());
        Map<String, String> env = new LinkedHashMap<>(podEnvironment(function));
        if (deployment.transport() == TransportKind.RUNTIME) {
            env.put("AWS_LAMBDA_RUNTIME_API", address);
        }
        env.put("PODIUM_CODE", code);
        if (deployment.transport() != TransportKind.RUNTIME
                || function.settings().image()) {
            env.putAll(functionEnvironment(function));
        }
        if (function.settings().image()) {
            image(container, function.settings());
        } else if (shell) {
            command(container, Loader.shellCommand());
        } else {
            ObjectNode init = spec.putArray("initContainers").addObject();
            init.put("name", INIT_CONTAINER).put("image", settings.initImage());
            command(init, Loader.initCommand());
            variables(init.putArray("env"), Map.of("PODIUM_CODE", code));
            mounts(init.putArray("volumeMounts"), function.settings());
            init.set("resources", resources(function.settings()));
            if (deployment.transport() == TransportKind.RUNTIME) {
                command(container, Loader.startCommand());
            } else {
                String handler = function.settings().handler();
                container.putArray("args").add(handler == null ? "" : handler);
            }
        }
        variables(container.putArray("env"), env);
        mounts(container.putArray("volumeMounts"), function.settings());
        container.set("resources", resources(function.settings()));
        return new PodRequest(
                "fn",
                function.name(),
                "lambda",
                Map.of(Labels.FUNCTION, Labels.value(function.name()), Labels.DEPLOY, deployment.fingerprint()),
                Map.of(ARN, function.arn() + ":" + function.version()),
                spec,
                FunctionTemplate.of(function));
    }

    /// What the runtime finds in its environment on top of the pod's own: Lambda's names first, then the user's.
    static Map<String, String> functionEnvironment(LambdaFunction function) {
        FunctionSettings s = function.settings();
        Map<String, String> env = new LinkedHashMap<>();
        String handler = s.handler();
        if (handler != null) {
            env.put("_HANDLER", handler);
        }
        String group = s.logging().logGroup();
        env.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        env.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
        env.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(s.memorySize()));
        env.put("AWS_LAMBDA_LOG_GROUP_NAME", group == null ? "/aws/lambda/" + function.name() : group);
        env.put("AWS_LAMBDA_LOG_STREAM_NAME", LogStreams.name(function));
        env.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
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

    private static Map<String, String> podEnvironment(LambdaFunction function) {
        FunctionSettings s = function.settings();
        Map<String, String> env = new LinkedHashMap<>();
        env.put("TZ", ":UTC");
        env.put("AWS_REGION", function.scope().region());
        env.put("AWS_DEFAULT_REGION", function.scope().region());
        // The access key id names the account, so that the function's own SDK calls come back to the same one.
        env.put("AWS_ACCESS_KEY_ID", function.scope().account());
        env.put("AWS_SECRET_ACCESS_KEY", "podium");
        env.put("AWS_SESSION_TOKEN", "podium");
        String runtime = s.runtime();
        if (runtime != null) {
            env.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + runtime);
        }
        return env;
    }

    private void volumes(ArrayNode volumes, FunctionSettings s) {
        ObjectNode tmp = volumes.addObject().put("name", "tmp").putObject("emptyDir");
        tmp.put("sizeLimit", s.ephemeralStorage() + "Mi");
        if (settings.tmpInMemory()) {
            tmp.put("medium", "Memory");
        }
        if (!s.image()) {
            volumes.addObject().put("name", "task").putObject("emptyDir");
            volumes.addObject().put("name", "opt").putObject("emptyDir");
            volumes.addObject().put("name", "podium").putObject("emptyDir");
        }
    }

    private static void mounts(ArrayNode mounts, FunctionSettings s) {
        mounts.addObject().put("name", "tmp").put("mountPath", "/tmp");
        if (!s.image()) {
            mounts.addObject().put("name", "task").put("mountPath", "/var/task");
            mounts.addObject().put("name", "opt").put("mountPath", "/opt");
            mounts.addObject().put("name", "podium").put("mountPath", "/podium");
        }
    }

    private static ObjectNode resources(FunctionSettings s) {
        ObjectNode resources = Json.object();
        int cpuMillis = Math.max(10, s.memorySize() * 1000 / MEMORY_PER_CPU);
        resources.putObject("requests").put("memory", s.memorySize() + "Mi").put("cpu", cpuMillis + "m");
        resources.putObject("limits").put("memory", s.memorySize() + "Mi");
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
