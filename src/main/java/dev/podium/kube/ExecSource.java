package dev.podium.kube;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Credentials of a plugin, kept until they expire or are refused.
final class ExecSource implements CredentialSource {
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final ExecPlugin plugin;
    private final Clock clock;
    /// Lets one thread run the plugin while the others wait for what it gives.
    private final Semaphore running = new Semaphore(1);
    private volatile @Nullable Issued last;

    /// Runs nothing yet.
    ExecSource(Credentials.Exec exec, Clock clock) {
        this.plugin = new ExecPlugin(exec);
        this.clock = clock;
    }

    @Override
    public Credential current() throws KubeException, InterruptedException {
        Issued issued = last;
        if (issued != null && issued.validAt(clock.instant())) {
            return issued.credential();
        }
        running.acquire();
        try {
            issued = last;
            if (issued == null || !issued.validAt(clock.instant())) {
                issued = plugin.run();
                last = issued;
            }
            return issued.credential();
        } finally {
            running.release();
        }
    }

    @Override
    public void rejected(Credential credential) {
        Issued issued = last;
        if (issued != null && issued.credential().equals(credential)) {
            last = null;
        }
    }

    /// What the plugin printed.
    ///
    /// @param expires never, when null
    record Issued(Credential credential, @Nullable Instant expires) {
        /// Tells whether it may still be presented.
        boolean validAt(Instant now) {
            return expires == null || now.isBefore(expires.minus(MARGIN));
        }
    }
}
