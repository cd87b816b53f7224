package dev.podium.aws;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds what a client sent and no record takes.
final class UnreadMembers {
    private UnreadMembers() {}

    /// Refuses a request that has a member, at any depth, without a component in the records that it is bound to.
    ///
    /// @param error by the member's path
    /// @throws AwsException with that error, for the first such member
    static void refuse(JsonNode tree, Class<?> record, Function<String, AwsError> error) {
        String path = find(tree, record, "");
        if (path != null) {
            throw new AwsException(error.apply(path));
        }
    }

    private static @Nullable String find(JsonNode node, Type type, String path) {
        if (node.isArray() && type instanceof ParameterizedType list) {
            Type element = list.getActualTypeArguments()[0];
            for (JsonNode item : node) {
                String found = find(item, element, path);
                if (found != null) {
                    return found;
                }
            }
        }
        if (!node.isObject() || !(type instanceof Class<?> record) || !record.isRecord()) {
            return null;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String here = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            RecordComponent component = component(record, field.getKey());
            String found = component == null ? here : find(field.getValue(), component.getGenericType(), here);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable RecordComponent component(Class<?> record, String member) {
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                RecordComponent inner = component(component.getType(), member);
                if (inner != null) {
                    return inner;
                }
            } else if (component.getName().equalsIgnoreCase(member)) {
                return component;
            }
        }
        return null;
    }
}
