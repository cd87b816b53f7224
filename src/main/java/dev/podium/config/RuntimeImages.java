package dev.podium.config;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Images that replace, or add to, those of AWS's runtimes.
///
/// @param byRuntime image by runtime name, such as `python3.12`
/// @param pattern for all other runtimes, with `<runtime>` where the name goes; or null
public record RuntimeImages(
        Map<String, String> byRuntime, @Nullable String pattern) {
    private static final String PLACEHOLDER = "<runtime>";

    /// Copies the map.
    public RuntimeImages {
        byRuntime = Map.copyOf(byRuntime);
    }

    /// Reads `{"python3.12": "image"}` or a pattern that contains `<runtime>`.
    static RuntimeImages parse(String text) {
        if (text.startsWith("{")) {
            Map<String, String> images = Values.pairs(text);
            images.values().forEach(Values::image);
            return new RuntimeImages(images, null);
        }
        if (!text.contains(PLACEHOLDER)) {
            throw new IllegalArgumentException(
                    "expected a JSON object of images by runtime, or a pattern containing " + PLACEHOLDER);
        }
        return new RuntimeImages(Map.of(), Values.image(text));
    }

    /// The image that was configured for a runtime, if any was.
    public Optional<String> image(String runtime) {
        String image = byRuntime.get(runtime);
        if (image != null) {
            return Optional.of(image);
        }
        return Optional.ofNullable(pattern).map(p -> p.replace(PLACEHOLDER, runtime));
    }

    /// The same with the images that `<RUNTIME>_RUNTIME` variables give, which win.
    RuntimeImages with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(byRuntime);
        all.putAll(more);
        return new RuntimeImages(all, pattern);
    }
}
