package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import dev.podium.lambda.runtime.Extension.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The extensions of one environment, by name and by identifier. All of it is guarded by the lock of
/// [Extensions].
final class ExtensionTable {
    private static final int MAX_EXTENSIONS = 10;
    private static final int MAX_QUEUED = 64;

    private final Map<String, Extension> byName = new LinkedHashMap<>(0);
    private final Map<String, Extension> byId = new HashMap<>(0);
    private String round = "";

    /// Forgets all, whose processes have ended, and takes in those that are being started.
    ///
    /// @return requests of the old ones that are still parked
    List<WireExchange> begin(String number, List<String> names) {
        List<WireExchange> old = parked();
        byName.clear();
        byId.clear();
        round = number;
        for (String name : names) {
            byName.put(name, new Extension(name, true, State.STARTED));
        }
        return old;
    }

    /// Why an extension can't register; null if it can.
    ///
    /// @param closed whether internal ones come too late
    /// @param script whether a start script told which external ones there are
    @Nullable
    ExtensionError refusal(String name, Set<String> events, boolean closed, boolean script) {
        Extension known = byName.get(name);
        if (known != null && known.state != State.STARTED) {
            return ExtensionError.alreadyRegistered(name);
        }
        if (closed && known == null) {
            return ExtensionError.registrationClosed();
        }
        if (byId.size() >= MAX_EXTENSIONS) {
            return ExtensionError.tooMany(MAX_EXTENSIONS);
        }
        return known == null && script && events.contains("SHUTDOWN") ? ExtensionError.shutdownForInternal(name) : null;
    }

    /// Registers one that isn't refused.
    void register(String id, String name, Set<String> events, boolean script) {
        Extension extension = byName.computeIfAbsent(name, n -> new Extension(n, !script, State.STARTED));
        extension.events = events;
        extension.state = State.REGISTERED;
        byId.put(id, extension);
    }

    int registered() {
        return byId.size();
    }

    @Nullable
    Extension byId(String id) {
        return byId.get(id);
    }

    /// One of this round of the start script.
    @Nullable
    Extension started(String number, String name) {
        return round.equals(number) ? byName.get(name) : null;
    }

    /// One that is registered and hasn't failed.
    @Nullable
    Extension living(String id) {
        Extension extension = byId.get(id);
        return extension == null || extension.state == State.FAILED ? null : extension;
    }

    boolean allReady() {
        return byName.values().stream().allMatch(Extension::isReady);
    }

    /// The name of one that the initialisation waits for; null if there is none.
    @Nullable
    String late() {
        for (Extension extension : byName.values()) {
            if (extension.initialising()) {
                return extension.name;
            }
        }
        return null;
    }

    /// The failure of one that has reported it, and whose process doesn't end; null if there is none.
    @Nullable
    RuntimeExit reported(long nowNanos) {
        for (Extension extension : byName.values()) {
            RuntimeExit failure = extension.overdue(nowNanos);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    /// Whether one isn't done with an invocation.
    boolean busy() {
        return byName.values().stream().anyMatch(extension -> extension.busy);
    }

    /// Whether one is on its way to its end.
    boolean endsYet() {
        return byName.values().stream()
                .anyMatch(extension -> extension.external && extension.takes("SHUTDOWN") && extension.parked == null);
    }

    /// Gives all who want it an event: those who wait for one now, others when they ask.
    List<ExtensionEvent.Delivery> offer(ExtensionEvent event) {
        List<ExtensionEvent.Delivery> deliveries = new ArrayList<>();
        for (Extension extension : byName.values()) {
            if (!extension.takes(event.type())) {
                continue;
            }
            extension.busy |= event.isInvoke();
            WireExchange parked = extension.parked;
            extension.parked = null;
            if (parked != null && !parked.isDisconnected()) {
                deliveries.add(new ExtensionEvent.Delivery(parked, event));
            } else if (extension.queue.size() < MAX_QUEUED) {
                extension.queue.add(event);
            }
        }
        return deliveries;
    }

    /// The requests that are parked.
    List<WireExchange> parked() {
        List<WireExchange> all = new ArrayList<>();
        for (Extension extension : byName.values()) {
            if (extension.parked != null) {
                all.add(extension.parked);
            }
        }
        return all;
    }
}
