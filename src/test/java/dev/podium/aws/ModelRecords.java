package dev.podium.aws;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// Holds the request and response records of a service against its model.
@NullMarked
public final class ModelRecords {
    private final List<String> problems = new ArrayList<>();
    private final Set<String> bound = new HashSet<>();
    private final Set<String> visited = new HashSet<>();

    private ModelRecords() {}

    /// Checks every operation that has a handler: each record component is a member of its shape with a
    /// fitting type, and a component of a request that may be absent is `@Nullable`.
    ///
    /// @throws AssertionError naming every component that doesn't fit
    public static void verify(ServiceApi api) {
        ModelRecords records = new ModelRecords();
        records.walk(api);
        if (!records.problems.isEmpty()) {
            throw new AssertionError(String.join("\n", records.problems));
        }
    }

    /// Members of requests that no record binds, as `CreateFunction.VpcConfig`: what Podium reads and
    /// ignores.
    public static Set<String> ignored(ServiceApi api) {
        ModelRecords records = new ModelRecords();
        records.walk(api);
        Set<String> ignored = new TreeSet<>();
        ServiceModel model = ModelReader.read(api.service());
        api.targets().forEach((name, target) -> {
            ModelOperation operation = model.operations().get(name);
            if (target instanceof ServiceApi.Target.Typed<?, ?> typed
                    && !JsonNode.class.isAssignableFrom(typed.input())
                    && operation != null
                    && operation.input() != null) {
                for (String member : operation.input().members().keySet()) {
                    if (!records.bound.contains(name + "." + member)) {
                        ignored.add(name + "." + member);
                    }
                }
            }
        });
        return ignored;
    }

    private void walk(ServiceApi api) {
        ServiceModel model = ModelReader.read(api.service());
        api.targets().forEach((name, target) -> {
            ModelOperation operation = model.operations().get(name);
            if (operation == null) {
                problems.add(api.service() + " has no operation " + name);
            } else if (target instanceof ServiceApi.Target.Streaming<?, ?> streaming) {
                top(name + " request", streaming.input(), operation.input(), true);
                top(name + " response", streaming.output(), operation.output(), false);
            } else if (target instanceof ServiceApi.Target.Typed<?, ?> typed) {
                top(name + " request", typed.input(), operation.input(), true);
                if (typed.output() != null && typed.output() != Void.class) {
                    top(name + " response", typed.output(), operation.output(), false);
                }
            }
        });
    }

    private void top(String path, Class<?> type, Shape.@Nullable Structure shape, boolean input) {
        if (shape == null) {
            problems.add(path + ": the model has none");
            return;
        }
        if (type.isRecord() && input) {
            for (RecordComponent component : type.getRecordComponents()) {
                Member member = shape.memberFor(name(component));
                if (member != null) {
                    bound.add(path.replace(" request", ".") + member.name());
                }
            }
        }
        structure(path, type, shape, input);
    }

    private void structure(String path, Class<?> type, Shape.Structure shape, boolean input) {
        if (JsonNode.class.isAssignableFrom(type) || !visited.add(type.getName() + "/" + shape.name() + "/" + input)) {
            return;
        }
        if (!type.isRecord()) {
            problems.add(path + ": " + type.getSimpleName() + " is not a record");
            return;
        }
        components(path, type, shape, input, new HashSet<>());
    }

    private void components(String path, Class<?> type, Shape.Structure shape, boolean input, Set<String> members) {
        for (RecordComponent component : type.getRecordComponents()) {
            String here = path + "." + component.getName();
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                components(here, component.getType(), shape, input, members);
                continue;
            }
            Member member = shape.memberFor(name(component));
            if (member == null) {
                problems.add(here + ": shape " + shape.name() + " has no such member");
                continue;
            }
            if (!members.add(member.name())) {
                problems.add(here + ": two components for member " + member.name());
            }
            if (input && !shape.required().contains(member.name())) {
                absent(here, component.getAnnotatedType(), component.getType());
            }
            value(here, component.getGenericType(), member.shape(), input);
        }
    }

    private void absent(String path, AnnotatedType annotated, Class<?> type) {
        if (type.isPrimitive()) {
            problems.add(path + ": absent would read as " + (type == boolean.class ? "false" : "0"));
        } else if (!annotated.isAnnotationPresent(Nullable.class)) {
            problems.add(path + ": may be absent, so it must be @Nullable");
        }
    }

    private void value(String path, Type type, Shape shape, boolean input) {
        Class<?> raw = raw(type);
        if (JsonNode.class.isAssignableFrom(raw)) {
            return;
        }
        boolean fits = switch (shape) {
            case Shape.Structure structure when structure.document() -> true;
            case Shape.Structure structure -> {
                structure(path, raw, structure, input);
                yield true;
            }
            case Shape.ListOf list -> {
                boolean collection = Collection.class.isAssignableFrom(raw);
                if (collection) {
                    value(path + "[]", argument(type, 0), list.element().shape(), input);
                }
                yield collection;
            }
            case Shape.MapOf map -> {
                boolean isMap = Map.class.isAssignableFrom(raw);
                if (isMap) {
                    value(path + "{}", argument(type, 1), map.value().shape(), input);
                }
                yield isMap;
            }
            case Shape.Text text -> raw == String.class || raw.isEnum() || isScalar(raw);
            case Shape.Blob blob -> raw == byte[].class;
            case Shape.Bool bool -> raw == boolean.class || raw == Boolean.class;
            case Shape.Timestamp time -> raw == Instant.class;
            case Shape.Numeric number -> isNumber(raw, number.kind());
        };
        if (!fits) {
            problems.add(path + ": " + type.getTypeName() + " does not fit shape " + shape.name());
        }
    }

    private static boolean isNumber(Class<?> type, Shape.Kind kind) {
        return switch (kind) {
            case INTEGER -> type == int.class || type == Integer.class || type == long.class || type == Long.class;
            case LONG -> type == long.class || type == Long.class;
            case FLOAT, DOUBLE -> type == double.class || type == Double.class;
        };
    }

    /// Tells whether Jackson writes the type as one value.
    private static boolean isScalar(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class))
                || Arrays.stream(type.getDeclaredFields())
                        .anyMatch(field -> field.isAnnotationPresent(JsonValue.class));
    }

    private static String name(RecordComponent component) {
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property == null || property.value().isEmpty() ? component.getName() : property.value();
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType parameterized
                ? (Class<?>) parameterized.getRawType()
                : type instanceof Class<?> plain ? plain : Object.class;
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType parameterized
                ? parameterized.getActualTypeArguments()[index]
                : Object.class;
    }
}
