package dev.podium.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects that are larger than the server's memory, and a server that is killed while they come.
@NullMarked
@Timeout(600)
final class S3LimitsTest {
    private static final int LARGE = 200 << 20;

    @Test
    void objectMayBeLargerThanTheServersMemory() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m"));
                S3Client s3 = S3Test.client(server.endpoint(), "test", Region.US_EAST_1)) {
            s3.createBucket(b -> b.bucket("large"));
            Path file = Files.createTempFile("large", "");
            try {
                try (OutputStream out = Files.newOutputStream(file)) {
                    for (int i = 0; i < LARGE >> 20; i++) {
                        out.write(new byte[1 << 20]);
                    }
                }
                s3.putObject(b -> b.bucket("large").key("k"), RequestBody.fromFile(file));
                s3.copyObject(b -> b.sourceBucket("large")
                        .sourceKey("k")
                        .destinationBucket("large")
                        .destinationKey("copy"));
                for (String key : List.of("k", "copy")) {
                    long total = 0;
                    byte[] buffer = new byte[256 << 10];
                    try (InputStream in = s3.getObject(b -> b.bucket("large").key(key))) {
                        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                            total += n;
                        }
                    }
                    assertThat(total).isEqualTo(LARGE);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void objectIsThereWholeOrNotAtAllAfterAKill() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of("PODIUM_PERSISTENCE", "true"))) {
            Set<String> accepted = new ConcurrentSkipListSet<>();
            byte[] body = new byte[1 << 20];
            try (S3Client s3 = S3Test.client(server.endpoint(), "test", Region.US_EAST_1);
                    Socket half = new Socket(
                            server.endpoint().getHost(), server.endpoint().getPort());
                    var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                s3.createBucket(b -> b.bucket("kept"));
                half.getOutputStream()
                        .write(("PUT /kept/half HTTP/1.1\r\nHost: s3.localhost\r\nContent-Length: 10000000\r\n\r\n"
                                        + "x".repeat(5_000_000))
                                .getBytes(ISO_8859_1));
                List<Future<?>> clients = new java.util.ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String name = "c" + i + "-";
                    clients.add(pool.submit(() -> {
                        for (int n = 0; ; n++) {
                            // The same few keys over and over, so that files are replaced all the time too.
                            String key = name + n % 4;
                            s3.putObject(b -> b.bucket("kept").key(key), RequestBody.fromBytes(body));
                            accepted.add(key);
                        }
                    }));
                }
                Eventually.within(Duration.ofMinutes(2), () -> accepted.size() == 12);
                server.kill();
                for (Future<?> client : clients) {
                    assertThatThrownBy(client::get).isNotNull();
                }
            }
            server.startAgain();
            try (S3Client s3 = S3Test.client(server.endpoint(), "test", Region.US_EAST_1)) {
                Set<String> found = s3.listObjectsV2(b -> b.bucket("kept")).contents().stream()
                        .map(S3Object::key)
                        .collect(Collectors.toSet());
                assertThat(found).isEqualTo(accepted);
                for (String key : found) {
                    assertThat(s3.getObjectAsBytes(b -> b.bucket("kept").key(key))
                                    .asByteArray())
                            .isEqualTo(body);
                }
                assertThatThrownBy(() -> s3.headObject(b -> b.bucket("kept").key("half")))
                        .isInstanceOf(S3Exception.class);
                // Nothing else is left: a file per object, no drafts, no notes.
                assertThat(files(server, "s3")).isEqualTo(found.size());
                assertThat(files(server, "tmp")).isZero();
            }
        }
    }

    private static long files(ServerProcess server, String folder) throws Exception {
        try (var all = Files.walk(server.state().resolve(folder))) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}
