package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class CompatibilityPageTest {
    private static final Path PAGE = Path.of("docs", "aws-compatibility.md");
    private static final Path RULES =
            Path.of("src", "main", "java", "dev", "podium", "lambda", "api", "SettingsRules.java");
    private static final Pattern REFUSAL = Pattern.compile("refuse\\([^\"]*\"(\\w+)\"\\)");

    @Test
    void thePageIsUpToDate() throws IOException {
        assertThat(PAGE).as("run `make docs`").exists().hasContent(CompatibilityPage.markdown());
    }

    @Test
    void everySettingThatIsRefusedIsNamed() throws IOException {
        List<String> refused = REFUSAL.matcher(Files.readString(RULES))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(refused).hasSizeGreaterThan(4);
        assertThat(new TreeSet<>(CompatibilityPage.REFUSED.values().stream()
                        .flatMap(List::stream)
                        .toList()))
                .containsAll(refused);
    }

    /// Writes the page: `make docs`.
    public static void main(String[] args) throws IOException {
        Files.writeString(PAGE, CompatibilityPage.markdown());
    }
}
