package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.HashMap;
import java.util.Map;

/// The behaviour that every test function shares: the event says what to do.
public class Handler implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private final String started = "java-" + System.nanoTime();
    private int calls;

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        calls++;
        context.getLogger().log("java handles " + event + "\n");
        if (event.get("sleepMillis") instanceof Number millis) {
            try {
                Thread.sleep(millis.longValue());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (event.get("exitCode") instanceof Number code) {
            Runtime.getRuntime().halt(code.intValue());
        }
        if (event.get("fail") instanceof String message) {
            throw new IllegalStateException(message);
        }
        Map<String, Object> answer = new HashMap<>();
        answer.put("runtime", "java");
        answer.put("echo", event);
        answer.put("environment", started);
        answer.put("calls", calls);
        answer.put("function", context.getFunctionName());
        answer.put("version", context.getFunctionVersion());
        answer.put("arn", context.getInvokedFunctionArn());
        answer.put("requestId", context.getAwsRequestId());
        answer.put("variable", System.getenv(String.valueOf(event.get("variable"))));
        return answer;
    }
}
