package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every operation that Podium answers, called through botocore with valid and invalid parameters, and every
/// answer held against botocore's service model. Needs no Kubernetes: the server brings its own cluster.
final class FidelityIT {
    /// Services with a scenario, `src/it/python/fidelity_<service>.py`.
    private static final List<String> SERVICES = List.of(
            "lambda", "sqs", "s3", "logs", "ec2", "ecs", "elbv2", "scheduler", "events", "iam", "sts");

    @Test
    void everyAnswerFitsTheModel() throws Exception {
        try (TestServer server = TestServer.start(Map.of())) {
            for (String service : SERVICES) {
                Command.Result result = Command.run(
                        environment(server),
                        "",
                        List.of(python(), "src/it/python/fidelity.py", service));
                System.out.println(result.out());
                assertThat(result.status())
                        .as(result.out() + result.err())
                        .isZero();
            }
        }
    }

    private static Map<String, String> environment(TestServer server) {
        return Map.of(
                "AWS_ENDPOINT_URL", server.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test",
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_EC2_METADATA_DISABLED", "true");
    }

    /// The Python that `src/it/run` names, one on the path that has boto3, or one that is made for this.
    private static String python() {
        String named = System.getenv("PODIUM_IT_PYTHON");
        if (named != null) {
            return named;
        }
        if (Command.run(Map.of(), "", List.of("python3", "-c", "import boto3")).status() == 0) {
            return "python3";
        }
        Path made = Path.of("target", "it", "fidelity-python").toAbsolutePath();
        Path python = made.resolve("bin/python3");
        if (!Files.exists(python)) {
            Command.run(Map.of(), "", List.of("python3", "-m", "venv", made.toString()))
                    .require();
            Command.run(Map.of(), "", List.of(python.toString(), "-m", "pip", "install", "--quiet", "boto3"))
                    .require();
        }
        return python.toString();
    }
}
