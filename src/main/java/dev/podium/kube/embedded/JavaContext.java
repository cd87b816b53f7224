package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the `Context` of an invocation, for functions that bring `aws-lambda-java-core`.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-context.html">The context object in Java</a>
final class JavaContext {
    private static final String CORE = "com.amazonaws.services.lambda.runtime.";

    private final ClassLoader loader;
    private final Map<String, String> environment;

    JavaContext(ClassLoader loader, Map<String, String> environment) {
        this.loader = loader;
        this.environment = environment;
    }

    /// The context; null when the function has no such type.
    @Nullable
    Object of(JavaLoopConnection.Answer event) throws IOException {
        long deadline = Long.parseLong(event.headers().getOrDefault("lambda-runtime-deadline-ms", "0"));
        String memory = environment.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("getAwsRequestId", event.header("lambda-runtime-aws-request-id"));
        values.put("getLogGroupName", environment.get("AWS_LAMBDA_LOG_GROUP_NAME"));
        values.put("getLogStreamName", environment.get("AWS_LAMBDA_LOG_STREAM_NAME"));
        values.put("getFunctionName", environment.get("AWS_LAMBDA_FUNCTION_NAME"));
        values.put("getFunctionVersion", environment.get("AWS_LAMBDA_FUNCTION_VERSION"));
        values.put("getInvokedFunctionArn", event.header("lambda-runtime-invoked-function-arn"));
        values.put("getMemoryLimitInMB", Integer.parseInt(memory));
        values.put("getTenantId", event.headers().get("lambda-runtime-aws-tenant-id"));
        values.put("getIdentity", identity(json(event.header("lambda-runtime-cognito-identity"))));
        values.put("getClientContext", client(json(event.header("lambda-runtime-client-context"))));
        values.put("getLogger", logger());
        return proxy("Context", values, () -> (int) Math.max(0, deadline - System.currentTimeMillis()));
    }

    private @Nullable Object identity(JsonNode json) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("getIdentityId", json.path("cognitoIdentityId").asText(""));
        values.put("getIdentityPoolId", json.path("cognitoIdentityPoolId").asText(""));
        return proxy("CognitoIdentity", values, null);
    }

    private @Nullable Object client(JsonNode json) {
        if (json.isEmpty()) {
            return null;
        }
        JsonNode app = json.path("client");
        Map<String, @Nullable Object> client = new HashMap<>();
        client.put("getInstallationId", app.path("installation_id").asText(""));
        client.put("getAppTitle", app.path("app_title").asText(""));
        client.put("getAppVersionName", app.path("app_version_name").asText(""));
        client.put("getAppVersionCode", app.path("app_version_code").asText(""));
        client.put("getAppPackageName", app.path("app_package_name").asText(""));
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("getCustom", texts(json.path("custom")));
        values.put("getEnvironment", texts(json.path("env")));
        values.put("getClient", proxy("Client", client, null));
        return proxy("ClientContext", values, null);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(p -> texts.put(p.getKey(), p.getValue().asText()));
        return texts;
    }

    private static JsonNode json(String text) throws IOException {
        return JavaLoop.MAPPER.readTree(text.isEmpty() ? "{}" : text);
    }

    private @Nullable Object logger() {
        Class<?> type = type("LambdaLogger");
        if (type == null) {
            return null;
        }
        return Proxy.newProxyInstance(loader, new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals("log") && arguments != null) {
                System.out.print(
                        arguments[0] instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : String.valueOf(arguments[0]));
                System.out.flush();
            }
            return null;
        });
    }

    /// Something computed at each call.
    private interface Remaining {
        int millis();
    }

    private @Nullable Object proxy(String name, Map<String, @Nullable Object> values, @Nullable Remaining remaining) {
        Class<?> type = type(name);
        if (type == null) {
            return null;
        }
        return Proxy.newProxyInstance(
                loader, new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemainingTimeInMillis" -> remaining == null ? 0 : remaining.millis();
                    case "toString" -> name + values;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> arguments != null && same(proxy, arguments[0]);
                    default -> values.get(method.getName());
                });
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Object one, @Nullable Object other) {
        return one == other;
    }

    private @Nullable Class<?> type(String name) {
        try {
            return loader.loadClass(CORE + name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }
}
