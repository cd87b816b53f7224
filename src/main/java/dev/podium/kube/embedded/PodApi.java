package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Form;
import dev.podium.codec.Json;
import dev.podium.http.Handler;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.kube.embedded.Faults.Fault;
import dev.podium.kube.embedded.Faults.Verb;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The REST API: authentication, routing, fault switches and errors; what the calls do is in [PodCalls].
final class PodApi implements Handler {
    private static final long MAX_BODY = 3 << 20;
    private static final String USER = "system:serviceaccount:podium:podium";

    private final PodCalls calls;
    private final EmbeddedSettings settings;
    private final byte[] authorization;

    PodApi(PodCalls calls, EmbeddedSettings settings, String token) {
        this.calls = calls;
        this.settings = settings;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Response handle(Request request) throws IOException, InterruptedException {
        try {
            byte[] given = request.headers().first("Authorization", "").getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(given, authorization)) {
                throw StatusException.of(401, "Unauthorized", "Unauthorized");
            }
            return route(request);
        } catch (StatusException e) {
            return failure(e);
        } catch (IllegalArgumentException e) {
            return failure(StatusException.badRequest(String.valueOf(e.getMessage())));
        }
    }

    private Response route(Request request) throws StatusException, IOException, InterruptedException {
        String[] path = request.rawPath().substring(1).split("/", -1);
        String method = request.method();
        if (path.length == 1 && List.of("livez", "readyz", "healthz").contains(path[0])) {
            return Response.bytes(200, "text/plain", "ok".getBytes(StandardCharsets.US_ASCII));
        }
        if (request.rawPath().equals("/version")) {
            return json(200, Json.object().put("major", "1").put("minor", "34").put("gitVersion", "v1.34.0+podium"));
        }
        if (request.rawPath().equals("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")) {
            return method.equals("POST") ? faulty(Verb.REVIEW, "", () -> review(request)) : notAllowed();
        }
        boolean namespaced =
                path.length >= 4 && path[0].equals("api") && path[1].equals("v1") && path[2].equals("namespaces");
        if (!namespaced) {
            throw StatusException.of(404, "NotFound", "the server could not find the requested resource");
        }
        String namespace = decoded(path[3]);
        if (path.length == 4 && method.equals("GET")) {
            return namespace(namespace);
        }
        if (path.length < 5 || !path[4].equals("pods") || path.length > 7) {
            throw StatusException.of(404, "NotFound", "the server could not find the requested resource");
        }
        boolean here = namespace.equals(settings.namespace());
        if (path.length == 5) {
            return collection(request, namespace, here);
        }
        String name = decoded(path[5]);
        if (!here) {
            throw StatusException.notFound(name);
        }
        if (path.length == 7) {
            if (!path[6].equals("log")) {
                throw StatusException.of(404, "NotFound", "the server could not find the requested resource");
            }
            return method.equals("GET") ? faulty(Verb.LOG, name, () -> calls.log(name, request.query())) : notAllowed();
        }
        return switch (method) {
            case "GET" -> faulty(Verb.GET, name, () -> pod(200, calls.get(name)));
            case "DELETE" ->
                faulty(
                        Verb.DELETE,
                        name,
                        () -> Response.json(200, calls.delete(name, request.query(), body(request, false))));
            default -> notAllowed();
        };
    }

    private Response collection(Request request, String namespace, boolean here)
            throws StatusException, IOException, InterruptedException {
        Form query = request.query();
        return switch (request.method()) {
            case "GET" ->
                List.of("true", "1").contains(Objects.requireNonNullElse(query.first("watch"), ""))
                        ? watch(query)
                        : faulty(Verb.LIST, "", () -> Response.json(200, calls.list(query, here)));
            case "POST" ->
                faulty(Verb.CREATE, "", () -> {
                    ObjectNode body = Objects.requireNonNull(body(request, true));
                    if (!here) {
                        throw StatusException.of(404, "NotFound", "namespaces \"" + namespace + "\" not found");
                    }
                    return pod(201, calls.create(body));
                });
            default -> notAllowed();
        };
    }

    private Response watch(Form query) throws StatusException, IOException, InterruptedException {
        Optional<Fault> fault = settings.faults().take(Verb.WATCH);
        int cut = fault.orElse(null) instanceof Fault.Cut(int events) ? events : -1;
        boolean silent = fault.orElse(null) instanceof Fault.Silence;
        return cut >= 0 || silent
                ? calls.watch(query, cut, silent)
                : faulty(fault, Verb.WATCH, "", () -> calls.watch(query, -1, false));
    }

