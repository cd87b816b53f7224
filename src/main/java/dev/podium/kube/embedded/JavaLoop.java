package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a function written in Java: a program of its own, started by the kubelet as a process from Podium's
/// jar.
///
/// It stands in for Amazon's runtime client of the Java images. Inputs and outputs are converted by Podium's
/// Jackson, so Jackson annotations of the function's own copy are not seen; `aws-lambda-java-core` must be in
/// the archive, as usual.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html">Handlers in Java</a>
final class JavaLoop {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .build();

    private JavaLoop() {}

    /// Loads the handler and serves invocations until the server goes away.
    public static void main(String[] arguments) throws IOException {
        // The whole environment, which this program shares with the function.
        Map<String, String> environment = new ProcessBuilder().environment();
        JavaLoopConnection connection =
                new JavaLoopConnection(environment.getOrDefault("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"));
        JavaHandler handler;
        try {
            handler = JavaHandler.load(environment);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            connection.post("init/error", error(e), e.getClass().getName());
            System.exit(1);
            return;
        }
        while (true) {
            JavaLoopConnection.Answer event = connection.next();
            String path = "invocation/" + event.header("lambda-runtime-aws-request-id") + "/";
            byte[] result;
            try {
                result = handler.call(event);
            } catch (Throwable e) {
                e.printStackTrace(System.out);
                connection.post(path + "error", error(e), e.getClass().getName());
                if (e instanceof VirtualMachineError) {
                    System.exit(1);
                }
                continue;
            }
            connection.post(path + "response", result, null);
        }
    }

    /// The error as Amazon's client writes it.
    private static byte[] error(Throwable failure) throws IOException {
        return MAPPER.writeValueAsBytes(error(failure, 0));
    }

    private static ObjectNode error(Throwable failure, int depth) {
        ObjectNode error = MAPPER.createObjectNode();
        error.put("errorMessage", failure.getMessage());
        error.put("errorType", failure.getClass().getName());
        ArrayNode trace = error.putArray("stackTrace");
        for (StackTraceElement element : failure.getStackTrace()) {
            // What is below the handler is this loop.
            if (element.getClassName().startsWith("jdk.internal.reflect.")) {
                break;
            }
            trace.add(element.toString());
        }
        @Nullable Throwable cause = failure.getCause();
        if (cause != null && depth < 10) {
            error.set("cause", error(cause, depth + 1));
        }
        return error;
    }
}
