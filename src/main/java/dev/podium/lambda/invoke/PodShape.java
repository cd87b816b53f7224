package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.Digests;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.LambdaFunction;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything of a pod that can't change once it is there: functions of the same shape can share spare pods.
///
/// @param image the container image
/// @param memoryMib request and limit
/// @param storageMib size of `/tmp`
/// @param architecture `x86_64` or `arm64`
/// @param opt whether `/opt` is a volume, for layers
/// @param shell whether its own container loads the code, instead of an init container
/// @param template value of the tag `podium:pod-template`, or null
record PodShape(
        String image,
        int memoryMib,
        int storageMib,
        String architecture,
        boolean opt,
        boolean shell,
        @Nullable String template) {

    /// The shape that a function needs.
    static PodShape of(Deployment deployment, boolean shell) {
        LambdaFunction function = deployment.function();
        FunctionSettings s = function.settings();
        return new PodShape(
                deployment.image(),
                s.memorySize(),
                s.ephemeralStorage(),
                s.architecture(),
                !s.layers().isEmpty(),
                shell,
                function.tags().get(FunctionTemplate.TAG));
    }

    /// The shape of a function with AWS's defaults.
    static PodShape ofDefaults(String image, boolean shell) {
        return new PodShape(
                image, FunctionSettings.DEFAULT_MEMORY, FunctionSettings.DEFAULT_STORAGE, "x86_64", false, shell, null);
    }

    /// The same with an init container.
    PodShape withoutShell() {
        return new PodShape(image, memoryMib, storageMib, architecture, opt, false, template);
    }

    /// Fit for a label.
    String fingerprint() {
        return Digests.sha256Hex(text()).substring(0, 32);
    }

    /// As text, for an annotation.
    String text() {
        ObjectNode text = Json.object();
        text.put("image", image)
                .put("memory", memoryMib)
                .put("storage", storageMib)
                .put("architecture", architecture)
                .put("opt", opt)
                .put("shell", shell);
        if (template != null) {
            text.put("template", template);
        }
        return text.toString();
    }

    /// Reads [#text]; nothing if it isn't one.
    static Optional<PodShape> parse(String text) {
        JsonNode read;
        try {
            read = Json.MAPPER.readTree(text);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (!read.path("image").isTextual() || !read.path("memory").isInt()) {
            return Optional.empty();
        }
        return Optional.of(new PodShape(
                read.path("image").asText(),
                read.path("memory").asInt(),
                read.path("storage").asInt(),
                read.path("architecture").asText(),
                read.path("opt").asBoolean(),
                read.path("shell").asBoolean(),
                read.has("template") ? read.path("template").asText() : null));
    }
}
