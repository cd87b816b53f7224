package dev.podium.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.http.Routes;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One service with its model loaded: routes its requests, and takes them to the handlers and back.
final class Front {
    private final ServiceApi api;
    private final ServiceModel model;
    private final Protocol protocol;
    private final @Nullable ServiceModel queryModel;
    private final @Nullable Protocol query;
    private final Routes<ModelOperation> routes;

    private Front(ServiceApi api, ServiceModel model) {
        this.api = api;
        this.model = model;
        this.protocol = Protocol.of(model);
        boolean two = protocol instanceof AwsJson && model.head().queryCompatible();
        this.queryModel = two ? model.inQuery() : null;
        this.query = queryModel == null ? null : Protocol.of(queryModel);
        Routes.Builder<ModelOperation> builder = Routes.builder();
        if (model.head().rest()) {
            model.operations().values().forEach(op -> builder.add(op.method(), op.uri(), op));
        }
        this.routes = builder.build();
    }

    /// Reads the model of a service.
    ///
    /// @throws IllegalArgumentException if a handler is for an operation that the model lacks
    static Front load(ServiceApi api) {
        ServiceModel model = ModelReader.read(api.service());
        for (String name : api.named()) {
            if (!model.operations().containsKey(name)) {
                throw new IllegalArgumentException(api.service() + " has no operation " + name);
            }
        }
        return new Front(api, model);
    }

    /// The operation of a request, the labels of its path, and the protocol in which it came.
    record Routed(ModelOperation operation, Map<String, String> labels, Protocol protocol) {}

    ServiceModel.Head head() {
        return model.head();
    }

    Protocol protocol() {
        return protocol;
    }

    /// The protocol of a request: of two, JSON names its operation in a header.
    Protocol protocol(Inbound in) {
        return query == null || in.request().headers().first("X-Amz-Target") != null ? protocol : query;
    }

    /// Tells whether a form is one of its protocols.
    boolean takesForms() {
        return query != null || protocol instanceof Query || protocol instanceof Ec2Query;
    }

    long maxBody() {
        return api.maxBody();
    }

    /// Tells whether a request's method and path are one of this service's.
    boolean hasPath(Inbound in) {
        return match(in) != null;
    }

    /// Finds the operation.
    ///
    /// @throws AwsException with a fault when there is none
    Routed route(Inbound in) throws IOException {
        if (model.head().rest()) {
            Routes.Match<ModelOperation> match = match(in);
            if (match == null) {
                throw unknown(in.request().method() + " " + in.request().rawPath());
            }
            return new Routed(match.target(), match.labels(), protocol);
        }
        Protocol spoken = protocol(in);
        ServiceModel spokenModel = queryModel != null && spoken instanceof Query ? queryModel : model;
        String name = spoken.operation(in, api.maxBody());
        ModelOperation operation =
                name == null ? null : spokenModel.operations().get(name);
        if (operation == null) {
            throw unknown(name == null ? "" : name);
        }
        return new Routed(operation, Map.of(), spoken);
    }

    private Routes.@Nullable Match<ModelOperation> match(Inbound in) {
        Request routed = routed(in.request());
        return routes.match(routed.method(), routed.rawPath(), routed.rawQuery());
    }

    /// A request with the path and query of the model's routes.
    Request routed(Request request) {
        return api.routed(request);
    }

    /// Tells whether it takes links that hold for a while.
    boolean takesLinks() {
        return api.links();
    }

    /// Tells whether the body of a request flows to its handler, so that nobody may read it before.
    boolean flows(Inbound in) {
        Routes.Match<ModelOperation> match = model.head().rest() ? match(in) : null;
        return match != null && api.targets().get(match.target().name()) instanceof ServiceApi.Target.Streaming<?, ?>;
    }

    private static AwsException unknown(String action) {
        return Fault.of(Fault.Kind.UNKNOWN_OPERATION, "The action " + action + " is not valid for this endpoint.");
    }

    /// Carries out a call.
    ///
    /// @param chunks checks the signatures of a body's chunks; null when nobody has to
    Response call(Routed routed, Call call, Inbound in, @Nullable ChunkSignatures chunks) throws Exception {
        return switch (api.targets().get(routed.operation.name())) {
            case null -> throw notSupported(routed.operation.name());
            case ServiceApi.Target.Raw(RawOperation handler) ->
                routed.protocol.identified(handler.handle(call, routed.labels), call.requestId());
            case ServiceApi.Target.Streaming<?, ?> streaming ->
                streaming(streaming, routed, call, in, new Content(call.request(), chunks));
            case ServiceApi.Target.Typed<?, ?> typed -> typed(typed, routed, call, in);
        };
    }

