package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A client's request, whichever port it came to.
interface Incoming {
    String method();

    /// As sent; starts with a slash, or is a whole URL or `*`.
    String target();

    WireHeaders headers();

    InputStream body();

    /// The body's length, -1 if it comes in chunks.
    long bodyLength();

    /// The fields after a chunked body, when its end was read.
    WireHeaders trailers();

    InetSocketAddress remote();

    /// The port that the client connected to.
    int port();

    @Nullable
    SSLSession tls();

    /// Whether 1xx answers and upgrades can be passed on.
    boolean isDirect();

    /// Passes on an answer of 1xx.
    void interim(AnswerHead head) throws IOException;

    /// Tells the client to send its body.
    void goOn() throws IOException;

    /// Whether the client has gone away. Not while the body is being read.
    boolean isAbandoned();
}
