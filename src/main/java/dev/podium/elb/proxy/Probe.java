package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.SocketLayer;
import dev.podium.http.wire.WireClientConnection;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// One health check.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html">
///     Health checks</a>
final class Probe {
    private Probe() {}

    /// What a check found.
    sealed interface Result {
        /// The target is well.
        record Good() implements Result {}

        /// It answered with another status than wanted.
        record Mismatch(int status) implements Result {}

        /// It didn't answer in time.
        record Late() implements Result {}

        /// It couldn't be connected to, or answered nonsense.
        record Failed() implements Result {}
    }

    /// Checks a target, in at most the check's timeout.
    static Result run(TargetGroup.HealthCheck check, InetSocketAddress address) {
        SocketLayer layer =
                check.protocol() == TargetGroup.Protocol.HTTPS ? TargetTls.layer(check.timeout()) : socket -> socket;
        long end = System.nanoTime() + check.timeout().toNanos();
        try (WireClientConnection connection =
                WireClientConnection.open(address, check.timeout(), layer, null, check.timeout())) {
            if (check.protocol() == TargetGroup.Protocol.TCP) {
                return new Result.Good();
            }
            WireHeaders headers = WireHeaders.of(
                    "Host", address.getAddress().getHostAddress() + ":" + address.getPort(),
                    "Connection", "close",
                    "User-Agent", "ELB-HealthChecker/2.0",
                    "Accept-Encoding", "gzip, compressed");
            connection.send("GET", check.path(), headers, WireStream.NONE).close();
            connection.limit(Duration.ofNanos(end - System.nanoTime()));
            AnswerHead head = connection.receive(false);
            return matches(check.matcher(), head.status()) ? new Result.Good() : new Result.Mismatch(head.status());
        } catch (SocketTimeoutException e) {
            return new Result.Late();
        } catch (IOException e) {
            return new Result.Failed();
        }
    }

    /// Tells whether a status is among `200`, `200,202` or `200-299`.
    static boolean matches(String matcher, int status) {
        for (String part : matcher.split(",", -1)) {
            String range = part.strip();
            int dash = range.indexOf('-');
            try {
                int from = Integer.parseInt(
                        dash < 0 ? range : range.substring(0, dash).strip());
                int to = dash < 0
                        ? from
                        : Integer.parseInt(range.substring(dash + 1).strip());
                if (status >= from && status <= to) {
                    return true;
                }
            } catch (NumberFormatException e) {
                return false;
            }
        }
        return false;
    }
}
