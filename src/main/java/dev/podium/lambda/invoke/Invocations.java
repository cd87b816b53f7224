package dev.podium.lambda.invoke;

import dev.podium.aws.AwsException;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.FunctionStatus;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.RecursionConfigs;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.invoke.EnvironmentGroup.Acquired;
import dev.podium.lambda.runtime.Event;
import dev.podium.lambda.runtime.HttpCall;
import dev.podium.lambda.runtime.HttpTransport;
import dev.podium.lambda.runtime.Outcome;
import dev.podium.lambda.runtime.ResponseStream;
import dev.podium.lambda.runtime.Transport;
import dev.podium.pods.PodTrouble;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Runs functions: the one way in for synchronous and asynchronous invocations.
///
/// The warm path takes one short lock to get an environment and one to give it back, and nothing else.
public final class Invocations {
    private static final String SAMPLED = "Sampled=";
    private static final long MILLION = 1_000_000;
    private static final int ATTEMPTS = 3;
    /// Lines travel from the process through the node's runtime into the log: a moment after the answer.
    private static final Duration LATE_LOG = Duration.ofSeconds(4);

    private final Environments environments;
    private final Functions functions;
    private final InvokeSettings settings;
    private final InvocationMetrics metrics;
    private final ReservedConcurrency concurrency;
    private final RecursionConfigs recursion;

    /// Connects the parts.
    public Invocations(
            Environments environments,
            Functions functions,
            InvokeSettings settings,
            ReservedConcurrency concurrency,
            RecursionConfigs recursion,
            InvocationMetrics metrics) {
        this.environments = environments;
        this.functions = functions;
        this.settings = settings;
        this.concurrency = concurrency;
        this.recursion = recursion;
        this.metrics = metrics;
    }

    /// Runs a function once and waits for its answer.
    ///
    /// @throws AwsException TooManyRequestsException over the function's or the account's concurrency,
    ///     InvalidRuntimeException and ResourceNotReadyException when there can't be an environment,
    ///     RecursiveInvocationException for one of a loop
    public InvocationResult invoke(LambdaFunction function, InvocationRequest request) throws InterruptedException {
        InvocationRequest traced = traced(function, request);
        ReservedConcurrency.Places places = place(function);
        try {
            // Only the other two ways give a stream.
            return (InvocationResult) run(function, traced, Transport::invoke, places);
        } finally {
            places.giveBack();
        }
    }

    /// Runs a function once, and waits until it answers or begins to stream its answer.
    ///
    /// @return [InvocationStream], which the caller must end, if the function streams
    /// @throws AwsException as [#invoke]
    public InvocationAnswer stream(LambdaFunction function, InvocationRequest request) throws InterruptedException {
        return open(function, request, Transport::stream);
    }

    /// Passes a request on to the web server of a function whose transport is `http`.
    ///
    /// @return [InvocationStream], which the caller must end, if the server answers, whatever its status
    /// @throws AwsException as [#invoke]
    public InvocationAnswer forward(LambdaFunction function, InvocationRequest request, HttpCall call)
            throws InterruptedException {
        return open(
                function,
                request,
                (transport, event, deadline) -> transport instanceof HttpTransport http
                        ? http.forward(call, event, deadline)
                        : new Outcome.Lost("the function has another transport by now", false));
    }

    private InvocationAnswer open(LambdaFunction function, InvocationRequest request, Way way)
            throws InterruptedException {
        InvocationRequest traced = traced(function, request);
        ReservedConcurrency.Places places = place(function);
        InvocationAnswer answer = null;
        try {
            answer = run(function, traced, way, places);
            return answer;
        } finally {
            if (!(answer instanceof InvocationStream)) {
                places.giveBack();
            }
        }
    }

    /// How an event is handed over.
    @FunctionalInterface
    private interface Way {
        Outcome call(Transport transport, Event event, long deadlineNanos) throws InterruptedException;
    }

    /// Notes the pass through the function in its X-Ray header, and stops a loop.
    private InvocationRequest traced(LambdaFunction function, InvocationRequest request) {
        Lineage.Passed passed = Lineage.pass(trace(function, request), function);
        if (passed.loops()
                && recursion
                        .of(new FunctionName(function.scope(), function.name(), null))
                        .equals(RecursionConfigs.TERMINATE)) {
            metrics.of(function).recursionStopped();
            throw new AwsException(new LambdaError.RecursiveInvocation());
        }
        return request.traced(passed.header());
    }

