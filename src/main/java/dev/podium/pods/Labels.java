package dev.podium.pods;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// Label keys of Podium's pods, and the rules for their names and values.
///
/// @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels</a>
public final class Labels {
    /// Always `podium`.
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    /// The Podium instance that owns the pod; no other instance touches it.
    public static final String INSTANCE = "podium.dev/instance";
    /// The AWS service the pod belongs to: `lambda`, `ec2` or `ecs`.
    public static final String SERVICE = "podium.dev/service";
    /// The function's name, made fit for a label.
    public static final String FUNCTION = "podium.dev/function";
    /// The id of the ECS task.
    public static final String TASK = "podium.dev/task";
    /// Hex fingerprint of code and configuration.
    public static final String DEPLOY = "podium.dev/deploy";

    /// Of a pod that was made without a function: hex fingerprint of everything in its spec.
    public static final String POOL = "podium.dev/pool";

    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME_STEM = 40;
    private static final char[] SUFFIX = "bcdfghjklmnpqrstvwxz2456789".toCharArray();

    private Labels() {}

    /// Makes any text a legal label value: at most 63 of `[A-Za-z0-9._-]`, beginning and ending with a letter or
    /// digit.
    public static String value(String text) {
        return trimmed(text.replaceAll("[^A-Za-z0-9._-]", "-"), MAX_LABEL);
    }

    /// A new pod name `podium-<kind>-<sanitized name>-<random>`, never deterministic, at most 63 characters.
    public static String podName(String kind, String name) {
        String stem = trimmed(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-"), MAX_NAME_STEM);
        StringBuilder out = new StringBuilder("podium-")
                .append(kind)
                .append('-')
                .append(stem.isEmpty() ? "x" : stem)
                .append('-');
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < 8; i++) {
            out.append(SUFFIX[random.nextInt(SUFFIX.length)]);
        }
        return out.toString();
    }

    private static String trimmed(String text, int max) {
        int from = 0;
        int to = Math.min(text.length(), max);
        while (from < to && !Character.isLetterOrDigit(text.charAt(from))) {
            from++;
        }
        while (to > from && !Character.isLetterOrDigit(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }
}