    private Response namespace(String name) throws StatusException, IOException {
        if (!name.equals(settings.namespace())) {
            throw StatusException.of(404, "NotFound", "namespaces \"" + name + "\" not found");
        }
        ObjectNode namespace = Json.object().put("kind", "Namespace").put("apiVersion", "v1");
        namespace.putObject("metadata").put("name", name);
        namespace.putObject("status").put("phase", "Active");
        return json(200, namespace);
    }

    /// A call that may meet a fault.
    private interface Call {
        Response run() throws StatusException, IOException, InterruptedException;
    }

    private Response faulty(Verb verb, String name, Call call)
            throws StatusException, IOException, InterruptedException {
        return faulty(settings.faults().take(verb), verb, name, call);
    }

    private Response faulty(Optional<Fault> fault, Verb verb, String name, Call call)
            throws StatusException, IOException, InterruptedException {
        return switch (fault.orElse(null)) {
            case null -> call.run();
            case Fault.Failure(int status, String reason, var retryAfter) ->
                throw StatusException.injected(status, reason, retryAfter);
            case Fault.FailureAfterwards(int status, String reason) -> {
                call.run();
                throw StatusException.injected(status, reason, null);
            }
            case Fault.Slow(Duration delay) -> {
                Thread.sleep(delay);
                yield call.run();
            }
            case Fault.Cut c ->
                Response.stream(200, "application/json", 1_000, out -> {
                    out.write('{');
                    out.flush();
                    throw new IOException("answer cut by a fault switch");
                });
            case Fault.Silence s -> {
                Thread.sleep(Duration.ofHours(1));
                yield call.run();
            }
            case Fault.Forbidden f -> throw forbidden(verb, name);
        };
    }

    private StatusException forbidden(Verb verb, String name) {
        String word = verb == Verb.LOG ? "get" : verb.name().toLowerCase(java.util.Locale.ROOT);
        String resource = verb == Verb.LOG ? "pods/log" : "pods";
        String which = name.isEmpty() ? "" : " \"" + name + "\"";
        return StatusException.of(
                403,
                "Forbidden",
                "pods" + which + " is forbidden: User \"" + USER + "\" cannot " + word + " resource \"" + resource
                        + "\" in API group \"\" in the namespace \"" + settings.namespace() + "\"");
    }

    private Response review(Request request) throws StatusException, IOException {
        ObjectNode review = Objects.requireNonNull(body(request, true));
        JsonNode asked = review.path("spec").path("resourceAttributes");
        String verb = asked.path("verb").asText();
        boolean log = asked.path("subresource").asText("").equals("log");
        Map<String, Verb> verbs = Map.of(
                "create",
                Verb.CREATE,
                "get",
                log ? Verb.LOG : Verb.GET,
                "list",
                Verb.LIST,
                "watch",
                Verb.WATCH,
                "delete",
                Verb.DELETE);
        Verb known = verbs.get(verb);
        boolean pods = asked.path("resource").asText().equals("pods")
                && asked.path("namespace").asText("").equals(settings.namespace());
        boolean allowed = pods && known != null && !settings.faults().denies(known);
        review.putObject("status").put("allowed", allowed);
        return json(201, review);
    }

    private static @Nullable ObjectNode body(Request request, boolean needed) throws StatusException, IOException {
        byte[] bytes = request.bytes(MAX_BODY);
        if (bytes.length == 0 && !needed) {
            return null;
        }
        try {
            if (Json.MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw StatusException.badRequest("error decoding the body: " + e.getOriginalMessage());
        }
        throw StatusException.badRequest("the body is not a JSON object");
    }

    private static Response notAllowed() throws StatusException {
        throw StatusException.of(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    private static Response pod(int status, StoredPod pod) {
        return Response.json(status, pod.json());
    }

    private static Response json(int status, ObjectNode node) throws IOException {
        return Response.json(status, Json.MAPPER.writeValueAsBytes(node));
    }

    private static Response failure(StatusException e) throws IOException {
        Response response = json(e.code(), e.status());
        Duration retryAfter = e.retryAfter();
        return retryAfter == null ? response : response.with("Retry-After", Long.toString(retryAfter.toSeconds()));
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
