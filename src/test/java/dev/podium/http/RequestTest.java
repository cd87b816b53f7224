package dev.podium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class RequestTest {
    private static Request request(int sent, long announced) {
        return new Request(
                "POST",
                "/",
                null,
                Headers.empty(),
                new ByteArrayInputStream(new byte[sent]),
                announced,
                InetSocketAddress.createUnresolved("h", 1));
    }

    @Test
    void bodyIsReadWhole() throws Exception {
        assertThat(request(10, 10).bytes(10)).hasSize(10);
        assertThat(request(10, -1).bytes(10)).hasSize(10);
        assertThat(request(9 << 20, 9 << 20).bytes(10 << 20)).hasSize(9 << 20);
        assertThat(request(0, 0).bytes(10)).isEmpty();
    }

    @Test
    void bodyOverTheLimitIsRefused() {
        assertThatThrownBy(() -> request(11, 11).bytes(10)).isInstanceOf(BodyTooLarge.class);
        assertThatThrownBy(() -> request(11, -1).bytes(10)).isInstanceOf(BodyTooLarge.class);
    }

    @Test
    void bodyShorterThanAnnouncedIsCutOff() {
        assertThatThrownBy(() -> request(9, 10).bytes(10)).isInstanceOf(BodyCutOff.class);
        assertThatThrownBy(() -> request(10, 9 << 20).bytes(10 << 20)).isInstanceOf(BodyCutOff.class);
    }
}
