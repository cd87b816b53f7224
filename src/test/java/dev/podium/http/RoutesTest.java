package dev.podium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
final class RoutesTest {
    private final Routes<String> routes = Routes.<String>builder()
            .add("GET", "/", "root")
            .add("GET", "/functions", "list")
            .add("POST", "/functions", "create")
            .add("GET", "/functions/{Name}", "get")
            .add("GET", "/functions/{Name}/aliases/{Alias}", "alias")
            .add("GET", "/functions/special", "special")
            .add("GET", "/layers", "layers")
            .add("GET", "/layers?find=LayerVersion", "byArn")
            .add("GET", "/{Bucket}", "bucket")
            .add("GET", "/{Bucket}?tagging", "tagging")
            .add("GET", "/{Bucket}/{Key+}", "object")
            .build();

    private @Nullable String target(String method, String path, @Nullable String query) {
        Routes.Match<String> match = routes.match(method, path, query);
        return match == null ? null : match.target();
    }

    private Map<String, String> labels(String path) {
        Routes.Match<String> match = routes.match("GET", path, null);
        return match == null ? Map.of() : match.labels();
    }

    @Test
    void literalWinsOverLabel() {
        assertThat(target("GET", "/functions/special", null)).isEqualTo("special");
        assertThat(target("GET", "/functions/other", null)).isEqualTo("get");
        assertThat(target("GET", "/functions", null)).isEqualTo("list");
    }

    @Test
    void escapedSlashStaysInItsSegment() {
        assertThat(labels("/functions/a%2Fb%3Ac+d")).isEqualTo(Map.of("Name", "a/b:c+d"));
        assertThat(labels("/functions/a/aliases/%C3%A9")).isEqualTo(Map.of("Name", "a", "Alias", "é"));
    }

    @Test
    void methodDecides() {
        assertThat(target("POST", "/functions", null)).isEqualTo("create");
        assertThat(target("DELETE", "/functions", null)).isNull();
    }

    @Test
    void trailingSlashDoesNotMatter() {
        assertThat(target("GET", "/functions/", null)).isEqualTo("list");
        assertThat(target("GET", "/functions/a/", null)).isEqualTo("get");
    }

    @Test
    void queryDecides() {
        assertThat(target("GET", "/layers", "find=LayerVersion&Arn=a")).isEqualTo("byArn");
        assertThat(target("GET", "/layers", "find=Other")).isEqualTo("layers");
        assertThat(target("GET", "/b", "tagging")).isEqualTo("tagging");
        assertThat(target("GET", "/b", "tagging=&x=1")).isEqualTo("tagging");
        assertThat(target("GET", "/b", "taggings")).isEqualTo("bucket");
    }

    @Test
    void greedyLabelTakesTheRest() {
        assertThat(labels("/b/k/e%20y/")).isEqualTo(Map.of("Bucket", "b", "Key", "k/e y/"));
        assertThat(labels("/b//k")).isEqualTo(Map.of("Bucket", "b", "Key", "/k"));
        assertThat(labels("/functions/x/y")).isEqualTo(Map.of("Bucket", "functions", "Key", "x/y"));
        assertThat(target("GET", "/b/", null)).isEqualTo("bucket");
    }

    @Test
    void rootIsARoute() {
        assertThat(target("GET", "/", null)).isEqualTo("root");
    }

    @Test
    void badTemplatesAreRefused() {
        assertThatThrownBy(() -> Routes.<String>builder().add("GET", "x", "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Routes.<String>builder().add("GET", "/{a+}/b", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
