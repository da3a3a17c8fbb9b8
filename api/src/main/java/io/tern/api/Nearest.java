package io.tern.api;

import java.util.Collection;
import java.util.Optional;

/// Guesses which word was meant by one that doesn't exist.
final class Nearest {

    private Nearest() {}

    /// The word with the fewest letters wrong, missing, added or swapped: at most three, and at most a quarter of it.
    /// If none is that near, the only word that ends like it after the last dot.
    static Optional<String> to(String wrong, Collection<String> words) {
        String best = null;
        int bestDistance = Math.max(1, Math.min(3, wrong.length() / 4)) + 1;
        for (String word : words) {
            int distance = distance(wrong, word);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        return best != null ? Optional.of(best) : onlyOneEndingLike(wrong, words);
    }

    private static Optional<String> onlyOneEndingLike(String wrong, Collection<String> words) {
        String ending = "." + wrong.substring(wrong.lastIndexOf('.') + 1);
        String found = null;
        for (String word : words) {
            if (("." + word).endsWith(ending)) {
                if (found != null) {
                    return Optional.empty();
                }
                found = word;
            }
        }
        return Optional.ofNullable(found);
    }

    /// Row by row over the table of all prefixes; three rows are enough, as a swap looks back two.
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
