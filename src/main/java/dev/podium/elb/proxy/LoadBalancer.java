package dev.podium.elb.proxy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A load balancer as it is wanted at the moment. A change is another snapshot under the same
/// ARN.
///
/// @param arn       what [LoadBalancers] keeps it by
/// @param hostName  `<name>-<id>.elb.localhost`, by which plain requests find it; without a port
/// @param created   the oldest one on a port gets what is for none by name
/// @param listeners in any order
public record LoadBalancer(
        String arn,
        String name,
        String hostName,
        Instant created,
        Type type,
        Attributes attributes,
        List<Listener> listeners) {
    /// Copies the list.
    public LoadBalancer {
        listeners = List.copyOf(listeners);
    }

    /// What kind it is.
    public enum Type {
        /// HTTP and HTTPS, by requests.
        APPLICATION,
        /// TCP, by connections.
        NETWORK
    }

    /// What to do with the `X-Forwarded-For` of a request
    /// (`routing.http.xff_header_processing.mode`).
    public enum ForwardedFor {
        /// Adds the client's address.
        APPEND,
        /// Leaves it as it is.
        PRESERVE,
        /// Takes it away.
        REMOVE
    }

    /// How strict to be with requests that two servers might read differently
    /// (`routing.http.desync_mitigation_mode`). What is plainly ambiguous (two different lengths,
    /// a length beside a transfer coding) is refused in every mode.
    public enum Desync {
        /// Lets everything else through.
        MONITOR,
        /// Lets what is harmless through.
        DEFENSIVE,
        /// Also refuses what RFC 9110 doesn't allow, such as a body with GET or characters that
        /// should be escaped.
        STRICTEST
    }

    /// The attributes that have an effect on an application load balancer's traffic.
    ///
    /// @param idleTimeout        `idle_timeout.timeout_seconds`: silence of the client or of the
    ///     target
    /// @param clientKeepAlive    `client_keep_alive.seconds`: longest life of a client's
    ///     connection
    /// @param preserveHost       `routing.http.preserve_host_header.enabled`
    /// @param forwardedFor       `routing.http.xff_header_processing.mode`
    /// @param clientPort         `routing.http.xff_client_port.enabled`
    /// @param dropInvalidHeaders `routing.http.drop_invalid_header_fields.enabled`
    /// @param tlsHeaders         `routing.http.x_amzn_tls_version_and_cipher_suite.enabled`
    /// @param desync             `routing.http.desync_mitigation_mode`
    public record Attributes(
            Duration idleTimeout,
            Duration clientKeepAlive,
            boolean preserveHost,
            ForwardedFor forwardedFor,
            boolean clientPort,
            boolean dropInvalidHeaders,
            boolean tlsHeaders,
            Desync desync) {
        /// AWS's defaults.
        public static Attributes defaults() {
            return new Attributes(
                    Duration.ofSeconds(60),
                    Duration.ofHours(1),
                    false,
                    ForwardedFor.APPEND,
                    false,
                    false,
                    false,
                    Desync.DEFENSIVE);
        }
    }
}
