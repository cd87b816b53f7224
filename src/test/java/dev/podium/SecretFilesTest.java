package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class SecretFilesTest {
    private static final Arn BROKER = Arn.parse(
                    "arn:aws:secretsmanager:us-east-1:000000000000:secret:team/broker-AbC123")
            .orElseThrow();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void fileHoldsSecretsByNameOrArnAsTextOrObject() throws Exception {
        Path file = folder.resolve("secrets.json");
        Files.writeString(file, "{\"team/broker\": {\"username\": \"u\"}}");
        assertThat(new SecretFiles(file).find(BROKER)).contains("{\"username\":\"u\"}");
        Files.writeString(file, "{\"team/broker-AbC123\": \"text\", \"team/broker\": \"other\"}");
        assertThat(new SecretFiles(file).find(BROKER)).contains("text");
        Files.writeString(file, "{\"" + BROKER + "\": \"by ARN\", \"team/broker\": \"other\"}");
        assertThat(new SecretFiles(file).find(BROKER)).contains("by ARN");
        Files.writeString(file, "{}");
        assertThat(new SecretFiles(file).find(BROKER)).isEmpty();
    }

    @Test
    void folderHoldsAFileForEachAndNothingOutsideIsRead() throws Exception {
        Path inside = Files.createDirectories(folder.resolve("secrets/team"));
        Files.writeString(inside.resolve("broker.json"), "text\n");
        Files.writeString(folder.resolve("outside"), "not meant");
        SecretFiles files = new SecretFiles(folder.resolve("secrets"));
        assertThat(files.find(BROKER)).contains("text");
        Arn outside = Arn.parse("arn:aws:secretsmanager:us-east-1:000000000000:secret:../outside")
                .orElseThrow();
        assertThat(files.find(outside)).isEmpty();
        assertThat(new SecretFiles(null).find(BROKER)).isEmpty();
    }

    @Test
    void damagedFileIsNotQuoted() throws Exception {
        Path file = Files.writeString(folder.resolve("secrets.json"), "{\"broker\": hunter2}");
        UpstreamSecrets secrets = new UpstreamSecrets(new SecretFiles(file), new UpstreamCalls(null));
        assertThatThrownBy(() -> secrets.value(new Scope("000000000000", "us-east-1"), BROKER.toString()))
                .hasMessageContaining("no JSON")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void memberOfAnOwnSecretIsRead() throws Exception {
        Path file = Files.writeString(folder.resolve("secrets.json"), "{\"team/broker\": {\"username\": \"u\"}}");
        UpstreamSecrets secrets = new UpstreamSecrets(new SecretFiles(file), new UpstreamCalls(null));
        Scope scope = new Scope("000000000000", "us-east-1");
        assertThat(secrets.value(scope, BROKER + ":username::")).isEqualTo("u");
        assertThatThrownBy(() -> secrets.value(scope, "arn:aws:secretsmanager:us-east-1:000000000000:secret:nothing"))
                .hasMessageContaining("PODIUM_SECRETS")
                .hasMessageContaining("PODIUM_UPSTREAM_URL");
    }
}
