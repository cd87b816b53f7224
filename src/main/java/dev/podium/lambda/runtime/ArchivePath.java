package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Paths of entries inside of an archive's folder.
final class ArchivePath {
    private static final int MAX_SEGMENT = 255;
    private static final int MAX_PATH = 3_800;
    private static final int MAX_LINKS = 40;

    private ArchivePath() {}

    /// The path relative to the folder, without empty segments and dots; empty for the folder itself.
    ///
    /// @return nothing if the path leads out of the folder or can't be a file's name
    static Optional<String> normal(String name) {
        if (name.startsWith("/") || name.indexOf('\0') >= 0 || name.length() > MAX_PATH) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..") || segment.getBytes(UTF_8).length > MAX_SEGMENT) {
                return Optional.empty();
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return Optional.of(String.join("/", segments));
    }

    /// Tells whether a link stays within the folder, the archive's other links taken into account. Absolute
    /// links may lead to `/var/task` and `/opt`.
    ///
    /// @param links targets by path
    static boolean stays(String path, String target, Map<String, String> links) {
        if (target.isEmpty() || target.indexOf('\0') >= 0 || target.length() > MAX_PATH) {
            return false;
        }
        Deque<String> here = new ArrayDeque<>(List.of(path.split("/", -1)));
        here.removeLast();
        Deque<String> left = new ArrayDeque<>();
        if (!push(target, here, left)) {
            return target.startsWith("/opt/") && !List.of(target.split("/", -1)).contains("..");
        }
        int followed = 0;
        while (!left.isEmpty()) {
            String segment = left.removeFirst();
            if (segment.equals("..")) {
                if (here.pollLast() == null) {
                    return false;
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                here.addLast(segment);
                String next = links.get(String.join("/", here));
                if (next != null) {
                    here.removeLast();
                    if (++followed > MAX_LINKS || !push(next, here, left)) {
                        return followed <= MAX_LINKS && next.startsWith("/opt/");
                    }
                }
            }
        }
        return true;
    }

    private static boolean push(String target, Deque<String> here, Deque<String> left) {
        String rest = target;
        if (target.startsWith("/")) {
            if (!target.startsWith("/var/task/") && !target.equals("/var/task")) {
                return false;
            }
            here.clear();
            rest = target.substring("/var/task".length());
        }
        List<String> segments = List.of(rest.split("/", -1));
        for (int i = segments.size() - 1; i >= 0; i--) {
            left.addFirst(segments.get(i));
        }
        return true;
    }
}