    private <I, O> Response streaming(
            ServiceApi.Target.Streaming<I, O> target, Routed routed, Call call, Inbound in, Content content)
            throws Exception {
        ModelOperation operation = routed.operation;
        ObjectNode tree = Json.object();
        Shape.Structure input = Objects.requireNonNull(operation.input());
        RestBinding.read(tree, input, in.request(), routed.labels);
        check(tree, input, target.input(), operation);
        StreamOperation.Flowing<O> answer = target.handler().handle(call, bind(tree, target.input()), content);
        Headers.Builder headers = Headers.builder();
        RestBinding.headers(
                headers, Records.MAPPER.valueToTree(answer.output()), Objects.requireNonNull(operation.output()));
        return routed.protocol.identified(
                new Response(answer.status(), headers.build(), answer.body()), call.requestId());
    }

    private AwsException notSupported(String operation) {
        String reason = api.refusal(operation);
        return Fault.of(
                Fault.Kind.NOT_SUPPORTED,
                "The operation %s of %s is not supported by Podium%s"
                        .formatted(operation, model.head().serviceId(), reason == null ? "" : ": " + reason));
    }

    private <I, O> Response typed(ServiceApi.Target.Typed<I, O> target, Routed routed, Call call, Inbound in)
            throws Exception {
        ModelOperation operation = routed.operation;
        ObjectNode tree = Json.object();
        if (operation.input() != null) {
            tree = routed.protocol.read(operation, operation.input(), in, routed.labels, api.maxBody());
            fillFromRequest(tree, operation.input(), in);
        }
        return routed.protocol.write(operation, carryOut(target, operation, call, tree), call.requestId());
    }

    /// Carries out a call that no client sent.
    ///
    /// @param input by the model's names, the case of whose first letters doesn't matter
    /// @return the output; empty when there is none
    ObjectNode call(Call call, ObjectNode input) throws Exception {
        ModelOperation operation = model.operations().get(call.operation());
        if (operation == null) {
            throw unknown(call.operation());
        }
        if (!(api.targets().get(operation.name()) instanceof ServiceApi.Target.Typed<?, ?> typed)) {
            throw notSupported(operation.name());
        }
        ObjectNode tree = operation.input() == null
                ? Json.object()
                : JsonShapeReader.read(
                        Json.MAPPER.writeValueAsBytes(WireNames.of(input, operation.input())), operation.input());
        ObjectNode output = carryOut(typed, operation, call, tree);
        return output == null ? Json.object() : output;
    }

    /// Tells whether there is a handler that takes a call that no client sent.
    boolean has(String operation) {
        return api.targets().get(operation) instanceof ServiceApi.Target.Typed<?, ?>;
    }

    private <I, O> @Nullable ObjectNode carryOut(
            ServiceApi.Target.Typed<I, O> target, ModelOperation operation, Call call, ObjectNode tree)
            throws Exception {
        if (operation.input() != null) {
            fillTokens(tree, operation.input(), call.requestId());
            check(tree, operation.input(), target.input(), operation);
        }
        O output = target.handler().handle(call, bind(tree, target.input()));
        return output == null ? null : Records.MAPPER.valueToTree(output);
    }

    private void check(ObjectNode tree, Shape.Structure input, Class<?> record, ModelOperation operation) {
        BiFunction<String, String, AwsError> missing = api.missing();
        validate(tree, input, missing == null ? null : path -> missing.apply(operation.name(), path));
        BiFunction<String, String, AwsError> unread = api.unread();
        if (unread != null) {
            UnreadMembers.refuse(tree, record, path -> unread.apply(operation.name(), path));
        }
    }

    private void validate(ObjectNode tree, Shape.Structure input, @Nullable Function<String, AwsError> missing) {
        String code = api.validationCode();
        try {
            Validation.check(tree, input, api.openEnums(), missing, api.invalid());
        } catch (AwsException e) {
            throw code == null ? e : new AwsException(new Fault.Renamed(code, e.error()));
        }
    }

    private static void fillTokens(ObjectNode tree, Shape.Structure input, String requestId) {
        for (Member member : input.members().values()) {
            if (member.idempotencyToken() && !tree.has(member.name())) {
                tree.put(member.name(), requestId);
            }
        }
    }

    private void fillFromRequest(ObjectNode tree, Shape.Structure input, Inbound in) {
        api.absent().forEach((name, source) -> {
            if (input.members().containsKey(name) && !tree.has(name)) {
                String value = source.apply(in.request());
                if (value != null) {
                    tree.put(name, value);
                }
            }
        });
    }

    private static <I> I bind(ObjectNode tree, Class<I> type) throws JsonProcessingException {
        return Records.MAPPER.treeToValue(tree, type);
    }

    /// Loaded with the first call that needs it.
    private static final class Records {
        /// Component `functionName` is member `FunctionName`: letters match whatever their case.
        static final JsonMapper MAPPER = Json.builder()
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
                .build();
    }
}
