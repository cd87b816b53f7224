package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/// The clients that upload code: boto3's transfers, both versions of the aws CLI, aws-sdk-go-v2, which
/// Terraform's provider is made of, and the AWS SDK for Java without its native part. The server is a process
/// that checks every signature. Needs no Kubernetes.
final class S3IT {
    private static ServerProcess server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(Map.of("PODIUM_ACCESS_KEYS", "someone:secret"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Map<String, String> environment() {
        return Command.aws(server.endpoint(), "someone", "secret");
    }

    /// The machine's aws CLI, and the second version of it where there is one.
    @Test
    void boto3AndTheAwsCli() {
        List<String> command = new ArrayList<>(
                List.of(Objects.requireNonNullElse(System.getenv("PODIUM_IT_PYTHON"), "python3"), "src/it/python/s3_clients.py"));
        Stream.of("PODIUM_IT_AWS", "PODIUM_IT_AWS2")
                .map(System::getenv)
                .filter(cli -> cli != null && !cli.isEmpty())
                .distinct()
                .forEach(command::add);
        all(command);
    }

    @Test
    void goAndItsTransfers() throws IOException {
        for (String file : List.of("main.go", "go.mod")) {
            Files.copy(
                    Path.of("src", "it", "clients", "s3", file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = folder.resolve("s3clients");
        Command.run(
                        Map.of(),
                        "",
                        List.of("scripts/retry", "go", "-C", folder.toString(), "build", "-mod=mod", "-o", program.toString(), "."))
                .require();
        all(List.of(program.toString()));
    }

    private static void all(List<String> command) {
        assertThat(Command.run(environment(), "", command).require()).endsWith("all done\n");
    }

    @Test
    void javaTransfersInParts() throws IOException {
        byte[] large = new byte[(17 << 20) + 11];
        new Random(1).nextBytes(large);
        Path from = Files.write(folder.resolve("from"), large);
        Path to = folder.resolve("to");
        try (S3AsyncClient s3 = S3AsyncClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .multipartEnabled(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("someone", "secret")))
                .build()) {
            s3.createBucket(b -> b.bucket("java-clients")).join();
            s3.putObject(b -> b.bucket("java-clients").key("large"), AsyncRequestBody.fromFile(from))
                    .join();
            assertThat(s3.headObject(b -> b.bucket("java-clients").key("large"))
                            .join()
                            .eTag())
                    .endsWith("-3\"");
            s3.getObject(b -> b.bucket("java-clients").key("large"), AsyncResponseTransformer.toFile(to))
                    .join();
            assertThat(Arrays.equals(Files.readAllBytes(to), large)).isTrue();
            s3.copyObject(b -> b.sourceBucket("java-clients")
                            .sourceKey("large")
                            .destinationBucket("java-clients")
                            .destinationKey("copy"))
                    .join();
            assertThat(s3.headObject(b -> b.bucket("java-clients").key("copy"))
                            .join()
                            .contentLength())
                    .isEqualTo(large.length);
        }
    }
}
