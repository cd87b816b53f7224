package dev.podium.lambda.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tag `podium:pod-template`: a partial Pod manifest in JSON that is merged under the pods of one function.
///
/// A caller of the AWS API is no operator: the tag may say where pods run and what they are called, not what
/// runs in them, with which rights, or on which of the node's files. `PODIUM_POD_TEMPLATE` has no such bounds.
///
/// ```json
/// {"spec": {"nodeSelector": {"disk": "ssd"}, "tolerations": [{"key": "gpu", "operator": "Exists"}]}}
/// ```
public final class FunctionTemplate {
    /// Name of the tag.
    public static final String TAG = "podium:pod-template";

    private static final Set<String> TOP = Set.of("apiVersion", "kind", "metadata", "spec");
    private static final Set<String> METADATA = Set.of("labels", "annotations");
    private static final Set<String> RESERVED = Set.of("podium.dev", "app.kubernetes.io");
    private static final Set<String> CONTAINER = Set.of("name", "resources");

    /// What a spec may hold: member by kind of value.
    private static final Map<String, Kind> SPEC = Map.ofEntries(
            Map.entry("nodeSelector", Kind.STRINGS),
            Map.entry("tolerations", Kind.OBJECTS),
            Map.entry("affinity", Kind.OBJECT),
            Map.entry("topologySpreadConstraints", Kind.OBJECTS),
            Map.entry("priorityClassName", Kind.STRING),
            Map.entry("runtimeClassName", Kind.STRING),
            Map.entry("schedulerName", Kind.STRING),
            Map.entry("dnsPolicy", Kind.STRING),
            Map.entry("dnsConfig", Kind.OBJECT),
            Map.entry("imagePullSecrets", Kind.OBJECTS),
            Map.entry("containers", Kind.OBJECTS));

    private FunctionTemplate() {}

    private enum Kind {
        STRING("a string"),
        STRINGS("an object of strings"),
        OBJECT("an object"),
        OBJECTS("a list of objects");

        final String words;

        Kind(String words) {
            this.words = words;
        }

        boolean fits(JsonNode value) {
            return switch (this) {
                case STRING -> value.isTextual();
                case STRINGS -> value.isObject() && value.valueStream().allMatch(JsonNode::isTextual);
                case OBJECT -> value.isObject();
                case OBJECTS -> value.isArray() && value.valueStream().allMatch(JsonNode::isObject);
            };
        }
    }

    /// The template of a function, or null.
    static @Nullable ObjectNode of(LambdaFunction function) {
        String tag = function.tags().get(TAG);
        return tag == null ? null : parse(tag);
    }

    /// Reads a tag's value.
    ///
    /// @throws AwsException InvalidParameterValueException saying what is wrong with it
    public static ObjectNode parse(String text) {
        JsonNode read;
        try {
            read = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("is not JSON: " + e.getOriginalMessage());
        }
        if (!(read instanceof ObjectNode template)) {
            throw invalid("must be a JSON object");
        }
        known(template, TOP, "");
        JsonNode metadata = object(template, "metadata");
        known(metadata, METADATA, "metadata.");
        for (String member : METADATA) {
            JsonNode names = metadata.path(member);
            if (!names.isMissingNode() && !Kind.STRINGS.fits(names)) {
                throw invalid("metadata." + member + " must be " + Kind.STRINGS.words);
            }
            names.fieldNames().forEachRemaining(FunctionTemplate::checkKey);
        }
        JsonNode spec = object(template, "spec");
        known(spec, SPEC.keySet(), "spec.");
        SPEC.forEach((member, kind) -> {
            JsonNode value = spec.path(member);
            if (!value.isMissingNode() && !kind.fits(value)) {
                throw invalid("spec." + member + " must be " + kind.words);
            }
        });
        for (JsonNode container : spec.path("containers")) {
            known(container, CONTAINER, "spec.containers.");
            if (!container.path("name").asText().equals(FunctionPods.CONTAINER)) {
                throw invalid("its only container may be the one named " + FunctionPods.CONTAINER);
            }
        }
        return template;
    }

    private static JsonNode object(ObjectNode template, String member) {
        JsonNode value = template.path(member);
        if (!value.isMissingNode() && !value.isObject()) {
            throw invalid(member + " must be an object");
        }
        return value;
    }

    private static void known(JsonNode object, Set<String> members, String path) {
        object.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw invalid("may not hold " + path + name + ", only: "
                        + String.join(", ", members.stream().sorted().toList()));
            }
        });
    }

    private static void checkKey(String key) {
        int slash = key.indexOf('/');
        if (slash > 0 && RESERVED.contains(key.substring(0, slash))) {
            throw invalid("may not set Podium's own " + key);
        }
    }

    private static AwsException invalid(String why) {
        return new AwsException(new LambdaError.InvalidParameterValue("The tag " + TAG + " " + why));
    }
}
