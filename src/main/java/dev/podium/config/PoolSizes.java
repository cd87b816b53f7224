package dev.podium.config;

import java.util.Map;
import java.util.TreeMap;

/// How many spare pods there are to be.
///
/// @param on whether there are any
/// @param sizes runtime to number; empty: one of whatever was used lately
public record PoolSizes(boolean on, Map<String, Integer> sizes) {
    private static final int MOST = 100;

    /// Keeps its own copies.
    public PoolSizes {
        sizes = Map.copyOf(sizes);
    }

    /// Reads `off`, `auto` or `runtime:number` pairs joined by commas.
    static PoolSizes parse(String text) {
        return switch (text) {
            case "off" -> new PoolSizes(false, Map.of());
            case "auto" -> new PoolSizes(true, Map.of());
            default -> new PoolSizes(true, sizes(text));
        };
    }

    private static Map<String, Integer> sizes(String text) {
        Map<String, Integer> sizes = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            String runtime = colon < 0 ? "" : part.substring(0, colon).strip();
            String number = part.substring(colon + 1).strip();
            boolean good = !runtime.isEmpty() && number.matches("[1-9][0-9]{0,2}");
            if (!good || Integer.parseInt(number) > MOST || sizes.put(runtime, Integer.parseInt(number)) != null) {
                throw new IllegalArgumentException(
                        "expected off, auto, or runtime:number pairs joined by commas, such as"
                                + " python3.12:2, each runtime once and each number from 1 to " + MOST);
            }
        }
        return sizes;
    }
}
