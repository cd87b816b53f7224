package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks a request's tree against the constraints of its shape, in AWS's own wording.
///
/// All failures of the request are counted in one error. Scalar elements of a list, and keys and values of a
/// map, are checked together: one failure names the whole collection and every constraint of the element.
final class Validation {
    private final Set<String> openEnums;
    private final @Nullable Function<String, AwsError> missing;
    private final @Nullable BiFunction<String, String, AwsError> invalid;
    private final List<String> failures = new ArrayList<>(0);

    private Validation(
            Set<String> openEnums,
            @Nullable Function<String, AwsError> missing,
            @Nullable BiFunction<String, String, AwsError> invalid) {
        this.openEnums = openEnums;
        this.missing = missing;
        this.invalid = invalid;
    }

    /// Checks a whole request.
    ///
    /// @param openEnums names of the string shapes whose enumeration is not checked
    /// @throws AwsException with a validation fault that counts all failures
    static void check(ObjectNode input, Shape.Structure shape, Set<String> openEnums) {
        check(input, shape, openEnums, null, null);
    }

    /// Checks a whole request of a service that has errors of its own.
    ///
    /// @param missing for what is missing, by the path of the member, as `Entries.1.Id`
    /// @param invalid for the first value that breaks a constraint, by the path of the member and the value
    static void check(
            ObjectNode input,
            Shape.Structure shape,
            Set<String> openEnums,
            @Nullable Function<String, AwsError> missing,
            @Nullable BiFunction<String, String, AwsError> invalid) {
        Validation validation = new Validation(openEnums, missing, invalid);
        validation.structure(input, shape, "");
        int count = validation.failures.size();
        if (count > 0) {
            throw Fault.validation(count + (count == 1 ? " validation error" : " validation errors") + " detected: "
                    + String.join("; ", validation.failures));
        }
    }

    private void structure(JsonNode node, Shape.Structure shape, String path) {
        for (Member member : shape.members().values()) {
            JsonNode value = node.get(member.name());
            String here = path + lowerFirst(member.name());
            if (value != null && !value.isNull()) {
                value(value, member, here, false);
            } else if (shape.required().contains(member.name())) {
                if (missing != null) {
                    throw new AwsException(missing.apply(path.replace(".member.", ".") + member.name()));
                }
                failures.add("Value null at '" + here + "' failed to satisfy constraint: " + Constraints.NOT_NULL);
            }
        }
    }

    private void value(JsonNode value, Member member, String path, boolean hidden) {
        boolean hide = hidden || member.shape().sensitive();
        switch (member.shape()) {
            case Shape.Structure shape when shape.document() -> {}
            case Shape.Structure shape -> structure(value, shape, path + ".");
            case Shape.ListOf shape -> list(value, shape, path, hide);
            case Shape.MapOf shape -> map(value, shape, path, hide);
            case Shape scalar -> {
                for (String broken : Constraints.broken(value, scalar, openEnums)) {
                    fail(value, path, hide, broken);
                }
            }
        }
    }

    private void list(JsonNode list, Shape.ListOf shape, String path, boolean hidden) {
        length(list, shape.length(), path, hidden);
        Shape element = shape.element().shape();
        if (nested(element)) {
            int index = 1;
            for (JsonNode item : list) {
                String here = path + "." + index++ + ".member";
                if (item.isNull()) {
                    fail(null, here, false, Constraints.NOT_NULL);
                } else {
                    value(item, shape.element(), here, hidden);
                }
            }
            return;
        }
        for (JsonNode item : list) {
            if (item.isNull() || !Constraints.broken(item, element, openEnums).isEmpty()) {
                fail(
                        list,
                        path,
                        hidden || element.sensitive(),
                        "Member must satisfy constraint: " + Constraints.all(element, openEnums));
                return;
            }
        }
    }

    private void map(JsonNode map, Shape.MapOf shape, String path, boolean hidden) {
        length(map, shape.length(), path, hidden);
        Shape key = shape.key().shape();
        Shape value = shape.value().shape();
        boolean hide = hidden || key.sensitive() || value.sensitive();
        boolean keys = true;
        boolean values = true;
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            keys &= Constraints.brokenText(entry.getKey(), key, openEnums).isEmpty();
            if (entry.getValue().isNull()) {
                values = false;
            } else if (nested(value)) {
                value(entry.getValue(), shape.value(), path + "." + entry.getKey() + ".member", hide);
            } else {
                values &= Constraints.broken(entry.getValue(), value, openEnums).isEmpty();
            }
        }
        if (!keys) {
            fail(map, path, hide, "Map keys must satisfy constraint: " + Constraints.all(key, openEnums));
        }
        if (!values) {
            fail(map, path, hide, "Map value must satisfy constraint: " + Constraints.all(value, openEnums));
        }
    }

    private void length(JsonNode collection, Shape.Range length, String path, boolean hidden) {
        if (length.above(collection.size())) {
            fail(collection, path, hidden, Constraints.longest(length));
        }
        if (length.below(collection.size())) {
            fail(collection, path, hidden, Constraints.shortest(length));
        }
    }

    private void fail(@Nullable JsonNode value, String path, boolean hidden, String constraint) {
        if (invalid != null) {
            throw new AwsException(invalid.apply(path, value == null || hidden ? "" : print(value)));
        }
        String shown = value == null ? " null" : hidden ? "" : " '" + print(value) + "'";
        failures.add("Value" + shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    private static boolean nested(Shape shape) {
        return shape instanceof Shape.Structure || shape instanceof Shape.ListOf || shape instanceof Shape.MapOf;
    }

    private static String lowerFirst(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /// A value as AWS prints it: `[a, b]`, `{k=v}`.
    private static String print(JsonNode value) {
        if (value.isArray()) {
            List<String> items = new ArrayList<>(value.size());
            value.forEach(item -> items.add(print(item)));
            return "[" + String.join(", ", items) + "]";
        }
        if (value.isObject()) {
            List<String> entries = new ArrayList<>(value.size());
            value.properties().forEach(entry -> entries.add(entry.getKey() + "=" + print(entry.getValue())));
            return "{" + String.join(", ", entries) + "}";
        }
        return value.isBinary() ? "java.nio.HeapByteBuffer" : value.asText();
    }
}
