package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.BadMessage;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One request on its way to the targets of one group.
final class Attempt {
    private static final int AT_ONCE = 16 << 10;
    private static final int INLINE = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Incoming request;
    private final RequestTarget target;
    private final HttpRoutes routes;
    private final @Nullable String upgrade;
    private final WireHeaders fields;
    private final Forwarder.Cookies cookies;
    private final Semaphore looking = new Semaphore(1); // held by who looks whether the client is there
    private volatile boolean waiting;
    private volatile boolean abandoned;
    private byte @Nullable [] whole; // of a small body that came with the head

    /// Prepares a request.
    ///
    /// @param upgrade the protocol that the client wants to change to; null for none
    Attempt(
            Incoming request,
            RequestTarget target,
            HttpRoutes routes,
            @Nullable String upgrade,
            Forwarder.Cookies cookies) {
        this.request = request;
        this.target = target;
        this.routes = routes;
        this.upgrade = upgrade;
        this.fields = RequestFields.forTarget(request, target, routes, upgrade);
        this.cookies = cookies;
    }

    /// Sends the request to one target after the other until one has it, and waits for its
    /// answer.
    Answer run(LiveGroup group) throws IOException, InterruptedException {
        List<LiveTarget> tried = new ArrayList<>(0);
        long end = System.nanoTime() + PATIENCE.toNanos();
        LiveTarget chosen = cookies.target();
        chosen = chosen == null ? group.choose(tried) : chosen;
        int failure = 503;
        while (chosen != null) {
            chosen.begin();
            boolean passedOn = false;
            try {
                Sent sent = send(chosen);
                Answer answer = await(sent, chosen);
                passedOn = answer instanceof TargetExchange;
                return answer;
            } catch (NotConnected e) {
                failure = e.status();
            } finally {
                if (!passedOn) {
                    chosen.end();
                }
            }
            tried.add(chosen);
            chosen = System.nanoTime() < end ? group.choose(tried) : null;
        }
        return Answers.error(failure);
    }

    /// A request that a target has, at least in part.
    private record Sent(TargetConnections.Leased connection, WireStream out) {}

    /// No connection came about.
    private static final class NotConnected extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean late;

        NotConnected(IOException cause) {
            super(cause.getMessage(), cause, false, false);
            this.late = cause instanceof SocketTimeoutException;
        }

