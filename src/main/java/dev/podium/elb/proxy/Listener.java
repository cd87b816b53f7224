package dev.podium.elb.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One port of a load balancer.
///
/// @param port         as AWS's API names it
/// @param address      what is really listened on: the control plane has a range of ports for
///     that; null for no port, so that only the host name leads there
/// @param certificates of an HTTPS or TLS listener, the default one first; empty otherwise
/// @param rules        in any order; exactly one is the [default][Rule#DEFAULT], and a TCP or TLS
///     listener has only that one
public record Listener(
        String arn,
        Protocol protocol,
        int port,
        @Nullable InetSocketAddress address,
        List<Certificate> certificates,
        List<Rule> rules,
        Attributes attributes) {
    /// Copies the lists.
    public Listener {
        certificates = List.copyOf(certificates);
        rules = List.copyOf(rules);
    }

    /// What its clients speak.
    public enum Protocol {
        /// HTTP/1.1 in clear.
        HTTP,
        /// HTTP/1.1 over TLS.
        HTTPS,
        /// Bytes.
        TCP,
        /// Bytes over TLS.
        TLS;

        boolean secure() {
            return this == HTTPS || this == TLS;
        }

        boolean http() {
            return this == HTTP || this == HTTPS;
        }
    }

    /// The attributes that have an effect.
    ///
    /// @param tcpIdleTimeout  `tcp.idle_timeout.seconds` of a TCP listener, 350 s of a TLS one
    /// @param serverHeader    `routing.http.response.server.enabled`: whether responses may have
    ///     a `Server` header
    /// @param responseHeaders what `routing.http.response.*.header_value` set: header name →
    ///     value, replacing what the target said
    /// @param tlsVersionName  `routing.http.request.x_amzn_tls_version.header_name`
    /// @param tlsCipherName   `routing.http.request.x_amzn_tls_cipher_suite.header_name`
    public record Attributes(
            Duration tcpIdleTimeout,
            boolean serverHeader,
            Map<String, String> responseHeaders,
            String tlsVersionName,
            String tlsCipherName) {
        /// Copies the map.
        public Attributes {
            responseHeaders = Map.copyOf(responseHeaders);
        }

        /// AWS's defaults.
        public static Attributes defaults() {
            return new Attributes(
                    Duration.ofSeconds(350), true, Map.of(), "X-Amzn-Tls-Version", "X-Amzn-Tls-Cipher-Suite");
        }
    }
}
