package dev.podium;

import dev.podium.aws.Dispatcher;
import dev.podium.aws.HttpUpstream;
import dev.podium.aws.Scope;
import dev.podium.aws.Signatures;
import dev.podium.config.Config;
import dev.podium.http.Handler;
import dev.podium.http.Listener;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.kube.embedded.Faults;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.CodeSigningConfigs;
import dev.podium.lambda.EventInvokeConfigs;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.Layers;
import dev.podium.lambda.Policies;
import dev.podium.lambda.ProvisionedConcurrency;
import dev.podium.lambda.RecursionConfigs;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.RuntimeManagement;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.api.CodeSigningApi;
import dev.podium.lambda.api.ConcurrencyApi;
import dev.podium.lambda.api.EventInvokeApi;
import dev.podium.lambda.api.InvokeApi;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.api.LayersApi;
import dev.podium.lambda.api.PermissionsApi;
import dev.podium.lambda.api.ProvisionedApi;
import dev.podium.lambda.api.RefusedOperations;
import dev.podium.lambda.api.RuntimeManagementApi;
import dev.podium.lambda.api.StreamApi;
import dev.podium.lambda.api.TagsApi;
import dev.podium.lambda.api.TargetRules;
import dev.podium.lambda.api.UrlApi;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.Environments;
import dev.podium.lambda.invoke.Images;
import dev.podium.lambda.invoke.InvocationLogs;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.InvokeSettings;
import dev.podium.lambda.invoke.Provisioning;
import dev.podium.lambda.invoke.Targets;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.urls.FunctionUrls;
import dev.podium.lambda.urls.UrlRequests;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogsApi;
import dev.podium.ops.Metrics;
import dev.podium.ops.OpsRoutes;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.sqs.MoveTasks;
import dev.podium.sqs.Queues;
import dev.podium.sqs.SqsApi;
import dev.podium.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The whole server as a library: builds the object graph by constructors, starts it, and closes it in reverse.
public final class Podium implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");
    private static final String VERSION = "0.1.0";

    static {
        // A signature that is passed on covers the caller's Host header. Read once, with the JDK's first HTTP client.
        if (System.getProperty("jdk.httpclient.allowRestrictedHeaders") == null) {
            System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        }
    }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Config config;
    private final Clock clock;
    private URI endpoint = URI.create("http://unknown");
    private String clusterName = "";
    private String namespace = "";
    private Optional<Faults> faults = Optional.empty();
    private @Nullable Functions functions;

    private Podium(Config config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /// Starts a server; when this returns it answers.
    ///
    /// @param env the process environment, for Kubernetes' own variables
    /// @throws StartException saying what is wrong and what to do
    public static Podium start(Config config, Map<String, String> env) throws StartException, InterruptedException {
        return start(config, env, Clock.systemUTC());
    }

    /// The same with another clock.
    static Podium start(Config config, Map<String, String> env, Clock clock)
            throws StartException, InterruptedException {
        Podium podium = new Podium(config, clock);
        try {
            podium.open(env);
            return podium;
        } catch (StartException | InterruptedException | RuntimeException e) {
            podium.close();
            throw e;
        } catch (IOException e) {
            podium.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Starts a server that needs nothing of its environment.
    public static Podium start(Config config) throws StartException, InterruptedException {
        return start(config, Map.of());
    }

    private void open(Map<String, String> env) throws IOException, StartException, InterruptedException {
        Store store = part(Wiring.store(config));
        Server server = Server.of(store, config);
        Telemetry telemetry = new Telemetry(new Metrics(VERSION));
        boolean embedded = Cluster.isEmbedded(config, env);
        RuntimePort port = part(Wiring.runtimePort(config, embedded));
        Cluster cluster = part(Cluster.connect(config, env, embedded, port, telemetry));
        clusterName = cluster.description();
        faults = Optional.ofNullable(cluster.own()).map(EmbeddedCluster::faults);
        namespace = cluster.client().access().namespace();
        Pods pods = part(new Pods(cluster.client(), Wiring.pods(config, server, cluster)));
        Reaper reaper = part(new Reaper(pods));
        Functions functions = new Functions(store, clock);
        CodeBlobs codes = new CodeBlobs(store.blobs());
        Policies policies = new Policies(store);
        Layers layers = new Layers(store, codes, policies);
        codes.start(functions.all(), layers.blobs());
        CodeSigningConfigs signing = new CodeSigningConfigs(store);
        ReservedConcurrency concurrency =
                new ReservedConcurrency(store, config.lambda().concurrency());
        concurrency.start();
        ProvisionedConcurrency provisioned = new ProvisionedConcurrency(store);
        Runtimes runtimes = Main.runtimes(config);
        InvokeSettings invoke = Wiring.invoke(config, cluster, runtimes);
        LogGroups logs = part(new LogGroups(store, Wiring.logs(config), clock));
        InvocationLogs functionLogs =
                part(new InvocationLogs(Wiring.podLogs(cluster, pods), Wiring.functionLogs(logs)));
        Environments environments = part(new Environments(
                functions,
                new Images(runtimes, invoke.ecrUrl()),
                codes,
                pods,
                reaper,
                port,
                invoke,
                telemetry,
                store,
                functionLogs));
        RecursionConfigs recursion = new RecursionConfigs(store, functions);
        Invocations invocations = new Invocations(environments, functions, invoke, concurrency, recursion, telemetry);
        Provisioning provisioning =
                new Provisioning(functions, provisioned, environments::provision, environments::provisioned);
        Queues queues = new Queues(store, clock);
        MoveTasks moves = part(new MoveTasks(queues));
        HttpUpstream upstream = Wiring.upstream(config, clock);
        Targets targets = new EventTargets(EventTargets.own(queues), upstream == null ? null : part(upstream));
        EventInvokeConfigs eventConfigs = new EventInvokeConfigs(store, functions);
        AsyncEvents async = part(new AsyncEvents(
                store,
                functions,
                invocations,
                new AsyncEvents.Parts(
                        eventConfigs,
                        concurrency,
                        targets,
                        telemetry,
                        config.lambda().retryBaseDelay(),
                        clock)));
        telemetry.watch(async);
        TargetRules targetRules = new TargetRules(targets);
        CodeDownloads downloads = new CodeDownloads(codes, server.secret(), clock);
        FunctionUrls urls = new FunctionUrls(store);
        urls.follow(functions);
        LambdaApi lambda = new LambdaApi(
                functions,
                runtimes,
                codes,
                downloads,
                new InvokeApi(functions, invocations, async, Wiring.limits(config)),
                Wiring.limits(config),
                concurrency,
                targetRules,
                layers,
                signing,
                List.of(
                        new ConcurrencyApi(functions, concurrency, provisioned, Wiring.limits(config), layers::bytes),
                        new ProvisionedApi(functions, provisioned, provisioning, concurrency),
                        new StreamApi(functions, invocations, Wiring.limits(config)),
                        new EventInvokeApi(functions, eventConfigs, recursion, targetRules),
                        new LayersApi(layers, policies, codes, downloads, runtimes, Wiring.limits(config), clock),
                        new PermissionsApi(functions, policies),
                        new CodeSigningApi(functions, signing),
                        new RuntimeManagementApi(functions, new RuntimeManagement(store)),
                        new TagsApi(functions, signing, List.of()),
                        new UrlApi(functions, urls),
                        new RefusedOperations()));
        UrlRequests urlRequests = new UrlRequests(
                urls,
                functions,
                invocations,
                new Signatures(Wiring.dispatcher(config, clock)),
                Wiring.limits(config).payloadBytes());
        Dispatcher dispatcher = new Dispatcher(
                List.of(lambda.service(), new SqsApi(queues, moves).service(), new LogsApi(logs).service()),
                Wiring.dispatcher(config, clock),
                upstream);
        Readiness readiness = part(new Readiness(cluster, pods, environments));
        Handler reset = config.server().allowReset()
                ? new Reset(functions, layers, codes, concurrency, queues, store, server, logs)
                : request -> Response.of(404);
        Listener listener = part(Listener.start(
                Wiring.listener(config),
                new Front(
                        urlRequests,
                        dispatcher,
                        new OpsRoutes(readiness.checks(), telemetry.metrics()),
                        downloads,
                        reset)));
        // Before the listener, which waits for requests under way: those who wait for a message leave at once.
        part(queues);
        endpoint = uri(listener.address());
        this.functions = functions;
        logs.start();
        functionLogs.start();
        environments.start();
        provisioning.start();
        readiness.watch();
        readiness.start();
        async.start();
        lambda.start();
        queues.start();
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    private static URI uri(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + address.getPort());
    }

    /// Namespace of the pods.
    public String namespace() {
        return namespace;
    }

    /// Base URL of the AWS APIs.
    public URI endpoint() {
        return endpoint;
    }

    /// The fault switches of the embedded cluster, for tests of what an unreliable API server does; empty with a
    /// real cluster.
    public Optional<Faults> faults() {
        return faults;
    }

    /// The cluster in words.
    public String cluster() {
        return clusterName;
    }

    /// Name of one of the functions, or nothing when there is none yet.
    Optional<String> someFunction() {
        Functions all = functions;
        Scope scope = new Scope(config.server().accountId(), config.server().region());
        return all == null
                ? Optional.empty()
                : all.page(scope, null, 1).functions().stream()
                        .map(LambdaFunction::name)
                        .findFirst();
    }

    /// Stops: running invocations may finish within 30 s. Pods of a real cluster stay for the next start.
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "close of " + part.getClass().getSimpleName() + " failed", e);
            }
        }
    }

    /// Tells the four doors of port 4566 apart. AWS's own paths never begin with an underscore.
    private record Front(UrlRequests urls, Dispatcher aws, OpsRoutes ops, CodeDownloads code, Handler reset)
            implements Handler {
        @Override
        public Response handle(Request request) throws Exception {
            if (UrlRequests.takes(request)) {
                return urls.handle(request);
            }
            String path = request.rawPath();
            return switch (path) {
                case "/healthz" -> ops.health();
                case "/readyz" -> ops.readiness();
                case "/metrics" -> ops.metrics();
                case "/_podium/reset" -> reset.handle(request);
                default -> path.startsWith(CodeDownloads.PATH) ? code.handle(request) : aws.handle(request);
            };
        }
    }

    /// `POST /_podium/reset`: empties all state, for test suites.
    private record Reset(
            Functions functions,
            Layers layers,
            CodeBlobs codes,
            ReservedConcurrency concurrency,
            Queues queues,
            Store store,
            Server server,
            LogGroups logs)
            implements Handler {
        @Override
        public Response handle(Request request) throws InterruptedException {
            if (!request.method().equals("POST")) {
                return Response.of(405);
            }
            functions.clear().forEach(codes::release);
            logs.clear();
            queues.clear();
            layers.clear();
            store.clear();
            concurrency.start();
            server.keep(store);
            LOG.log(Level.INFO, "all state emptied by request");
            return Response.of(204);
        }
    }
}