    private ReservedConcurrency.Places place(LambdaFunction function) {
        try {
            return concurrency.take(function);
        } catch (AwsException e) {
            metrics.of(function).throttled();
            throw e;
        }
    }

    private InvocationAnswer run(
            LambdaFunction function, InvocationRequest request, Way way, ReservedConcurrency.Places places)
            throws InterruptedException {
        long patience = settings.startTimeout().toNanos()
                + (settings.maxEnvironments() > 0 ? function.settings().timeout() * 1000L * MILLION : 0);
        for (int attempt = 1; ; attempt++) {
            // A little more than the environment's own time, so that its reason arrives.
            Acquired acquired = environments.acquire(function, System.nanoTime() + patience + 1000L * MILLION);
            Environment environment = acquired.environment();
            if (environment == null) {
                if (acquired.failure() instanceof StartFailure.Superseded && attempt < ATTEMPTS) {
                    function = current(function);
                    continue;
                }
                return notStarted(function, request, acquired.failure(), acquired.failed());
            }
            Attempt result = attempt(environment, function, request, way);
            if (result.outcome() instanceof Outcome.Streaming(ResponseStream stream)) {
                LambdaFunction running = function;
                return new InvocationStream(stream, running.version(), how -> {
                    places.giveBack();
                    Attempt ended = measured(result.ended(how), environment, running, request);
                    return finished(environment, running, request, ended);
                });
            }
            measured(result, environment, function, request);
            boolean untouched = result.outcome() instanceof Outcome.Lost lost && !lost.delivered();
            if (!untouched || attempt == ATTEMPTS) {
                return finished(environment, function, request, result);
            }
            environment.group.discard(environment);
        }
    }

    private LambdaFunction current(LambdaFunction function) {
        return functions.get(new FunctionName(function.scope(), function.name(), function.version()));
    }

    /// One try on one environment.
    private record Attempt(Outcome outcome, boolean cold, long startNanos, LogRun log) {
        /// The same when its stream has ended.
        Attempt ended(Outcome how) {
            return new Attempt(how, cold, startNanos, log);
        }
    }

    /// Counts an attempt that is over, and tells its environment's log.
    private Attempt measured(
            Attempt attempt, Environment environment, LambdaFunction function, InvocationRequest request) {
        LogRun log = attempt.log();
        log.nanos = System.nanoTime() - attempt.startNanos();
        log.ending = Failures.ending(attempt.outcome(), function, request.requestId());
        environment.log().end(log);
        metrics.of(function).ended(!(attempt.outcome() instanceof Outcome.Success), attempt.cold(), log.nanos);
        return attempt;
    }

    private Attempt attempt(Environment environment, LambdaFunction function, InvocationRequest request, Way way)
            throws InterruptedException {
        boolean cold = !environment.used;
        environment.used = true;
        LogRun log = environment.log().start(function, request.requestId(), request.tail());
        long start = System.nanoTime();
        long millis = function.settings().timeout() * 1000L;
        Event event = new Event(
                request.requestId(),
                request.payload(),
                request.invokedArn(),
                System.currentTimeMillis() + millis,
                request.traceId(),
                request.clientContext(),
                null,
                null);
        Outcome outcome = null;
        try {
            outcome = way.call(environment.transport(), event, start + millis * MILLION);
        } finally {
            if (outcome == null) {
                environment.group.discard(environment);
            }
        }
        log.initNanos = cold ? environment.readyNanos - environment.bornNanos : 0;
        return new Attempt(outcome, cold, start, log);
    }

    private InvocationResult finished(
            Environment environment, LambdaFunction function, InvocationRequest request, Attempt attempt) {
        boolean sound =
                attempt.outcome() instanceof Outcome.Success || attempt.outcome() instanceof Outcome.HandlerError;
        String tail = null;
        try {
            // The pod must still be there for it, also when it has failed.
            if (request.tail()) {
                tail = attempt.log().await(System.nanoTime() + LATE_LOG.toNanos());
            }
        } finally {
            if (sound) {
                environment.release();
            } else {
                environment.group.discard(environment);
            }
        }
        Failures.Answer answer = Failures.answer(attempt.outcome(), function, request.requestId());
        if (attempt.cold() && function.status().state().equals("Failed")) {
            functions.settle(function, FunctionStatus.active());
        }
        return new InvocationResult(answer.payload(), answer.functionError(), function.version(), tail);
    }

