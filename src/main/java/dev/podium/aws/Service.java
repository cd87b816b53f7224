package dev.podium.aws;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A service that Podium has, known by the name of its model until its first request.
public interface Service {
    /// The name of the service's model, such as `lambda`.
    String service();

    /// The service's operations, the same object each time.
    ServiceApi api();

    /// A service whose operations are built by its first request: each takes classes and method handles, and most
    /// servers are never asked for most services.
    ///
    /// @param operations called once
    static Service lazy(String service, Supplier<ServiceApi> operations) {
        return new Service() {
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
