package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of a web server in a pod, read from its connection as the caller takes it.
final class PodResponse implements ResponseStream {
    private final WireResponse response;
    private @Nullable Outcome outcome;

    PodResponse(WireResponse response) {
        this.response = response;
    }

    @Override
    public int status() {
        return response.status();
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
        WireHeaders headers = response.headers();
        List<Map.Entry<String, String>> fields = new ArrayList<>(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            fields.add(Map.entry(headers.name(i), headers.value(i)));
        }
        return fields;
    }

    @Override
    public @Nullable String contentType() {
        return response.headers().first("Content-Type");
    }

    @Override
    public int read(byte[] target) {
        if (outcome != null) {
            return -1;
        }
        try {
            int n = response.body().read(target, 0, target.length);
            if (n >= 0) {
                return n;
            }
            finish(new Outcome.Success(new byte[0], contentType()));
        } catch (SocketTimeoutException e) {
            finish(new Outcome.TimedOut());
        } catch (IOException e) {
            finish(new Outcome.Lost("the answer was cut off: " + e.getMessage(), true));
        }
        return -1;
    }

    private void finish(Outcome how) {
        outcome = how;
        response.close();
    }

    /// A web server is told that its client has left, as it would be elsewhere: the rest isn't read.
    @Override
    public Outcome end() {
        Outcome known = outcome;
        if (known == null) {
            known = new Outcome.Success(new byte[0], contentType());
            finish(known);
        }
        return known;
    }
}
