package dev.podium.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageIsUpToDate() throws IOException {
        assertThat(PAGE).as("run `make docs`").exists().hasContent(ConfigurationPage.markdown());
    }

    /// Writes the page: `make docs`.
    public static void main(String[] args) throws IOException {
        Files.createDirectories(PAGE.toAbsolutePath().resolveSibling(""));
        Files.writeString(PAGE, ConfigurationPage.markdown());
    }
}