    private InvocationResult notStarted(
            LambdaFunction function,
            InvocationRequest request,
            @Nullable StartFailure failure,
            @Nullable Environment failed) {
        String id = request.requestId();
        return switch (failure) {
            case StartFailure.Init(var error) ->
                new InvocationResult(
                        error.payload(),
                        "Unhandled",
                        function.version(),
                        log(function, request, failed, Failures.ending(new Outcome.InitError(error), function, id)));
            case StartFailure.Exited(var exit) ->
                new InvocationResult(
                        Failures.exit(exit, function, id),
                        "Unhandled",
                        function.version(),
                        log(function, request, failed, Failures.exited(id, Failures.exitReason(exit, function))));
            case StartFailure.Pod(PodTrouble.Ended ended) ->
                new InvocationResult(
                        Failures.ended(ended, function, id),
                        "Unhandled",
                        function.version(),
                        log(function, request, failed, Failures.exited(id, Failures.endReason(ended, function))));
            case StartFailure.Pod(PodTrouble.ImageUnavailable image) -> {
                failed(function, image.cause(), function.settings().image() ? "InvalidImage" : "InvalidRuntime");
                throw new AwsException(
                        new LambdaError.InvalidRuntime("The function's image can't be used: " + image.cause()));
            }
            case StartFailure.Pod(PodTrouble.StartFailed start) -> {
                failed(function, start.cause(), "FunctionError.InvalidEntryPoint");
                throw new AwsException(
                        new LambdaError.InvalidRuntime("The function's container can't be started: " + start.cause()));
            }
            case StartFailure.Unhealthy(var why) -> {
                failed(function, why, "FunctionError.InitTimeout");
                throw new AwsException(new LambdaError.ResourceNotReady("The function's server isn't healthy: " + why));
            }
            case StartFailure.NotInstalled(var why) -> {
                failed(function, why, "FunctionError");
                throw new AwsException(new LambdaError.InvalidRuntime(why));
            }
            case StartFailure.Pod(var trouble) ->
                throw new AwsException(
                        new LambdaError.ResourceNotReady("The function's pod can't run: " + trouble.cause()));
            case StartFailure.Superseded() ->
                throw new AwsException(
                        new LambdaError.ResourceNotReady("The function was changed while it was being started."));
            case StartFailure.Unavailable(var why) ->
                throw new AwsException(new LambdaError.ResourceNotReady("The function can't be run now: " + why));
            case null -> throw new IllegalStateException("neither environment nor reason");
        };
    }

    /// Logs an invocation whose environment could not be initialised.
    ///
    /// @return the log, if the caller wants it
    private static @Nullable String log(
            LambdaFunction function, InvocationRequest request, @Nullable Environment failed, LogRun.Ending ending) {
        if (failed == null) {
            return request.tail() ? "" : null;
        }
        EnvironmentLog log = failed.log();
        LogRun run = log.start(function, request.requestId(), request.tail());
        run.nanos = System.nanoTime() - failed.bornNanos;
        run.ending = ending;
        log.end(run);
        return request.tail() ? run.await(System.nanoTime() + LATE_LOG.toNanos()) : null;
    }

    private void failed(LambdaFunction function, String reason, String code) {
        FunctionName name = new FunctionName(function.scope(), function.name(), function.version());
        functions.find(name).ifPresent(now -> functions.settle(now, FunctionStatus.failed(reason, code)));
    }

    /// The caller's X-Ray header, or a new one. Where the caller leaves that open, it is the function that says
    /// whether the trace is sampled.
    static String trace(LambdaFunction function, InvocationRequest request) {
        String given = request.traceId();
        if (given == null) {
            return newTrace(function);
        }
        return given.contains(SAMPLED) ? given : given + ";" + SAMPLED + sampled(function);
    }

    /// A new X-Ray header; sampled only where tracing is active.
    public static String newTrace(LambdaFunction function) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder trace = new StringBuilder(80).append("Root=1-");
        hex(trace, System.currentTimeMillis() / 1000, 8);
        trace.append('-');
        hex(trace, random.nextLong(), 16);
        hex(trace, random.nextLong(), 8);
        trace.append(";Parent=");
        hex(trace, random.nextLong(), 16);
        return trace.append(";").append(SAMPLED).append(sampled(function)).toString();
    }

    private static char sampled(LambdaFunction function) {
        return function.settings().tracingMode().equals("Active") ? '1' : '0';
    }

    private static void hex(StringBuilder out, long value, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            out.append(Character.forDigit((int) (value >>> (4 * i)) & 15, 16));
        }
    }
}
