package dev.podium.config;

import java.util.Arrays;
import java.util.Collection;

/// Finds the word that somebody who mistyped most likely meant.
final class Nearest {
    private Nearest() {}

    /// Gives the candidate with the fewest single-character edits; of equals, the first by alphabet.
    static String to(String word, Collection<String> candidates) {
        String nearest = "";
        int fewest = Integer.MAX_VALUE;
        for (String candidate : candidates.stream().sorted().toList()) {
            int edits = edits(word, candidate);
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// The Levenshtein distance.
    static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
