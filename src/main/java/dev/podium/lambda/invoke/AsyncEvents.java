package dev.podium.lambda.invoke;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The durable queue of asynchronous invocations: an event is on disk before it is accepted, and leaves when it has
/// run.
///
/// An event that was running when the server was killed runs again after the next start, as AWS may run one twice.
public final class AsyncEvents implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    /// Events that run at a time: each holds a thread and its payload.
    private static final int AT_A_TIME = 256;
    private static final int PAGE = 16;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Table<AsyncEvent> table;
    private final Functions functions;
    private final Invocations invocations;
    private final BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    /// Every key that is in the queue or runs, so that none is taken twice.
    private final Set<String> queued = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final AtomicLong sequence = new AtomicLong(System.currentTimeMillis() << 20);
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private @Nullable Thread dispatcher;
    private @Nullable Thread loader;

    /// Opens the queue; nothing runs before [#start].
    public AsyncEvents(Store store, Functions functions, Invocations invocations) {
        this.table = store.table("async-events", AsyncEvent.class);
        this.functions = functions;
        this.invocations = invocations;
    }

    /// Runs what an earlier run of the server left, and what comes.
    public void start() {
        dispatcher = Thread.ofVirtual().name("lambda-async").start(this::dispatch);
        loader = Thread.ofVirtual().name("lambda-async-load").start(this::load);
    }

    /// Queues what is stored, few at a time: a page holds the payloads.
    private void load() {
        try {
            for (var page = table.page("", null, PAGE);
                    !page.isEmpty() && !closed;
                    page = table.page("", page.getLast().key(), PAGE)) {
                page.forEach(entry -> enqueue(entry.key()));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "stored asynchronous events can't be read, they are kept until the next start", e);
        }
    }

    private void enqueue(String key) {
        if (queued.add(key)) {
            keys.add(key);
        }
    }

    /// Accepts an event: when this returns it is on disk.
    public void accept(LambdaFunction function, InvocationRequest request) {
        String key = String.format(Locale.ROOT, "%016x", sequence.incrementAndGet());
        // Before it is stored, so that the loader doesn't take it for one of an earlier run.
        queued.add(key);
        boolean stored = false;
        try {
            table.put(
                    key,
                    new AsyncEvent(
                            function.scope().account(),
                            function.scope().region(),
                            function.name(),
                            request.invokedArn(),
                            request.requestId(),
                            request.payload(),
                            request.clientContext(),
                            request.traceId()));
            stored = true;
        } finally {
            if (!stored) {
                queued.remove(key);
            }
        }
        keys.add(key);
    }

    private void dispatch() {
        try {
            while (true) {
                String key = keys.take();
                places.acquire();
                Thread.ofVirtual().name("lambda-async-" + key).start(() -> {
                    running.add(Thread.currentThread());
                    try {
                        run(key);
                    } finally {
                        running.remove(Thread.currentThread());
                        places.release();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String key) {
        try {
            AsyncEvent event = table.get(key).orElse(null);
            if (event == null) {
                queued.remove(key);
                return;
            }
            Optional<LambdaFunction> function = functions.find(
                    new FunctionName(new Scope(event.account(), event.region()), event.function(), null));
            if (function.isPresent() && !ran(function.get(), event)) {
                Thread.sleep(PAUSE.toMillis() + ThreadLocalRandom.current().nextLong(PAUSE.toMillis()));
                keys.add(key);
                return;
            }
            // What the stop of the server cut off runs again after the next start.
            if (!closed) {
                table.remove(key);
                queued.remove(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "asynchronous event failed, it is kept until the next start key=" + key, e);
        }
    }

    /// False when it must be tried again: the concurrency is used up.
    private boolean ran(LambdaFunction function, AsyncEvent event) throws InterruptedException {
        try {
            InvocationResult result = invocations.invoke(
                    function,
                    new InvocationRequest(
                            event.requestId(),
                            event.payload(),
                            event.invokedArn(),
                            false,
                            event.clientContext(),
                            event.traceId()));
            if (result.functionError() != null) {
                LOG.log(
                        Level.WARNING,
                        "asynchronous event failed function={0} request={1}",
                        function.name(),
                        event.requestId());
            }
            return true;
        } catch (AwsException e) {
            if (e.error() instanceof LambdaError.TooManyRequests) {
                return false;
            }
            if (e.error() instanceof LambdaError.ResourceNotReady) {
                LOG.log(
                        Level.WARNING,
                        "asynchronous event waits function={0} request={1} why={2}",
                        function.name(),
                        event.requestId(),
                        e.error().message());
                return false;
            }
            LOG.log(
                    Level.WARNING,
                    "asynchronous event not run function={0} request={1} why={2}",
                    function.name(),
                    event.requestId(),
                    e.error().message());
            return true;
        }
    }

    /// Stops at once: events under way stay in the queue.
    @Override
    public void close() {
        closed = true;
        Thread current = dispatcher;
        if (current != null) {
            current.interrupt();
        }
        Thread reading = loader;
        if (reading != null) {
            reading.interrupt();
        }
        running.forEach(Thread::interrupt);
    }
}
