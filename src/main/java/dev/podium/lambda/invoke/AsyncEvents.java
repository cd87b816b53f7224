package dev.podium.lambda.invoke;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import dev.podium.lambda.EventInvokeConfig;
import dev.podium.lambda.EventInvokeConfigs;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.invoke.EventOutcome.Condition;
import dev.podium.lambda.invoke.LaneQueue.Verdict;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asynchronous invocations: an event is on disk before it is accepted, and leaves when its function has run, its
/// attempts or its time are over, and who is to hear of that has been told.
///
/// An event that was running when the server was killed runs again after the next start, as AWS may run one twice.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html">Asynchronous invocation</a>
public final class AsyncEvents implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    /// Events that run at a time: each holds a thread and its payload.
    private static final int AT_A_TIME = 256;

    private final LaneQueue<AsyncEvent> queue;
    private final WaitingEvents waiting;
    private final Deliveries deliveries;
    /// Up to which event those of a deleted function are dropped, should another come under its name.
    private final Table<String> dropped;

    private final Functions functions;
    private final Invocations invocations;
    private final EventInvokeConfigs configs;
    private final ReservedConcurrency concurrency;
    private final InvocationMetrics metrics;
    private final RetryDelays delays;
    private final Clock clock;

    /// What asynchronous events need besides the functions.
    ///
    /// @param targets where messages go besides functions
    /// @param retryBaseDelay after the first error of a function; the second one waits twice as long
    public record Parts(
            EventInvokeConfigs configs,
            ReservedConcurrency concurrency,
            Targets targets,
            InvocationMetrics metrics,
            Duration retryBaseDelay,
            Clock clock) {}

    /// Opens the queue; nothing runs before [#start].
    public AsyncEvents(Store store, Functions functions, Invocations invocations, Parts parts) {
        this.functions = functions;
        this.invocations = invocations;
        this.configs = parts.configs();
        this.concurrency = parts.concurrency();
        this.metrics = parts.metrics();
        this.delays = new RetryDelays(parts.retryBaseDelay());
        this.clock = parts.clock();
        this.dropped = store.table("async-dropped", String.class);
        this.queue = new LaneQueue<>(
                "lambda-async",
                store.table("async-events", AsyncEvent.class),
                AT_A_TIME,
                this::run,
                event -> clock.instant().isAfter(end(event, config(event))));
        this.waiting = new WaitingEvents(
                store.table("async-waiting", AsyncEvent.class),
                clock,
                (key, event) -> queue.add(lane(event), id(key), event));
        this.deliveries = new Deliveries(store, functions, parts.targets(), metrics, clock, this::accept);
        functions.onDelete(this::forget);
    }

    /// Runs what an earlier run of the server left, and what comes.
    public void start() {
        queue.start();
        waiting.start();
        deliveries.start();
    }

    /// Events that wait or run, those between two attempts left out.
    public long size() {
        return queue.size();
    }

    /// Events between two attempts.
    public long waiting() {
        return waiting.size();
    }

    /// Messages that destinations have not taken yet.
    public long undelivered() {
        return deliveries.size();
    }

    /// Accepts an event: when this returns it is on disk.
    public void accept(LambdaFunction function, InvocationRequest request) {
        FunctionName name = FunctionName.parse(function.scope(), request.invokedArn(), null);
        AsyncEvent event = new AsyncEvent(
                function.scope().account(),
                function.scope().region(),
                function.name(),
                name.qualifier(),
                request.requestId(),
                request.payload(),
                request.clientContext(),
                Invocations.trace(function, request),
                clock.millis(),
                0);
        queue.add(lane(event), queue.nextId(), event);
        metrics.of(function).asyncReceived();
    }

    private static String lane(AsyncEvent event) {
        return event.account() + "/" + event.region() + "/" + event.function();
    }

    private static String id(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /// Events of a deleted function must not run on a new one of that name.
    private void forget(LambdaFunction function) {
        if (!function.version().equals(FunctionName.LATEST)) {
            return;
        }
        if (queue.size() > 0 || waiting.size() > 0) {
            String lane = function.scope().account() + "/" + function.scope().region() + "/" + function.name();
            dropped.put(lane, queue.nextId());
        } else if (dropped.size() > 0) {
            dropped.keys("", null, Integer.MAX_VALUE).forEach(dropped::remove);
        }
    }

    private Verdict run(String key, AsyncEvent event) throws InterruptedException {
        Optional<LambdaFunction> found = functions.find(event.name());
        if (found.isEmpty() || deleted(key, event)) {
            LOG.log(
                    Level.INFO,
                    "asynchronous event dropped, its function is gone function={0} request={1}",
                    event.name().qualifiedArn(),
                    event.requestId());
            return Verdict.DROPPED;
        }
        LambdaFunction function = found.get();
        EventInvokeConfig config = config(event);
        Instant end = end(event, config);
        Instant now = clock.instant();
        if (now.isAfter(end)) {
            return ended(event, function, config, late(function, null));
        }
        metrics.of(function).asyncAge((now.toEpochMilli() - event.acceptedMillis()) * 1_000_000);
        InvocationResult result;
        try {
            result = invocations.invoke(function, request(event));
        } catch (AwsException e) {
            return refused(event, function, config, e.error());
        }
        if (queue.isClosed() && result.functionError() != null) {
            // The stop of the server cut it off: it runs again after the next start.
            return Verdict.REFUSED;
        }
        AsyncEvent tried = event.tried();
        if (result.functionError() == null) {
            return ended(tried, function, config, outcome(Condition.SUCCESS, result));
        }
        if (tried.attempts() > config.retries()) {
            return ended(tried, function, config, outcome(Condition.RETRIES_EXHAUSTED, result));
        }
        Instant next = clock.instant().plus(delays.afterError(tried.attempts()));
        if (next.isAfter(end)) {
            return ended(tried, function, config, outcome(Condition.AGE_EXCEEDED, result));
        }
        // Under a key of its own: this attempt's may still be in the queue when the next one is due.
        waiting.add(key + "." + tried.attempts(), tried, next);
        metrics.of(function).asyncRetried();
        return Verdict.DONE;
    }

    private EventInvokeConfig config(AsyncEvent event) {
        return configs.find(event.name()).orElseGet(() -> EventInvokeConfig.defaults(event.name()));
    }

    private static Instant end(AsyncEvent event, EventInvokeConfig config) {
        return Instant.ofEpochMilli(event.acceptedMillis()).plus(config.age());
    }

    private boolean deleted(String key, AsyncEvent event) {
        return dropped.get(lane(event))
                .map(last -> id(key).compareTo(last) <= 0)
                .orElse(false);
    }

    private static InvocationRequest request(AsyncEvent event) {
        return new InvocationRequest(
                event.requestId(),
                event.payload(),
                event.name().qualifiedArn(),
                false,
                event.clientContext(),
                event.traceId());
    }

    private static EventOutcome outcome(Condition condition, InvocationResult result) {
        return new EventOutcome(condition, 200, result.executedVersion(), result.functionError(), result.payload());
    }

    private static EventOutcome late(LambdaFunction function, @Nullable AwsError why) {
        return why == null
                ? EventOutcome.refused(
                        Condition.AGE_EXCEEDED,
                        408,
                        "EventAgeExceeded",
                        "The event was older than MaximumEventAgeInSeconds before it could be run.",
                        function.version())
                : EventOutcome.refused(
                        Condition.AGE_EXCEEDED, why.status(), why.code(), why.message(), function.version());
    }

    /// The function did not run: it is throttled, it can't be started, or it is one of a loop.
    private Verdict refused(AsyncEvent event, LambdaFunction function, EventInvokeConfig config, AwsError error) {
        if (error instanceof LambdaError.RecursiveInvocation) {
            return ended(
                    event,
                    function,
                    config,
                    EventOutcome.refused(
                            Condition.RETRIES_EXHAUSTED,
                            error.status(),
                            error.code(),
                            error.message(),
                            function.version()));
        }
        FunctionName whole = new FunctionName(function.scope(), function.name(), null);
        if (error instanceof LambdaError.TooManyRequests
                && concurrency.of(whole).orElse(1) == 0) {
            // It was switched off: AWS doesn't wait for it to be switched on again.
            return ended(
                    event,
                    function,
                    config,
                    EventOutcome.refused(
                            Condition.ZERO_CONCURRENCY,
                            error.status(),
                            error.code(),
                            error.message(),
                            function.version()));
        }
        if (clock.instant().isAfter(end(event, config))) {
            return ended(event, function, config, late(function, error));
        }
        LOG.log(
                error instanceof LambdaError.TooManyRequests ? Level.DEBUG : Level.WARNING,
                "asynchronous event waits function={0} request={1} why={2}",
                function.name(),
                event.requestId(),
                error.message());
        return Verdict.REFUSED;
    }

    /// Tells who is to hear of it; the messages are on disk when this returns.
    private Verdict ended(AsyncEvent event, LambdaFunction function, EventInvokeConfig config, EventOutcome outcome) {
        if (!outcome.success()) {
            metrics.of(function).asyncDropped();
            LOG.log(
                    Level.WARNING,
                    "asynchronous event failed function={0} request={1} why={2}",
                    function.name(),
                    event.requestId(),
                    outcome.condition());
        }
        try {
            String destination = outcome.success() ? config.onSuccess() : config.onFailure();
            if (destination != null) {
                byte[] body = outcome.invocationRecord(event, clock.instant());
                deliver(event, function, config, outcome, destination, false, body);
            }
            String deadLetter = outcome.success() ? null : function.settings().deadLetterTarget();
            if (deadLetter != null) {
                deliver(event, function, config, outcome, deadLetter, true, event.payload());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Also after a failure: it says that the function can be run.
        return outcome.status() == 200 ? Verdict.DONE : Verdict.DROPPED;
    }

    /// A target that is away has as long to come back as the event had to be run.
    private void deliver(
            AsyncEvent event,
            LambdaFunction function,
            EventInvokeConfig config,
            EventOutcome outcome,
            String target,
            boolean deadLetter,
            byte[] body)
            throws IOException {
        Map<String, String> attributes = deadLetter ? outcome.deadLetterAttributes(event) : Map.of();
        deliveries.add(new Delivery(
                event.account(),
                event.region(),
                event.function(),
                target,
                deadLetter,
                new Targets.Message(
                        body,
                        attributes,
                        EventOutcome.functionArn(event),
                        outcome.success(),
                        Lineage.pass(event.traceId(), function).header()),
                event.requestId(),
                clock.millis() + config.age().toMillis()));
    }

    /// Stops at once: events under way stay in the queue.
    @Override
    public void close() {
        queue.close();
        waiting.close();
        deliveries.close();
    }
}
