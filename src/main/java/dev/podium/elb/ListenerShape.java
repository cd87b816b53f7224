package dev.podium.elb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A listener as the API shows it.
record ListenerShape(
        String listenerArn,
        String loadBalancerArn,
        int port,
        String protocol,
        @Nullable List<Certificate> certificates,
        @Nullable String sslPolicy,
        List<Action> defaultActions,
        @Nullable MutualAuthentication mutualAuthentication) {
    /// Whether clients show certificates: `off`, what others there are is refused.
    record MutualAuthentication(
            @Nullable String mode,
            @Nullable String trustStoreArn,
            @Nullable Boolean ignoreClientCertificateExpiry,
            @Nullable String trustStoreAssociationStatus,
            @Nullable String advertiseTrustStoreCaNames) {
        static final MutualAuthentication OFF = new MutualAuthentication("off", null, null, null, null);
    }

    static ListenerShape of(StoredLoadBalancer at, StoredListener stored) {
        return new ListenerShape(
                stored.arn(),
                at.arn(),
                stored.port(),
                stored.protocol(),
                stored.secure() ? List.of(new Certificate(stored.certificates().getFirst(), null)) : null,
                stored.sslPolicy(),
                stored.defaultRule().actions(),
                stored.secure() ? MutualAuthentication.OFF : null);
    }
}
