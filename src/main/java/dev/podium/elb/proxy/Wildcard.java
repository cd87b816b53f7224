package dev.podium.elb.proxy;

import java.util.Locale;

/// A text with `*` for any characters and `?` for exactly one; a backslash before either takes
/// its meaning.
final class Wildcard {
    private static final char ANY = '\uE000';
    private static final char ONE = '\uE001';

    private final String pattern; // wildcards as characters that no request can hold
    private final boolean caseMatters;

    private Wildcard(String pattern, boolean caseMatters) {
        this.pattern = pattern;
        this.caseMatters = caseMatters;
    }

    static Wildcard of(String text, boolean caseMatters) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && "*?\\".indexOf(text.charAt(i + 1)) >= 0) {
                pattern.append(text.charAt(++i));
            } else {
                pattern.append(c == '*' ? ANY : c == '?' ? ONE : c);
            }
        }
        String whole = pattern.toString();
        return new Wildcard(caseMatters ? whole : whole.toLowerCase(Locale.ROOT), caseMatters);
    }

    /// Tells whether the whole text matches; takes at most the product of both lengths.
    boolean matches(String raw) {
        String text = caseMatters ? raw : raw.toLowerCase(Locale.ROOT);
        int at = 0;
        int p = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (p < pattern.length() && (pattern.charAt(p) == ONE || pattern.charAt(p) == text.charAt(at))) {
                at++;
                p++;
            } else if (p < pattern.length() && pattern.charAt(p) == ANY) {
                star = p++;
                resume = at;
            } else if (star >= 0) {
                p = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == ANY) {
            p++;
        }
        return p == pattern.length();
    }
}
