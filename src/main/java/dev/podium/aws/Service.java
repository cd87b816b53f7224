package dev.podium.aws;

import dev.podium.http.Request;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A service that Podium has, known by the name of its model until its first request.
public interface Service {
    /// The name of the service's model, such as `lambda`.
    String service();

    /// The service's operations, the same object each time.
    ServiceApi api();

    /// Tells whether a request without a credential scope is this service's, by host or query; null when the
    /// paths of
    /// its
    /// operations tell.
    default @Nullable Predicate<Request> claims() {
        return null;
    }

    /// A service whose operations are built by its first request: each takes classes and method handles, and
    /// most
    /// servers are never asked for most services.
    ///
    /// @param operations called once
    static Service lazy(String service, Supplier<ServiceApi> operations) {
        return lazy(service, null, operations);
    }

    /// One that knows its requests without a look at their paths, which may be anybody's.
    static Service lazy(String service, @Nullable Predicate<Request> claimed, Supplier<ServiceApi> operations) {
        return new Service() {
            @Override
            public @Nullable Predicate<Request> claims() {
                return claimed;
            }

            private final ReentrantLock lock = new ReentrantLock();
            private volatile @Nullable ServiceApi built;

            @Override
            public String service() {
                return service;
            }

            @Override
            public ServiceApi api() {
                ServiceApi known = built;
                if (known != null) {
                    return known;
                }
                lock.lock();
                try {
                    ServiceApi api = built == null ? operations.get() : built;
                    built = api;
                    return api;
                } finally {
                    lock.unlock();
                }
            }
        };
    }
}
