package dev.podium.elb;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks what a listener is to be.
final class ListenerRules {
    private static final List<String> APPLICATION = List.of("HTTPS", "HTTP");
    private static final Set<String> SECURE = Set.of("HTTPS", "TLS");
    private static final List<String> NETWORK = List.of("TCP", "TLS");
    private static final Set<String> NETWORK_ONLY = Set.of("UDP", "TCP_UDP", "QUIC", "TCP_QUIC");

    private final Ports ports;

    ListenerRules(Ports ports) {
        this.ports = ports;
    }

    /// Refuses what Podium doesn't have.
    void refuse(@Nullable List<String> alpn, ListenerShape.@Nullable MutualAuthentication mutualAuthentication) {
        if (alpn != null && alpn.stream().anyMatch(policy -> !policy.equals("None"))) {
            throw ElbError.unsupported("AlpnPolicy");
        }
        if (mutualAuthentication != null && !"off".equals(mutualAuthentication.mode())) {
            throw ElbError.unsupported("The mode '" + mutualAuthentication.mode() + "' of MutualAuthentication");
        }
    }

    /// The protocol, one of the load balancer's.
    String protocol(@Nullable String given, StoredLoadBalancer at) {
        if (given == null) {
            throw ElbError.validation("A listener protocol must be specified");
        }
        if (at.network() && NETWORK_ONLY.contains(given)) {
            throw ElbError.of(
                    "UnsupportedProtocol",
                    "The protocol '" + given
                            + "' is not supported by Podium: network load balancers have TCP and TLS listeners");
        }
        if (at.network() && !ports.open()) {
            throw ElbError.configuration(
                    "Network load balancers need ports of their own, and PODIUM_ELB_PORTS is none");
        }
        List<String> allowed = at.network() ? NETWORK : APPLICATION;
        if (!allowed.contains(given)) {
            throw ElbError.validation("Listener protocol '" + given + "' must be one of '"
                    + String.join(", ", at.network() ? List.of("TCP", "TLS", "UDP", "TCP_UDP") : allowed) + "'");
        }
        return given;
    }

    /// The port, one that may be opened.
    int port(@Nullable Integer given) {
        if (given == null) {
            throw ElbError.validation("A listener port must be specified");
        }
        ports.check(given);
        return given;
    }

    /// The default certificate's ARN, alone in the list; none without TLS.
    List<String> certificates(@Nullable List<Certificate> given, String protocol) {
        List<Certificate> shown = Selection.orNone(given);
        if (!SECURE.contains(protocol)) {
            if (!shown.isEmpty()) {
                throw ElbError.validation("A certificate cannot be specified for " + protocol + " listeners");
            }
            return List.of();
        }
        if (shown.isEmpty()) {
            throw ElbError.validation("A certificate must be specified for " + protocol + " listeners");
        }
        if (shown.size() > 1) {
            throw ElbError.of(
                    "TooManyCertificates",
                    "Exactly one certificate must be specified: AddListenerCertificates adds others");
        }
        return CertificateArns.of(shown);
    }

    /// The security policy, null without TLS.
    @Nullable
    String policy(@Nullable String given, String protocol, @Nullable String before) {
        if (!SECURE.contains(protocol)) {
            if (given != null) {
                throw ElbError.validation("An SSL policy cannot be specified for " + protocol + " listeners");
            }
            return null;
        }
        String chosen = given == null ? before == null ? SslPolicies.DEFAULT : before : given;
        return SslPolicies.get(chosen).name();
    }
}
