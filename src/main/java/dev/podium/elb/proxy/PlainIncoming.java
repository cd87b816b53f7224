package dev.podium.elb.proxy;

import dev.podium.http.Request;
import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.WireHeaders;
import java.io.InputStream;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A request that came to the server's own port.
///
/// @param port of the server
record PlainIncoming(Request request, WireHeaders headers, int port) implements Incoming {
    static PlainIncoming of(Request request) {
        WireHeaders.Builder headers = WireHeaders.builder();
        request.headers().forEach(headers::add);
        String host = request.headers().first("Host", "");
        int colon = host.lastIndexOf(':');
        boolean known = colon >= 0 && host.substring(colon + 1).chars().allMatch(Character::isDigit);
        int port = known && host.length() - colon <= 6 && colon + 1 < host.length()
                ? Integer.parseInt(host, colon + 1, host.length(), 10)
                : 80;
        return new PlainIncoming(request, headers.build(), port);
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String target() {
        return request.rawQuery() == null ? request.rawPath() : request.rawPath() + "?" + request.rawQuery();
    }

    @Override
    public InputStream body() {
        return request.body();
    }

    @Override
    public long bodyLength() {
        return request.contentLength();
    }

    @Override
    public WireHeaders trailers() {
        return WireHeaders.empty();
    }

    @Override
    public InetSocketAddress remote() {
        return request.remote();
    }

    @Override
    public @Nullable SSLSession tls() {
        return null;
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public void interim(AnswerHead head) {
        // the JDK's server can't
    }

    @Override
    public void goOn() {
        // the JDK's server has done so
    }

    @Override
    public boolean isAbandoned() {
        return false;
    }
}
