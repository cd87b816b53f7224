package dev.podium.lambda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runtime names and the images that run them.
///
/// Every name maps to AWS's own public base image; the operator may map any name, also new ones, to another.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html">Lambda runtimes</a>
public final class Runtimes {
    private static final List<String> BUILT_IN = List.of(
            "nodejs18.x",
            "nodejs20.x",
            "nodejs22.x",
            "nodejs24.x",
            "java11",
            "java17",
            "java21",
            "java25",
            "python3.9",
            "python3.10",
            "python3.11",
            "python3.12",
            "python3.13",
            "python3.14",
            "ruby3.2",
            "ruby3.3",
            "ruby3.4",
            "dotnet8",
            "dotnet9",
            "dotnet10",
            "provided.al2",
            "provided.al2023");
    private static final List<String> DEPRECATED = List.of(
            "nodejs",
            "nodejs4.3",
            "nodejs4.3-edge",
            "nodejs6.10",
            "nodejs8.10",
            "nodejs10.x",
            "nodejs12.x",
            "nodejs14.x",
            "nodejs16.x",
            "java8",
            "java8.al2",
            "python2.7",
            "python3.6",
            "python3.7",
            "python3.8",
            "dotnetcore1.0",
            "dotnetcore2.0",
            "dotnetcore2.1",
            "dotnetcore3.1",
            "dotnet6",
            "go1.x",
            "ruby2.5",
            "ruby2.7",
            "provided");

    private static final String PLACEHOLDER = "<runtime>";

    private final Map<String, String> overrides;
    private final @Nullable String pattern;
    private final String prefix;

    /// @param overrides runtime name to image
    /// @param pattern image for all other runtimes, with `<runtime>` where the name goes; null for AWS's own
    /// @param prefix put before the names of AWS's own images, empty for none
    public Runtimes(Map<String, String> overrides, @Nullable String pattern, String prefix) {
        this.overrides = Map.copyOf(overrides);
        this.pattern = pattern;
        this.prefix = prefix;
    }

    /// The image of a runtime; nothing when the name is unknown.
    public Optional<String> image(String runtime) {
        String override = overrides.get(runtime);
        if (override != null) {
            return Optional.of(override);
        }
        if (!BUILT_IN.contains(runtime)) {
            return Optional.empty();
        }
        return Optional.of(
                pattern == null
                        ? prefix + "public.ecr.aws/lambda/" + repository(runtime)
                        : pattern.replace(PLACEHOLDER, runtime));
    }

    /// Tells whether AWS once had this runtime and Podium has no image for it.
    public boolean deprecated(String runtime) {
        return DEPRECATED.contains(runtime) && !overrides.containsKey(runtime);
    }

    /// All names with their images, sorted by name.
    public Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        for (String runtime : BUILT_IN) {
            all.put(runtime, image(runtime).orElseThrow());
        }
        all.putAll(overrides);
        return all;
    }

    /// `python3.12` → `python:3.12`, `nodejs22.x` → `nodejs:22`, `provided.al2023` → `provided:al2023`.
    private static String repository(String runtime) {
        if (runtime.startsWith("provided.")) {
            return "provided:" + runtime.substring("provided.".length());
        }
        int digit = 0;
        while (!Character.isDigit(runtime.charAt(digit))) {
            digit++;
        }
        String version = runtime.substring(digit);
        return runtime.substring(0, digit) + ":"
                + (version.endsWith(".x") ? version.substring(0, version.length() - 2) : version);
    }
}
