package dev.podium.kube.embedded;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;

/// A Kubernetes resource quantity, such as `128Mi`, `1.5G` or `500m`.
///
/// @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
final class Quantity {
    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("", BigDecimal.ONE),
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("k", BigDecimal.valueOf(1000)),
            Map.entry("M", BigDecimal.valueOf(1000).pow(2)),
            Map.entry("G", BigDecimal.valueOf(1000).pow(3)),
            Map.entry("T", BigDecimal.valueOf(1000).pow(4)),
            Map.entry("P", BigDecimal.valueOf(1000).pow(5)),
            Map.entry("Ki", BigDecimal.valueOf(1024)),
            Map.entry("Mi", BigDecimal.valueOf(1024).pow(2)),
            Map.entry("Gi", BigDecimal.valueOf(1024).pow(3)),
            Map.entry("Ti", BigDecimal.valueOf(1024).pow(4)),
            Map.entry("Pi", BigDecimal.valueOf(1024).pow(5)));

    private Quantity() {}

    /// Reads a quantity, rounded up to a whole number; empty when it is malformed.
    static OptionalLong parse(String text) {
        int end = text.length();
        while (end > 0 && Character.isLetter(text.charAt(end - 1)) && !exponent(text, end - 1)) {
            end--;
        }
        BigDecimal factor = SUFFIXES.get(text.substring(end));
        if (factor == null || end == 0) {
            return OptionalLong.empty();
        }
        try {
            BigDecimal value = new BigDecimal(text.substring(0, end)).multiply(factor);
            return OptionalLong.of(value.setScale(0, RoundingMode.CEILING).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /// Whether an `e` or `E` at this place is followed by digits, as in `1e9`.
    private static boolean exponent(String text, int at) {
        return (text.charAt(at) == 'e' || text.charAt(at) == 'E') && at + 1 < text.length();
    }
}
