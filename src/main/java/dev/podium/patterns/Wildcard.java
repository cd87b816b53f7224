package dev.podium.patterns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Text with `*` for any characters; `\*` and `\\` are those characters themselves.
///
/// @param parts what stands before, between and behind the asterisks
record Wildcard(List<String> parts) {
    /// Reads a wildcard that [#fault] finds nothing wrong with.
    static Wildcard of(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c == '\\' ? text.charAt(++i) : c);
            }
        }
        parts.add(part.toString());
        return new Wildcard(parts);
    }

    /// What is wrong with it, in AWS's words; positions count the quote before the text.
    static Optional<String> fault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c == '*' && next == '*') {
                return Optional.of("Consecutive wildcard characters at pos " + (i + 1));
            }
            if (c == '\\') {
                if (next != '*' && next != '\\') {
                    return Optional.of("Invalid escape character at pos " + (i + 1));
                }
                i++;
            }
        }
        return Optional.empty();
    }

    /// Tells whether a text is of this form; takes no longer than a few searches through it.
    boolean matches(String text) {
        String first = parts.getFirst();
        String last = parts.getLast();
        if (parts.size() == 1) {
            return text.equals(first);
        }
        if (text.length() < first.length() + last.length() || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = text.length() - last.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = text.indexOf(part, at);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            at = found + part.length();
        }
        return true;
    }
}
