package dev.podium.lambda.invoke;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.UUID;

/// Messages about events that are done, on their way to destinations and dead-letter queues: kept on disk until
/// their target has taken them. A lane per target, so that one that is away doesn't hold up the others.
final class Deliveries implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int AT_A_TIME = 64;

    private final LaneQueue<Delivery> queue;
    private final Functions functions;
    private final Targets targets;
    private final InvocationMetrics metrics;
    private final Clock clock;
    private final Invoke invoke;

    /// Accepts an event for a function.
    @FunctionalInterface
    interface Invoke {
        void accept(LambdaFunction function, InvocationRequest request);
    }

    Deliveries(
            Store store, Functions functions, Targets targets, InvocationMetrics metrics, Clock clock, Invoke invoke) {
        this.queue = new LaneQueue<>(
                "lambda-deliveries",
                store.table("async-deliveries", Delivery.class),
                AT_A_TIME,
                this::deliver,
                delivery -> clock.millis() > delivery.untilMillis());
        this.functions = functions;
        this.targets = targets;
        this.metrics = metrics;
        this.clock = clock;
        this.invoke = invoke;
    }

    void start() {
        queue.start();
    }

    /// Accepts a message: when this returns it is on disk.
    void add(Delivery delivery) {
        queue.add(delivery.target().replace('/', '|'), queue.nextId(), delivery);
    }

    long size() {
        return queue.size();
    }

    private LaneQueue.Verdict deliver(String key, Delivery delivery) throws InterruptedException {
        try {
            send(delivery);
            return LaneQueue.Verdict.DONE;
        } catch (IOException e) {
            boolean over = e instanceof Targets.Refused || clock.millis() > delivery.untilMillis();
            LOG.log(
                    over ? Level.ERROR : Level.WARNING,
                    "message not delivered{0} function={1} request={2} target={3} why={4}",
                    over ? ", given up" : ", tried again later",
                    delivery.source(),
                    delivery.requestId(),
                    delivery.target(),
                    e.getMessage());
            if (!over) {
                return LaneQueue.Verdict.REFUSED;
            }
            functions
                    .find(new FunctionName(scope(delivery), delivery.source(), null))
                    .ifPresent(function -> metrics.of(function).destinationFailed());
            return LaneQueue.Verdict.DROPPED;
        }
    }

    private static Scope scope(Delivery delivery) {
        return new Scope(delivery.account(), delivery.region());
    }

    private void send(Delivery delivery) throws IOException, InterruptedException {
        Arn target = Arn.parse(delivery.target()).orElseThrow(() -> new IOException("not an ARN"));
        if (!target.service().equals("lambda")) {
            targets.send(target, delivery.message());
            return;
        }
        FunctionName name = FunctionName.parse(target.scope(), delivery.target(), null);
        LambdaFunction function = functions.find(name).orElseThrow(() -> new IOException("there is no such function"));
        invoke.accept(
                function,
                new InvocationRequest(
                        UUID.randomUUID().toString(),
                        delivery.message().body(),
                        name.qualifiedArn(),
                        false,
                        null,
                        delivery.message().traceId()));
    }

    @Override
    public void close() {
        queue.close();
    }
}
