package dev.podium.elb.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Who is meant by a host name on a port that several load balancers share: the one whose own name it is, else the
/// first whose certificate is for it, else the first of all.
///
/// @param owners in the order in which they count
record HostNames(List<Owner> owners) {
    /// A load balancer on the port, and what it shows those who want TLS.
    ///
    /// @param hostName in lower case
    record Owner(String hostName, List<Identity> identities) {
        private Identity identity(String host) {
            return identities.stream()
                    .filter(identity -> identity.isFor(host))
                    .findFirst()
                    .orElseGet(identities::getFirst);
        }
    }

    static HostNames none() {
        return new HostNames(List.of());
    }

    /// Adds the listener of a load balancer. What its certificates stood for before goes on to.
    ///
    /// @throws IOException if a certificate can't be used
    HostNames and(String hostName, Listener listener, HostNames before) throws IOException {
        List<Identity> identities = new ArrayList<>();
        for (Certificate certificate : listener.certificates()) {
            identities.add(before.known(certificate));
        }
        if (identities.isEmpty() && listener.protocol().secure()) {
            throw new IOException("a listener with TLS needs a certificate");
        }
        List<Owner> more = new ArrayList<>(owners);
        more.add(new Owner(hostName.toLowerCase(Locale.ROOT), identities));
        return new HostNames(List.copyOf(more));
    }

    private Identity known(Certificate certificate) throws IOException {
        for (Identity identity : identities()) {
            if (identity.given().equals(certificate)) {
                return identity;
            }
        }
        return Identity.of(certificate);
    }

    /// All that may be shown.
    List<Identity> identities() {
        return owners.stream().flatMap(owner -> owner.identities().stream()).toList();
    }

    /// The place of the load balancer that is meant.
    ///
    /// @param host in lower case, without port
    int owner(String host) {
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i).hostName().equals(host)) {
                return i;
            }
        }
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i).identities().stream().anyMatch(identity -> identity.isFor(host))) {
                return i;
            }
        }
        return 0;
    }

    /// What to show somebody who asks for a name.
    Identity identity(String host) {
        return owners.get(owner(host)).identity(host);
    }
}