        int status() {
            return late ? 504 : 502;
        }
    }

    private Sent send(LiveTarget to) throws NotConnected, IOException {
        Duration idle = routes.balancer().idleTimeout();
        TargetConnections pool = to.pool();
        for (var kept = pool.reuse(idle); kept != null; kept = pool.reuse(idle)) {
            try {
                return begin(kept);
            } catch (NotConnected e) {
                kept.close(); // ended by the target just now: nothing has been sent
            }
        }
        InetSocketAddress address = to.address();
        if (address == null) {
            throw new NotConnected(new IOException("the target has no address"));
        }
        TargetConnections.Leased fresh;
        try {
            fresh = pool.connect(address, idle);
        } catch (IOException e) {
            throw new NotConnected(e);
        }
        try {
            return begin(fresh);
        } catch (NotConnected e) {
            fresh.close();
            throw e;
        }
    }

    /// Sends the head, with the body if that is small and already there.
    private Sent begin(TargetConnections.Leased connection) throws NotConnected, IOException {
        long length = request.bodyLength();
        boolean none = length == 0 && request.headers().first("Content-Length") == null;
        if (whole == null && length > 0 && length <= AT_ONCE && request.body().available() == length) {
            whole = request.body().readNBytes((int) length);
        }
        WireStream out =
                connection.wire().send(request.method(), target.line(), fields, none ? WireStream.NONE : length);
        try {
            if (whole != null) {
                out.write(whole);
            }
            out.flush();
        } catch (IOException e) {
            throw new NotConnected(e);
        }
        return new Sent(connection, out);
    }

    private Answer await(Sent sent, LiveTarget from) throws InterruptedException {
        Upload upload = null;
        boolean handed = false;
        try {
            upload = upload(sent);
            AnswerHead head = head(sent.connection(), upload);
            handed = true;
            return exchange(sent.connection(), head, upload, from);
        } catch (ClientFailed e) {
            return clientFailure(e.failure());
        } catch (IOException e) {
            IOException ours = upload == null ? null : upload.clientFailure();
            if (abandoned) {
                return new Answer.Gone();
            }
            return ours == null ? Answers.error(e instanceof SocketTimeoutException ? 504 : 502) : clientFailure(ours);
        } finally {
            if (!handed) {
                sent.connection().close();
                if (upload != null) {
                    upload.stop();
                }
            }
        }
    }

    private static Answer clientFailure(IOException failure) {
        return switch (failure) {
            case BadMessage bad -> Answers.error(bad.status());
            case SocketTimeoutException late -> Answers.error(408);
            default -> new Answer.Gone();
        };
    }

    /// The client's body can't be read.
    private static final class ClientFailed extends IOException {
        private static final long serialVersionUID = 1;
        private final transient IOException failure;

        ClientFailed(IOException failure) {
            super(failure.getMessage(), failure);
            this.failure = failure;
        }

        IOException failure() {
            return failure;
        }
    }

    /// Passes the body on: a short one before the answer is waited for, any other meanwhile.
    private Upload upload(Sent sent) throws IOException {
        long length = request.bodyLength();
        if (whole != null || length == 0) {
            sent.out().close();
        } else if (length > 0 && length <= INLINE) {
            inline(sent.out());
        } else {
            TargetConnections.Leased connection = sent.connection();
            connection.wire().limit(Connector.SILENCE); // it is the client that is waited for
            return Upload.start(
                    request,
                    sent.out(),
                    connection::close,
                    () -> connection.wire().limit(connection.idle()));
        }
        return Upload.none(request, sent.out());
    }

    private void inline(WireStream out) throws IOException {
        byte[] part = new byte[(int) Math.min(request.bodyLength(), AT_ONCE)];
        for (int n = read(part); n >= 0; n = read(part)) {
            out.write(part, 0, n);
            out.flush();
        }
        out.close();
    }

    private int read(byte[] part) throws ClientFailed {
        try {
            return request.body().read(part);
        } catch (IOException e) {
            throw new ClientFailed(e);
        }
    }

    private AnswerHead head(TargetConnections.Leased connection, Upload upload)
            throws IOException, InterruptedException {
        boolean ofHead = request.method().equals("HEAD");
        if (request.isDirect()) {
            waiting = true;
            connection
                    .wire()
                    .whileWaiting(
                            () -> Thread.ofVirtual().name("podium-elb-look").start(() -> look(connection, upload)));
        }
        try {
            AnswerHead head = connection.wire().receive(ofHead);
            while (head.status() < 200 && head.status() != 101) {
                if (head.status() != 100 && request.isDirect()) {
                    request.interim(answered(head, true));
                }
                head = connection.wire().receive(ofHead);
            }
            if (head.status() == 101 && upgrade == null) {
                throw new IOException("the target changes to a protocol that nobody asked for");
            }
            return head;
        } finally {
            if (request.isDirect()) {
                connection.wire().whileWaiting(null);
                looking.acquire();
                waiting = false;
                looking.release();
            }
        }
    }

    /// Looks whether the client still waits; if not, nor do we.
    private void look(TargetConnections.Leased connection, Upload upload) {
        if (!looking.tryAcquire()) {
            return;
        }
        try {
            if (waiting && upload.isOver() && request.isAbandoned()) {
                abandoned = true;
                connection.close();
            }
        } finally {
            looking.release();
        }
    }

    private TargetExchange exchange(
            TargetConnections.Leased connection, AnswerHead head, Upload upload, LiveTarget from) {
        int status = head.status();
        boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304 || status == 101;
        WireHeaders.Builder out =
                RequestFields.forClient(head.headers(), routes.listener(), bodiless && status != 204 && status != 101);
        if (status == 101) {
            out.add("Connection", "Upgrade")
                    .addIfPresent("Upgrade", head.headers().first("Upgrade"));
        } else {
            cookies.set(out, from, head.headers());
        }
        return new TargetExchange(connection, new AnswerHead(status, head.reason(), out.build()), upload, bodiless);
    }

    private AnswerHead answered(AnswerHead head, boolean bodiless) {
        return new AnswerHead(
                head.status(),
                head.reason(),
                RequestFields.forClient(head.headers(), routes.listener(), bodiless)
                        .build());
    }
}
