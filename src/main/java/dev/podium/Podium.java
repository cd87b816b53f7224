package dev.podium;

import dev.podium.aws.Dispatcher;
import dev.podium.aws.HttpUpstream;
import dev.podium.aws.Scope;
import dev.podium.config.Config;
import dev.podium.http.Handler;
import dev.podium.http.Listener;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.kube.embedded.Faults;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.urls.UrlRequests;
import dev.podium.ops.Metrics;
import dev.podium.ops.OpsRoutes;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.schedules.RunsPage;
import dev.podium.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
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

    private final Parts parts = new Parts();
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
        Foundation on = foundation(env);
        Services services = new Services(on);
        Readiness readiness = parts.add(new Readiness(on.cluster(), on.pods(), services.all()));
        Listener listener = parts.add(Listener.start(Wiring.listener(config), front(on, services, readiness)));
        // Before the listener, which waits for requests under way: those who wait for a message leave at once.
        parts.add(services.sqs().queues());
        // Before the queues: these answer at once while they close.
        parts.add(services.lambda().mappings());
        endpoint = uri(listener.address());
        functions = services.lambda().functions();
        readiness.watch();
        services.all().forEach(ServicePart::start);
        readiness.start();
    }

    private Foundation foundation(Map<String, String> env) throws IOException, StartException, InterruptedException {
        Store store = parts.add(Wiring.store(config));
        Server server = Server.of(store, config);
        Telemetry telemetry = new Telemetry(new Metrics(VERSION));
        boolean embedded = Cluster.isEmbedded(config, env);
        RuntimePort port = parts.add(Wiring.runtimePort(config, embedded));
        Cluster cluster = parts.add(Cluster.connect(config, env, embedded, port, telemetry));
        clusterName = cluster.description();
        faults = Optional.ofNullable(cluster.own()).map(EmbeddedCluster::faults);
        namespace = cluster.client().access().namespace();
        Pods pods = parts.add(new Pods(cluster.client(), Wiring.pods(config, server, cluster)));
        Reaper reaper = parts.add(new Reaper(pods));
        HttpUpstream upstream = Wiring.upstream(config, clock);
        if (upstream != null) {
            parts.add(upstream);
        }
        return new Foundation(config, clock, store, server, cluster, pods, reaper, port, telemetry, upstream, parts);
    }

    private Front front(Foundation on, Services services, Readiness readiness) {
        LambdaPart lambda = services.lambda();
        Dispatcher dispatcher =
                new Dispatcher(services.apis(), Wiring.dispatcher(config, on.server(), clock), on.upstream());
        services.calls().connect(dispatcher);
        return new Front(
                services,
                lambda.urlRequests(),
                dispatcher,
                new OpsRoutes(readiness.checks(), on.telemetry().metrics()),
                lambda.downloads(),
                dispatcher.signed(services.runs()),
                config.server().allowReset()
                        ? dispatcher.signed(new Reset(services.all(), on.store(), on.server()))
                        : request -> Response.of(404));
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
        parts.close();
    }

    /// Tells the doors of port 4566 apart. AWS's own paths never begin with an underscore.
    private record Front(
            Services services,
            UrlRequests urls,
            Dispatcher aws,
            OpsRoutes ops,
            CodeDownloads code,
            Handler runs,
            Handler reset)
            implements Handler {
        @Override
        public Response handle(Request request) throws Exception {
            Optional<Response> balanced = services.balanced(request);
            if (balanced.isPresent()) {
                return balanced.get();
            }
            if (UrlRequests.takes(request)) {
                return urls.handle(request);
            }
            String path = request.rawPath();
            return switch (path) {
                case "/healthz" -> ops.health();
                case "/readyz" -> ops.readiness();
                case "/metrics" -> ops.metrics();
                case "/_podium/reset" -> reset.handle(request);
                default -> {
                    if (path.startsWith(CodeDownloads.PATH)) {
                        yield code.handle(request);
                    }
                    yield path.startsWith(RunsPage.PATH) ? runs.handle(request) : aws.handle(request);
                }
            };
        }
    }

    /// `POST /_podium/reset`: empties all state, for test suites.
    private record Reset(List<ServicePart> services, Store store, Server server) implements Handler {
        @Override
        public Response handle(Request request) throws InterruptedException {
            if (!request.method().equals("POST")) {
                return Response.of(405);
            }
            for (ServicePart service : services.reversed()) {
                service.clear();
            }
            store.clear();
            services.forEach(ServicePart::emptied);
            server.keep(store);
            LOG.log(Level.INFO, "all state emptied by request");
            return Response.of(204);
        }
    }
}
