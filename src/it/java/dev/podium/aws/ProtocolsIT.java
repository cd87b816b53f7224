package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the protocols against botocore: its own serializers write the requests, its own parsers read the answers.
@NullMarked
final class ProtocolsIT {
    private static final List<String> SERVICES =
            List.of("lambda", "sqs", "ecs", "logs", "elbv2", "sts", "iam", "ec2", "s3");

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "sqs", "ecs", "logs", "elbv2", "sts", "iam", "ec2", "s3"})
    void botocoreIsUnderstoodAndUnderstands(String service) throws Exception {
        try (Listener listener = Listener.start(ListenerSettings.defaults(), new EchoServer(SERVICES))) {
            String endpoint = "http://127.0.0.1:" + listener.address().getPort();
            // The one of src/it/run has botocore for sure.
            String command = Objects.requireNonNullElse(System.getenv("PODIUM_IT_PYTHON"), "python3");
            Process python = new ProcessBuilder(command, "src/it/python/protocols.py", endpoint, service, model(service))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor()).as(output).isZero();
            assertThat(output).containsPattern("([1-9][0-9]*) of \\1 operations agree");
        }
    }

    private static String model(String service) throws Exception {
        return Path.of(ProtocolsIT.class
                        .getResource("models/" + service + ".json")
                        .toURI())
                .toString();
    }
}
