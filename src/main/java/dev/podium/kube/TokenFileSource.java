package dev.podium.kube;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A token in a file: the kubelet replaces it when four fifths of its hour are over, so it is read anew every
/// half minute, and at once when the server refuses the one we have.
final class TokenFileSource implements CredentialSource {
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Path file;
    private final Clock clock;
    private final AtomicReference<@Nullable Read> last = new AtomicReference<>();

    /// Reads nothing yet.
    TokenFileSource(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    @Override
    public Credential current() throws KubeException {
        Read read = last.get();
        Instant now = clock.instant();
        if (read != null && now.isBefore(read.until())) {
            return read.credential();
        }
        String token;
        try {
            token = token();
        } catch (KubeException e) {
            if (read != null) {
                return read.credential(); // it may just be being replaced
            }
            throw e;
        }
        Credential credential = Credential.bearer(token);
        last.set(new Read(credential, now.plus(FRESH)));
        return credential;
    }

    private String token() throws KubeException {
        String token = new PemSource.File(file).read().strip();
        if (token.isEmpty()) {
            throw KubeException.configuration("the token file " + file + " is empty", null);
        }
        return token;
    }

    @Override
    public void rejected(Credential credential) {
        Read read = last.get();
        if (read != null && read.credential().equals(credential)) {
            last.compareAndSet(read, null);
        }
    }

    private record Read(Credential credential, Instant until) {}
}
