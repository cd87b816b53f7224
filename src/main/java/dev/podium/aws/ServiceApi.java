package dev.podium.aws;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One service: its model's name and the handlers of the operations it has.
///
/// ```java
/// ServiceApi.of("lambda")
///         .operation("CreateFunction", CreateFunctionRequest.class, api::createFunction)
///         .raw("Invoke", api::invoke)
///         .build()
/// ```
public final class ServiceApi {
    private static final long DEFAULT_MAX_BODY = 70_167_211;

    private final String service;
    private final Map<String, Target> targets;
    private final Set<String> openEnums;
    private final long maxBody;
    private final @Nullable String validationCode;

    private ServiceApi(Builder builder) {
        this.service = builder.service;
        this.targets = Map.copyOf(builder.targets);
        this.openEnums = Set.copyOf(builder.openEnums);
        this.maxBody = builder.maxBody;
        this.validationCode = builder.validationCode;
    }

    /// What carries out an operation.
    sealed interface Target {
        /// A handler from record to record.
        ///
        /// @param output null when the service did not say
        record Typed<I, O>(Class<I> input, @Nullable Class<O> output, Operation<I, O> handler) implements Target {}

        /// A handler that reads the body itself.
        record Raw(RawOperation handler) implements Target {}
    }

    /// A builder for a service.
    ///
    /// @param service name of its model, such as `lambda`
    public static Builder of(String service) {
        return new Builder(service);
    }

    /// The name of the service's model.
    public String service() {
        return service;
    }

    /// What Podium has of the service: every operation of the model, in alphabetical order. Reads the model.
    public Coverage coverage() {
        ServiceModel model = ModelReader.read(service);
        List<Coverage.Item> items = model.operations().keySet().stream()
                .map(name -> new Coverage.Item(name, targets.containsKey(name)))
                .toList();
        return new Coverage(
                model.head().serviceId(),
                model.head().apiVersion(),
                model.head().protocol(),
                items);
    }

    Map<String, Target> targets() {
        return targets;
    }

    Set<String> openEnums() {
        return openEnums;
    }

    long maxBody() {
        return maxBody;
    }

    /// The code of failed validations, where it isn't the protocol's.
    @Nullable
    String validationCode() {
        return validationCode;
    }

    /// Collects the handlers of a service.
    public static final class Builder {
        private final String service;
        private final Map<String, Target> targets = new LinkedHashMap<>();
        private final Set<String> openEnums = new HashSet<>();
        private long maxBody = DEFAULT_MAX_BODY;
        private @Nullable String validationCode;

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

        /// Adds an operation with its request and response records, so that a test can hold both against the model.
        ///
        /// @param output record that the response is written from; [Void] when the operation answers nothing
        public <I, O> Builder operation(String name, Class<I> input, Class<O> output, Operation<I, O> handler) {
            return add(name, new Target.Typed<>(input, output, handler));
        }

        /// Adds an operation that reads its body itself.
        public Builder raw(String name, RawOperation handler) {
            return add(name, new Target.Raw(handler));
        }

        /// Leaves the values of an enumeration to the handlers, where the service words that error differently.
        ///
        /// @param shape name of the model's string shape, such as `Runtime`
        public Builder openEnum(String shape) {
            openEnums.add(shape);
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
        public ServiceApi build() {
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
