package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A request that came to a listener's own port.
record WireIncoming(WireExchange exchange) implements Incoming {
    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String target() {
        return exchange.rawTarget();
    }

    @Override
    public WireHeaders headers() {
        return exchange.headers();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public long bodyLength() {
        return exchange.bodyLength();
    }

    @Override
    public WireHeaders trailers() {
        return exchange.trailers();
    }

    @Override
    public InetSocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public int port() {
        return exchange.local().getPort();
    }

    @Override
    public @Nullable SSLSession tls() {
        return exchange.tls();
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    @Override
    public void interim(AnswerHead head) throws IOException {
        exchange.interim(head);
    }

    @Override
    public void goOn() throws IOException {
        exchange.goOn();
    }

    @Override
    public boolean isAbandoned() {
        return exchange.isAbandoned();
    }
}
