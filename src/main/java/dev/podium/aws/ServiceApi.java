package dev.podium.aws;

import dev.podium.http.Request;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One service: its model's name and the handlers of the operations it has.
///
/// ```java
/// ServiceApi.of("lambda")
///         .operation("CreateFunction", CreateFunctionRequest.class, api::createFunction)
///         .raw("Invoke", api::invoke)
///         .build()
/// ```
public final class ServiceApi implements Service {
    private static final long DEFAULT_MAX_BODY = 70_167_211;

    private final String service;
    private final Map<String, Target> targets;
    private final Map<String, String> lacking;
    private final Map<String, String> remarks;
    private final Map<String, String> refused;
    private final Set<String> openEnums;
    private final Map<String, Function<Request, @Nullable String>> absent;
    private final @Nullable BiFunction<String, String, AwsError> missing;
    private final @Nullable BiFunction<String, String, AwsError> invalid;
    private final @Nullable BiFunction<String, String, AwsError> unread;
    private final long maxBody;
    private final @Nullable String validationCode;
    private final UnaryOperator<Request> routed;
    private final boolean links;

    private ServiceApi(Builder builder) {
        this.service = builder.service;
        this.targets = Map.copyOf(builder.targets);
        this.lacking = Map.copyOf(builder.lacking);
        this.remarks = Map.copyOf(builder.remarks);
        this.refused = Map.copyOf(builder.refused);
        this.openEnums = Set.copyOf(builder.openEnums);
        this.absent = Map.copyOf(builder.absent);
        this.missing = builder.missing;
        this.invalid = builder.invalid;
        this.unread = builder.unread;
        this.maxBody = builder.maxBody;
        this.validationCode = builder.validationCode;
        this.routed = builder.routed;
        this.links = builder.links;
    }

    /// What carries out an operation.
    sealed interface Target {
        /// A handler from record to record.
        ///
        /// @param output null when the service did not say
        record Typed<I, O>(Class<I> input, @Nullable Class<O> output, Operation<I, O> handler) implements Target {}

        /// A handler whose body flows.
        record Streaming<I, O>(Class<I> input, Class<O> output, StreamOperation<I, O> handler) implements Target {}

        /// A handler that reads the body itself.
        record Raw(RawOperation handler) implements Target {}
    }

    /// A builder for a service.
    ///
    /// @param service name of its model, such as `lambda`
    public static Builder of(String service) {
        return new Builder(service);
    }

    @Override
    public String service() {
        return service;
    }

    @Override
    public ServiceApi api() {
        return this;
    }

    /// What Podium has of the service: every operation of the model, in alphabetical order. Reads the model.
    public Coverage coverage() {
        ServiceModel model = ModelReader.read(service);
        List<Coverage.Item> items =
                model.operations().keySet().stream().map(this::item).toList();
        return new Coverage(
                model.head().serviceId(),
                model.head().apiVersion(),
                model.head().protocol(),
                items);
    }

    private Coverage.Item item(String operation) {
        String reason = refused.get(operation);
        if (reason != null) {
            return new Coverage.Item(operation, Coverage.State.REFUSED, reason);
        }
        if (!targets.containsKey(operation)) {
            return new Coverage.Item(operation, Coverage.State.ABSENT, "");
        }
        String lacks = lacking.get(operation);
        return lacks == null
                ? new Coverage.Item(operation, Coverage.State.FULL, remarks.getOrDefault(operation, ""))
                : new Coverage.Item(operation, Coverage.State.PARTIAL, lacks);
    }

    /// Why an operation is refused; null when it isn't refused on purpose.
    @Nullable
    String refusal(String operation) {
        return refused.get(operation);
    }

    Map<String, Target> targets() {
        return targets;
    }

    /// Operations that have a handler or are refused.
    Set<String> named() {
        Set<String> names = new HashSet<>(targets.keySet());
        names.addAll(refused.keySet());
        return names;
    }

    boolean links() {
        return links;
    }

    Set<String> openEnums() {
        return openEnums;
    }

    Map<String, Function<Request, @Nullable String>> absent() {
        return absent;
    }

    @Nullable
    BiFunction<String, String, AwsError> missing() {
        return missing;
    }

    /// The error for a value that breaks a constraint of the model; null for AWS's usual one.
    @Nullable
    BiFunction<String, String, AwsError> invalid() {
        return invalid;
    }

    /// The error for a member that no record takes; null when such members are ignored.
    @Nullable
    BiFunction<String, String, AwsError> unread() {
        return unread;
    }

    long maxBody() {
        return maxBody;
    }

    /// The code of failed validations, where it isn't the protocol's.
    @Nullable
    String validationCode() {
        return validationCode;
    }

    /// A request as the model's routes see it.
    Request routed(Request request) {
        return routed.apply(request);
    }

