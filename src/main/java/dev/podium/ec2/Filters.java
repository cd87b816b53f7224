package dev.podium.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What one operation can filter by: names of filters, and where their values stand in a resource as the API shows
/// it. `tag:<key>` and `tag-key` are known everywhere.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html">Filtering</a>
final class Filters {
    private static final int MOST = 200;

    private final Map<String, String> paths = new HashMap<>();
    private final String tags;

    private Filters(String tags) {
        this.tags = tags;
    }

    /// A table of filters.
    ///
    /// @param rows `name path`, the path with dots; lists on the way are walked through. A path that leads nowhere
    ///     makes a filter that fits nothing
    static Filters of(String... rows) {
        return of("tags", rows);
    }

    /// The same where tags have another member.
    static Filters withTags(String member, String... rows) {
        return of(member, rows);
    }

    private static Filters of(String tags, String[] rows) {
        Filters filters = new Filters(tags);
        for (String row : rows) {
            for (String line : row.strip().split("\\s*\\R\\s*", -1)) {
                String[] words = line.split(" +", -1);
                filters.paths.put(words[0], words[1]);
            }
        }
        return filters;
    }

    /// The condition that all filters of a request make together.
    ///
    /// @param filters as in the model
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterValue for a filter that isn't known
    Predicate<JsonNode> condition(JsonNode filters) {
        Predicate<JsonNode> all = resource -> true;
        for (JsonNode filter : filters) {
            List<String> values = Listing.texts(filter.path("Values"));
            if (values.size() > MOST) {
                throw Ec2Error.coded(
                        "FilterLimitExceeded",
                        "The maximum number of filter values specified on a single call is " + MOST);
            }
            all = all.and(one(filter.path("Name").asText(), values));
        }
        return all;
    }

    private Predicate<JsonNode> one(String name, List<String> values) {
        Predicate<String> wanted = values.stream().map(Filters::glob).reduce(text -> false, Predicate::or);
        if (name.startsWith("tag:")) {
            String key = name.substring(4);
            return resource -> {
                for (JsonNode tag : resource.path(tags)) {
                    if (tag.path("key").asText().equals(key)
                            && wanted.test(tag.path("value").asText())) {
                        return true;
                    }
                }
                return false;
            };
        }
        String path = switch (name) {
            case "tag-key" -> tags + ".key";
            case "tag-value" -> tags + ".value";
            default -> paths.get(name);
        };
        if (path == null) {
            throw Ec2Error.invalid("The filter '" + name + "' is invalid");
        }
        String[] steps = path.split("\\.", -1);
        return resource -> {
            List<String> found = new ArrayList<>();
            collect(resource, steps, 0, found);
            return found.stream().anyMatch(wanted);
        };
    }

    private static void collect(JsonNode node, String[] steps, int at, List<String> found) {
        if (node.isArray()) {
            node.forEach(item -> collect(item, steps, at, found));
        } else if (at < steps.length) {
            JsonNode next = node.get(steps[at]);
            if (next != null) {
                collect(next, steps, at + 1, found);
            }
        } else if (node.isValueNode() && !node.isNull()) {
            found.add(node.asText());
        }
    }

    /// `*` is any text, `?` any character, a backslash takes the next one literally.
    static Predicate<String> glob(String pattern) {
        if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0 && pattern.indexOf('\\') < 0) {
            return pattern::equals;
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '\\' -> {
                    if (i + 1 < pattern.length()) {
                        i++;
                    }
                    regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
    }
}
