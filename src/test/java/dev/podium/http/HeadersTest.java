package dev.podium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class HeadersTest {
    @Test
    void namesIgnoreCaseAndKeepTheirOrder() {
        Headers headers = Headers.of("A", "1", "b", "2", "a", "3").with("B", "4");
        assertThat(headers.first("a")).isEqualTo("1");
        assertThat(headers.all("B")).containsExactly("2", "4");
        assertThat(headers.first("c")).isNull();
        assertThat(headers.first("c", "d")).isEqualTo("d");
        assertThat(headers.all("c")).isEmpty();
    }

    @Test
    void valuesCannotSplitTheResponse() {
        assertThatThrownBy(() -> Headers.of("A", "x\r\nSet-Cookie: y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Headers.of("A")).isInstanceOf(IllegalArgumentException.class);
    }
}
