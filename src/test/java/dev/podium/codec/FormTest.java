package dev.podium.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class FormTest {
    @Test
    void namesAndValuesAreDecodedInOrder() {
        Form form = Form.parse("b=1&a=x%20y+z&b=2&flag&empty=&%C3%A9=%3D&&");
        assertThat(form.entries().keySet()).containsExactly("b", "a", "flag", "empty", "é");
        assertThat(form.all("b")).containsExactly("1", "2");
        assertThat(form.first("a")).isEqualTo("x y z");
        assertThat(form.first("flag")).isEmpty();
        assertThat(form.first("empty")).isEmpty();
        assertThat(form.first("é")).isEqualTo("=");
        assertThat(form.first("none")).isNull();
        assertThat(form.all("none")).isEmpty();
        assertThat(form.has("flag")).isTrue();
    }

    @Test
    void nothingIsEmpty() {
        assertThat(Form.parse(null).entries()).isEmpty();
        assertThat(Form.parse("").entries()).isEmpty();
    }

    @Test
    void malformedEscapeIsRefused() {
        assertThatThrownBy(() -> Form.parse("a=%zz")).isInstanceOf(IllegalArgumentException.class);
    }
}
