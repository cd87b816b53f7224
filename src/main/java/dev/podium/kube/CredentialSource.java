package dev.podium.kube;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;

/// Gives the credential to present now. Safe for use by many threads.
interface CredentialSource {
    /// The credential as of now; may read a file or run a program when the last one is too old.
    ///
    /// @throws KubeException saying what the user has to mend
    Credential current() throws KubeException, InterruptedException;

    /// Notes that the server refused a credential, so that the next one is a fresh one.
    void rejected(Credential credential);

    /// The source for what an access says.
    static CredentialSource of(Credentials credentials, Clock clock) {
        // No pattern switch: every start passes here, and the JDK takes 10 ms to build its first one.
        if (credentials instanceof Credentials.Token(String token)) {
            return new Fixed(Credential.bearer(token));
        }
        if (credentials instanceof Credentials.Basic(String user, String password)) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return new Fixed(new Credential("Basic " + Base64.getEncoder().encodeToString(pair), null, null));
        }
        if (credentials instanceof Credentials.TokenFile file) {
            return new TokenFileSource(file.path(), clock);
        }
        return credentials instanceof Credentials.Exec exec ? new ExecSource(exec, clock) : new Fixed(Credential.NONE);
    }

    /// One that never changes.
    record Fixed(Credential current) implements CredentialSource {
        @Override
        public void rejected(Credential credential) {
            // there is no other
        }
    }
}
