package dev.podium.aws;

import dev.podium.http.Request;

/// Checks the signatures of requests that are no calls of an API: those to function URLs.
public final class Signatures {
    private final DispatcherSettings settings;
    private final SigV4 signatures;

    /// With the same keys and clock as the dispatcher's.
    public Signatures(DispatcherSettings settings) {
        this.settings = settings;
        this.signatures = new SigV4(settings);
    }

    /// Verifies a signature, in the header or presigned. Without configured keys a well-formed one is enough,
    /// as it is for the APIs.
    ///
    /// @param service that the signature must be for, such as `lambda`
    /// @throws AwsException with the fault that AWS answers
    public Signer verify(Request request, byte[] body, String service) {
        Credential credential = Credential.of(request);
        if (signatures.required() || credential == null) {
            signatures.verify(request, credential, body);
        }
        if (credential == null || credential.signature().isEmpty()) {
            throw Fault.of(Fault.Kind.INCOMPLETE_SIGNATURE, "The signature is incomplete.");
        }
        if (!credential.service().equals(service)) {
            throw Fault.of(
                    Fault.Kind.WRONG_SIGNATURE, "Credential should be scoped to correct service: '" + service + "'.");
        }
        return settings.signer(request, credential);
    }
}
