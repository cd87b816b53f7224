package dev.podium.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// How values are written. Each method reads one form and says in its exception what would have been right.
final class Values {
    private Values() {}

    static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    static <E extends Enum<E>> E choice(Class<E> type, String text) {
        List<String> names = new ArrayList<>();
        String wanted = text.equalsIgnoreCase("warn") ? "warning" : text.toLowerCase(Locale.ROOT);
        for (E value : type.getEnumConstants()) {
            String name = value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(wanted)) {
                return value;
            }
            names.add(name);
        }
        throw new IllegalArgumentException("expected one of " + String.join(", ", names));
    }

    /// Reads `500ms`, `90s`, `10m`, `1h`, or a number of seconds.
    static Duration duration(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        try {
            long number = Long.parseLong(text.substring(0, digits));
            return switch (text.substring(digits)) {
                case "ms" -> Duration.ofMillis(number);
                case "", "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> throw new NumberFormatException(text);
            };
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("expected a duration such as 500ms, 90s, 10m, 1h or 0", e);
        }
    }

    /// Reads a number of bytes such as `512MiB`; at least 64 KiB.
    static long size(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        try {
            long number = Long.parseLong(text.substring(0, digits));
            int shift = switch (text.substring(digits)) {
                case "" -> 0;
                case "KiB" -> 10;
                case "MiB" -> 20;
                case "GiB" -> 30;
                default -> throw new NumberFormatException(text);
            };
            if (number >= 64 << 10 >> shift && number > 0 && number <= 1L << 50 >> shift) {
                return number << shift;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("expected a size such as 512MiB, 2GiB or 1048576, at least 64KiB");
    }

    static int number(String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("expected a whole number from " + min + " to " + max);
    }

    static String accountId(String text) {
        return matching(text, "12 digits", t -> t.length() == 12 && only(t, "0123456789"));
    }

    /// Reads a region's name, loosely: there are new ones every year.
    static String region(String text) {
        return matching(
                text,
                "a region such as us-east-1",
                t -> t.indexOf('-') > 0 && !t.endsWith("-") && only(t, "abcdefghijklmnopqrstuvwxyz0123456789-"));
    }

    /// Tells whether there are no other characters; without a regular expression, as this runs at each start.
    private static boolean only(String text, String allowed) {
        for (int i = 0; i < text.length(); i++) {
            if (allowed.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Checks a value that a rule describes.
    static String matching(String text, String rule, Predicate<String> valid) {
        if (!valid.test(text)) {
            throw new IllegalArgumentException("expected " + rule);
        }
        return text;
    }

    /// A namespace, Secret or instance name.
    static String dnsLabel(String text) {
        return matching(
                text,
                "at most 63 lower-case letters, digits and dashes",
                t -> t.length() <= 63 && t.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?"));
    }

    static String image(String text) {
        return matching(
                text,
                "an image name without blanks",
                t -> t.indexOf(' ') < 0 && t.indexOf('\n') < 0 && t.indexOf('\t') < 0);
    }

    /// Reads where a registry is, as it stands in image names; a scheme is dropped.
    static String registry(String text) {
        String plain = text.substring(text.indexOf("://") < 0 ? 0 : text.indexOf("://") + 3);
        return image(plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain);
    }

    /// Reads `http://host[:port]`, or `host[:port]` alone.
    static URI url(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("expected a URL such as http://10.0.0.5:4566");
    }

    /// Reads IP addresses joined by commas; names are not looked up.
    static List<String> addresses(String text) {
        List<String> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                addresses.add(InetAddress.ofLiteral(part.strip()).getHostAddress());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("expected IP addresses joined by commas", e);
            }
        }
        return List.copyOf(addresses);
    }

    /// Reads `id:secret` pairs joined by commas.
    static Map<String, String> accessKeys(String text) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            String id = colon < 0 ? "" : part.substring(0, colon).strip();
            String secret = part.substring(colon + 1).strip();
            if (id.isEmpty() || secret.isEmpty() || keys.put(id, secret) != null) {
                throw new IllegalArgumentException("expected id:secret pairs joined by commas, each id once");
            }
        }
        return keys;
    }

    /// Reads `key=value` pairs joined by commas, or a JSON object of strings.
    static Map<String, String> pairs(String text) {
        if (text.startsWith("{")) {
            Map<String, String> pairs = new LinkedHashMap<>();
            object(text).forEach((key, value) -> {
                if (!(value instanceof String string)) {
                    throw new IllegalArgumentException("expected a JSON object whose values are strings");
                }
                pairs.put(key, string);
            });
            return pairs;
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? "" : part.substring(0, equals).strip();
            if (key.isEmpty() || pairs.put(key, part.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException(
                        "expected key=value pairs joined by commas, each key once, or a JSON object");
            }
        }
        return pairs;
    }

    /// Reads container images by AMI id.
    static Map<String, String> machineImages(String text) {
        Map<String, String> images = pairs(text);
        images.forEach((id, image) -> {
            if (!id.matches("ami-([0-9a-f]{8}|[0-9a-f]{17})") || image.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected ami-<8 or 17 hexadecimal digits>=<container image>, not " + id + "=" + image);
            }
            image(image);
        });
        return images;
    }

    /// Reads `key=value:effect` or `key:effect`, joined by commas, or a JSON array of Kubernetes tolerations.
    static List<Map<String, Object>> tolerations(String text) {
        if (text.startsWith("[")) {
            return json(text, new TypeReference<List<Map<String, Object>>>() {}, "a JSON array of tolerations");
        }
        List<Map<String, Object>> tolerations = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int colon = part.lastIndexOf(':');
            String effect = part.substring(colon + 1).strip();
            String key = colon < 0 ? "" : part.substring(0, colon).strip();
            if (key.isEmpty()
                    || !List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect)) {
                throw new IllegalArgumentException(
                        "expected key=value:effect joined by commas, where the effect is NoSchedule, PreferNoSchedule or"
                                + " NoExecute, or a JSON array");
            }
            int equals = key.indexOf('=');
            tolerations.add(
                    equals < 0
                            ? Map.of("key", key, "operator", "Exists", "effect", effect)
                            : Map.of(
                                    "key",
                                    key.substring(0, equals),
                                    "operator",
                                    "Equal",
                                    "value",
                                    key.substring(equals + 1),
                                    "effect",
                                    effect));
        }
        return tolerations;
    }

    /// Reads a JSON object.
    static Map<String, Object> object(String text) {
        return json(text, new TypeReference<Map<String, Object>>() {}, "a JSON object");
    }

    private static <T> T json(String text, TypeReference<T> type, String expected) {
        try {
            T value = JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readValue(text, type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected " + expected + ": " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("expected " + expected);
    }
}
