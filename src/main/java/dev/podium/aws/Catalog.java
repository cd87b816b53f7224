package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The services that Podium has, and which of them a request is for. A model is read, and its operations
/// are built, on its service's first request.
final class Catalog {
    /// Where requests about a queue go in the query protocol: `/<account>/<queue>`.
    private static final Pattern QUEUE_PATH = Pattern.compile("/\\d{12}/[A-Za-z0-9._-]{1,80}/?");

    private final List<? extends Service> services;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable List<Entry> entries;

    Catalog(List<? extends Service> services) {
        this.services = List.copyOf(services);
    }

    /// The service that a request is for: by its credential scope, its `X-Amz-Target`, its path, or its
    /// `Action` and `Version`, in this order.
    ///
    /// @return null when Podium does not have it
    @Nullable
    Front find(Inbound in, @Nullable Credential credential) throws IOException {
        List<Entry> all = entries();
        if (credential != null) {
            return signed(in, all, credential.service());
        }
        String target = in.request().headers().first("X-Amz-Target");
        if (target != null) {
            return targeted(all, target);
        }
        if (QUEUE_PATH.matcher(in.request().rawPath()).matches()) {
            Front queues = versioned(in, all);
            if (queues != null) {
                return queues;
            }
        }
        for (Entry entry : all) {
            if (entry.takes(in)) {
                return entry.front();
            }
        }
        return versioned(in, all);
    }

    /// The service of that name; null when Podium does not have it.
    @Nullable
    Front named(String service) {
        for (Entry entry : entries()) {
            if (entry.service.service().equals(service)) {
                return entry.front();
            }
        }
        return null;
    }

    private static @Nullable Front signed(Inbound in, List<Entry> all, String signingName) throws IOException {
        Entry found = null;
        for (Entry entry : all) {
            if (entry.head.signingName().equals(signingName)) {
                if (found != null) {
                    return versioned(
                            in,
                            all.stream()
                                    .filter(e -> e.head.signingName().equals(signingName))
                                    .toList());
                }
                found = entry;
            }
        }
        return found == null || isOlder(in, found) ? null : found.front();
    }

    /// Whether a request is for another version of a service, such as the classic load balancers, which share
    /// their signing name with the newer ones.
    private static boolean isOlder(Inbound in, Entry found) throws IOException {
        if (!found.head.protocol().equals("query") || !mayHaveAction(in.request())) {
            return false;
        }
        String version = in.form().first("Version");
        return version != null && !version.equals(found.head.apiVersion());
    }

    private static @Nullable Front targeted(List<Entry> all, String target) {
        for (Entry entry : all) {
            String prefix = entry.head.targetPrefix();
            if (prefix != null && target.startsWith(prefix + ".")) {
                return entry.front();
            }
        }
        return null;
    }

    private static @Nullable Front versioned(Inbound in, List<Entry> all) throws IOException {
        if (!mayHaveAction(in.request())) {
            return null;
        }
        Form form = in.form();
        String version = form.first("Version");
        if (form.first("Action") == null || version == null) {
            return null;
        }
        for (Entry entry : all) {
            if (entry.head.apiVersion().equals(version) && entry.front().takesForms()) {
                return entry.front();
            }
        }
        return null;
    }

    private static boolean mayHaveAction(Request request) {
        return request.rawPath().equals("/")
                || QUEUE_PATH.matcher(request.rawPath()).matches();
    }

    private List<Entry> entries() {
        List<Entry> known = entries;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            List<Entry> read = new ArrayList<>();
            for (Service service : services) {
                read.add(new Entry(service, ModelReader.head(service.service())));
            }
            // S3 knows its requests without a look at their paths, which may be anybody's.
            read.sort(Comparator.comparing((Entry entry) -> entry.service.claims() == null));
            entries = List.copyOf(read);
            return read;
        } finally {
            lock.unlock();
        }
    }

    private static final class Entry {
        private final Service service;
        private final ServiceModel.Head head;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile @Nullable Front front;

        Entry(Service service, ServiceModel.Head head) {
            this.service = service;
            this.head = head;
        }

        /// Whether an unsigned request is this service's, by its path or what the service says.
        boolean takes(Inbound in) {
            Predicate<Request> claims = service.claims();
            return claims != null ? claims.test(in.request()) : head.rest() && front().hasPath(in);
        }

        Front front() {
            Front known = front;
            if (known != null) {
                return known;
            }
            lock.lock();
            try {
                Front loaded = front == null ? Front.load(service.api()) : front;
                front = loaded;
                return loaded;
            } finally {
                lock.unlock();
            }
        }
    }
}
