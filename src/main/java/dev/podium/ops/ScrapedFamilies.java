package dev.podium.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts the text forms of many servers together into one: each family once, each number with its server's labels.
///
/// A label of theirs that has the name of one of those becomes `exported_<name>`, as Prometheus does it.
/// Families that are called as Podium's own (`podium_…`) are left out, and so is what exceeds the bounds.
final class ScrapedFamilies {
    private static final int MOST_SAMPLES = 50_000;
    private static final int LONGEST_LINE = 8192;
    private static final String OWN = "podium_";
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary");
    private static final Set<String> SUFFIXES = Set.of("", "_total", "_sum", "_count", "_bucket", "_created");
    private static final Pattern COMMENT = Pattern.compile("#\\s*(HELP|TYPE)\\s+([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{(.*)})?\\s*"
            + "(NaN|[+-]?Inf|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(\\s+-?[0-9]+)?\\s*");
    private static final Pattern LABEL =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:,|$)");

    private final Map<String, Family> families = new LinkedHashMap<>();
    private int samples;

    private static final class Family {
        private final String name;
        private final List<String> lines = new ArrayList<>();
        private @Nullable String help;
        private @Nullable String type;

        Family(String name) {
            this.name = name;
        }
    }

    /// Adds what one server showed.
    void add(Scraped page) {
        Family current = null;
        for (String line : page.text().lines().toList()) {
            if (line.isBlank() || line.length() > LONGEST_LINE) {
                continue;
            }
            current = line.startsWith("#") ? comment(line, current) : sample(line, current, page.labels());
        }
    }

    private @Nullable Family comment(String line, @Nullable Family current) {
        Matcher comment = COMMENT.matcher(line);
        if (!comment.matches()) {
            return current;
        }
        Family family = family(comment.group(2));
        String text = comment.group(3);
        if (comment.group(1).equals("HELP")) {
            family.help = family.help == null ? text : family.help;
        } else if (family.type == null) {
            family.type = TYPES.contains(text) ? text : "untyped";
        }
        return family;
    }

    private @Nullable Family sample(String line, @Nullable Family current, Map<String, String> labels) {
        int exemplar = line.indexOf(" # ");
        Matcher sample = SAMPLE.matcher(exemplar < 0 ? line : line.substring(0, exemplar));
        if (!sample.matches() || sample.group(1).startsWith(OWN)) {
            return current;
        }
        String name = sample.group(1);
        String theirs = labels(sample.group(2) == null ? "" : sample.group(2), labels);
        if (theirs == null || samples >= MOST_SAMPLES) {
            return current;
        }
        samples++;
        boolean same = current != null
                && name.startsWith(current.name)
                && SUFFIXES.contains(name.substring(current.name.length()));
        Family family = same && current != null ? current : family(name);
        String time = sample.group(4) == null ? "" : sample.group(4);
        family.lines.add(name + "{" + own(labels) + theirs + "} " + sample.group(3) + time);
        return family;
    }

    private Family family(String name) {
        return families.computeIfAbsent(name, Family::new);
    }

    private static String own(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        labels.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"'));
        return text.toString();
    }

    /// A server's own labels, each after a comma; null when they are none.
    private static @Nullable String labels(String text, Map<String, String> taken) {
        StringBuilder labels = new StringBuilder();
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length() && !text.substring(at).isBlank()) {
            label.region(at, text.length());
            if (!label.lookingAt()) {
                return null;
            }
            String name = label.group(1);
            labels.append(taken.containsKey(name) ? ",exported_" : ",")
                    .append(name)
                    .append("=\"")
                    .append(label.group(2))
                    .append('"');
            at = label.end();
        }
        return labels.toString();
    }

    /// All of it, in Prometheus' text form.
    String text() {
        StringBuilder text = new StringBuilder();
        for (Family family : families.values()) {
            if (family.lines.isEmpty()) {
                continue;
            }
            if (family.help != null) {
                text.append("# HELP ")
                        .append(family.name)
                        .append(' ')
                        .append(family.help)
                        .append('\n');
            }
            text.append("# TYPE ").append(family.name).append(' ');
            text.append(family.type == null ? "untyped" : family.type).append('\n');
            family.lines.forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }
}