    /// Collects the handlers of a service.
    public static final class Builder {
        private final String service;
        private final Map<String, Target> targets = new LinkedHashMap<>();
        private final Map<String, String> lacking = new LinkedHashMap<>();
        private final Map<String, String> remarks = new LinkedHashMap<>();
        private final Map<String, String> refused = new LinkedHashMap<>();
        private final Set<String> openEnums = new HashSet<>();
        private final Map<String, Function<Request, @Nullable String>> absent = new LinkedHashMap<>();
        private @Nullable BiFunction<String, String, AwsError> missing;
        private @Nullable BiFunction<String, String, AwsError> invalid;
        private @Nullable BiFunction<String, String, AwsError> unread;
        private long maxBody = DEFAULT_MAX_BODY;
        private @Nullable String validationCode;
        private UnaryOperator<Request> routed = UnaryOperator.identity();
        private boolean links;

        private Builder(String service) {
            this.service = service;
        }

        /// Adds an operation with its request record.
        ///
        /// @param name  as in the model; a name that the model lacks fails on the service's first request
        /// @param input record that the request is bound to
        public <I, O> Builder operation(String name, Class<I> input, Operation<I, O> handler) {
            return add(name, new Target.Typed<>(input, null, handler));
        }

        /// Adds an operation with its request and response records, so that a test can hold both against the
        /// model.
        ///
        /// @param output record that the response is written from; [Void] when the operation answers nothing
        public <I, O> Builder operation(String name, Class<I> input, Class<O> output, Operation<I, O> handler) {
            return add(name, new Target.Typed<>(input, output, handler));
        }

        /// Adds an operation that reads its body itself.
        public Builder raw(String name, RawOperation handler) {
            return add(name, new Target.Raw(handler));
        }

        /// Adds an operation whose body flows, in or out.
        public <I, O> Builder streaming(String name, Class<I> input, Class<O> output, StreamOperation<I, O> handler) {
            return add(name, new Target.Streaming<>(input, output, handler));
        }

        /// Says how a request is routed, where path and query alone don't tell: S3 has buckets in host names.
        ///
        /// @param view gives the request with the path and query that the model has
        public Builder routed(UnaryOperator<Request> view) {
            this.routed = view;
            return this;
        }

        /// Says what an operation lacks, for the documentation: without this it counts as done in full.
        ///
        /// @param missing in Markdown, whole sentences
        public Builder partial(String name, String missing) {
            this.lacking.put(name, missing);
            return this;
        }

        /// Says what to know about an operation that is done in full.
        ///
        /// @param remark in Markdown, whole sentences
        public Builder remark(String name, String remark) {
            this.remarks.put(name, remark);
            return this;
        }

        /// Refuses an operation for good: it answers "not supported by Podium" with the reason.
        ///
        /// @param reason goes on after a colon, without a full stop
        public Builder refused(String name, String reason) {
            this.refused.put(name, reason);
            return this;
        }

        /// Leaves the enumeration or pattern of a text to the handlers, where the service checks it differently.
        ///
        /// @param shape name of the model's string shape, such as `Runtime`
        public Builder openEnum(String shape) {
            openEnums.add(shape);
            return this;
        }

        /// Takes links that hold for a while, also those with signatures of version 2; see [Presigned].
        public Builder links() {
            links = true;
            return this;
        }

        /// Takes a text member that a request leaves out from elsewhere in the request.
        ///
        /// @param member name in the model's input shapes
        /// @param source gives the value, or null
        public Builder absent(String member, Function<Request, @Nullable String> source) {
            absent.put(member, source);
            return this;
        }

        /// Gives the service its own error for a required member that isn't there.
        ///
        /// @param error by the operation and the path of the member, such as `entries.1.Id`
        public Builder missing(BiFunction<String, String, AwsError> error) {
            this.missing = error;
            return this;
        }

        /// Gives the service its own error for a value that breaks a constraint of the model.
        ///
        /// @param error by the path of the member, such as `placement.tenancy`, and the value
        public Builder invalid(BiFunction<String, String, AwsError> error) {
            this.invalid = error;
            return this;
        }

        /// Refuses members of the model that the request's record doesn't have, at any depth: nothing that a
        /// client
        /// sets is ignored.
        ///
        /// @param error by the operation and the path of the member, such as `Placement.HostId`
        public Builder unread(BiFunction<String, String, AwsError> error) {
            this.unread = error;
            return this;
        }

        /// Sets the largest request body in bytes; 70,167,211 without this.
        public Builder maxBody(long bytes) {
            maxBody = bytes;
            return this;
        }

        /// Sets the code under which the service answers requests that break a constraint of the model.
        public Builder validationCode(String code) {
            validationCode = code;
            return this;
        }

        /// The service with what was added.
        ///
        /// @throws IllegalArgumentException if something is said about an operation that isn't there
        public ServiceApi build() {
            for (Map<String, String> said : List.of(lacking, remarks)) {
                if (!targets.keySet().containsAll(said.keySet())) {
                    throw new IllegalArgumentException(service + " has remarks on operations without handlers: "
                            + said.keySet() + " of " + targets.keySet());
                }
            }
            if (refused.keySet().stream().anyMatch(targets::containsKey)) {
                throw new IllegalArgumentException(service + " refuses operations that have handlers");
            }
            return new ServiceApi(this);
        }

        private Builder add(String name, Target target) {
            if (targets.put(name, target) != null) {
                throw new IllegalArgumentException(service + " has two handlers for " + name);
            }
            return this;
        }
    }
}
