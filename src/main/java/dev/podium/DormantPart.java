package dev.podium;

import dev.podium.aws.Service;
import dev.podium.http.Request;
import dev.podium.pods.PodException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A service that is opened by its first request, or at the start when the store has records of it.
///
/// Most servers are never asked for most services: those cost a start nothing, neither classes nor tables.
final class DormantPart<P extends ServicePart> implements ServicePart {
    private final Service service;
    private final Foundation on;
    private final List<String> tables;
    private final boolean hasPods;
    private final Function<Foundation, P> opening;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean started;
    private boolean settled;
    private volatile @Nullable P part;

    /// @param name of the service's model
    /// @param claims see [Service#claims]
    /// @param tables the beginnings of its tables' names: records in one of them open it at the start
    /// @param hasPods whether pods may be there of a store that is lost
    /// @param opening called once; what it adds to the foundation's parts is closed at this part's turn
    DormantPart(
            String name,
            @Nullable Predicate<Request> claims,
            List<String> tables,
            boolean hasPods,
            Foundation on,
            Function<Foundation, P> opening) {
        this.service = Service.lazy(name, claims, () -> open().service().api());
        this.tables = tables;
        this.hasPods = hasPods;
        this.on = on.with(on.parts().add(new Parts()));
        this.opening = opening;
    }

    /// The part, opened if it is not; started and settled if the server is.
    P open() {
        P open = part;
        if (open != null) {
            return open;
        }
        lock.lock();
        try {
            open = part;
            if (open == null) {
                open = opening.apply(on);
                if (started) {
                    open.start();
                }
                if (settled) {
                    open.settle();
                }
                part = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /// The part, if anybody needed it so far.
    Optional<P> ifOpen() {
        return Optional.ofNullable(part);
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public void start() {
        boolean stored = tables.stream().anyMatch(on.store()::hasRecords);
        lock.lock();
        try {
            started = true;
            P open = part;
            if (open != null) {
                open.start();
            } else if (stored) {
                open();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Opens a part that has pods even if nothing is stored: the pods of a lost store have to go.
    @Override
    public void adopt() throws PodException, InterruptedException {
        if (hasPods) {
            open().adopt();
        }
    }

    @Override
    public void settle() {
        lock.lock();
        try {
            settled = true;
            P open = part;
            if (open != null) {
                open.settle();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void clear() throws InterruptedException {
        P open = part;
        if (open != null) {
            open.clear();
        }
    }

    @Override
    public void emptied() {
        P open = part;
        if (open != null) {
            open.emptied();
        }
    }
}
