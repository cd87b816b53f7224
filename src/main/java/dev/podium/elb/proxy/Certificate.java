package dev.podium.elb.proxy;

import java.util.List;

/// What an HTTPS listener shows its clients: which one, they choose by the server name that they
/// ask for.
public sealed interface Certificate {
    /// What tells it from others.
    String arn();

    /// A certificate from PEM text.
    ///
    /// @param chain      the certificate and those above it
    /// @param privateKey PKCS#8, PKCS#1 or SEC1, not encrypted
    record OfPem(String arn, String chain, String privateKey) implements Certificate {
        /// Without the key.
        @Override
        public String toString() {
            return "OfPem[" + arn + "]";
        }
    }

    /// A certificate that signs itself, made when the listener first needs it.
    ///
    /// @param names host names, which may start with `*.`, and addresses
    record SelfSigned(String arn, List<String> names) implements Certificate {
        /// Copies the list.
        public SelfSigned {
            names = List.copyOf(names);
        }
    }
}
