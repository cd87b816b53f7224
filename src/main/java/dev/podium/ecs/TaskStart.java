package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What has to be there before a task's pod can be made.
///
/// @param task the task to be
record TaskStart(TaskSpec task, Surroundings on) {
    /// Something isn't there; the message is the task's `stoppedReason`.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }

        /// Always there, unlike in other exceptions.
        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /// Checks that the containers' log groups are there, or may be made.
    void checkLogs() throws Failed {
        for (JsonNode container : task.definition().containers()) {
            JsonNode logs = container.path("logConfiguration");
            if (!logs.path("logDriver").asText().equals("awslogs")) {
                continue;
            }
            JsonNode options = logs.path("options");
            boolean make = options.path("awslogs-create-group").asText("").equals("true");
            LogShipping.Stream stream =
                    LogShipping.stream(task, container.path("name").asText(), options);
            if (!make && !on.logs().exists(stream.scope(), stream.group())) {
                throw new Failed("ResourceInitializationError: failed to validate logger args: create stream has been"
                        + " retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The"
                        + " specified log group does not exist. : exit status 1");
            }
        }
    }

    /// Reads the values of the containers' secrets, each once.
    Map<String, Map<String, String>> secrets() throws Failed, InterruptedException {
        Map<String, String> known = new HashMap<>();
        Map<String, Map<String, String>> all = new HashMap<>();
        for (JsonNode container : task.definition().containers()) {
            for (JsonNode secret : container.path("secrets")) {
                String reference = secret.path("valueFrom").asText();
                String value = known.get(reference);
                if (value == null) {
                    value = read(reference);
                    known.put(reference, value);
                }
                all.computeIfAbsent(container.path("name").asText(), n -> new LinkedHashMap<>())
                        .put(secret.path("name").asText(), value);
            }
        }
        return all;
    }

    private String read(String reference) throws Failed, InterruptedException {
        try {
            return on.secrets().value(task.scope(), reference);
        } catch (IOException e) {
            throw new Failed("ResourceInitializationError: unable to pull secrets or registry auth: execution resource"
                    + " retrieval failed: unable to retrieve secret " + reference + ": " + e.getMessage());
        }
    }
}
