package dev.podium.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A JSON path of the kind that EventBridge takes: `$.detail.items[0].name`.
///
/// @see <a
/// href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html">Input
/// transformation</a>
final class EventPath {
    private static final Pattern WHOLE = Pattern.compile("\\$(\\.[^.\\[\\]]+|\\[[0-9]{1,6}\\]|\\['[^']+'\\])*");
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\[([0-9]+)\\]|\\['([^']+)'\\]");

    private EventPath() {}

    static boolean isPath(String text) {
        return WHOLE.matcher(text).matches();
    }

    /// What a path leads to; missing when there is nothing.
    static JsonNode of(JsonNode event, String path) {
        if (!isPath(path)) {
            return MissingNode.getInstance();
        }
        JsonNode node = event;
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            String index = step.group(2);
            node = index != null
                    ? node.path(Integer.parseInt(index))
                    : node.path(step.group(1) != null ? step.group(1) : step.group(3));
        }
        return node;
    }
}
