package io.tern.store.archive;

import java.util.ArrayList;
import java.util.List;

/// What is wrong with an archive's content: the first thousand in words, of the others the number.
final class Faults {

    private final List<String> lines = new ArrayList<>();
    private long others;

    void add(String line) {
        if (lines.size() < Losses.NAMED_MAX) {
            lines.add(line);
        } else {
            others++;
        }
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (others > 0) {
            all.add(others + " other faults of this kind");
        }
        return all;
    }
}
