package io.tern.auth;

import io.tern.api.Problems;
import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads a list of sources: each a section with one key that says of what kind it is, and perhaps others that all kinds
/// have.
final class SourceList {

    /// Makes one source.
    ///
    /// @param <T> what it makes
    @FunctionalInterface
    interface Kind<T> {

        /// @param value what stands below the key of its kind
        /// @param item the whole section
        /// @throws IllegalArgumentException saying what is wrong
        T make(Setting value, Setting.Section item);
    }

    private SourceList() {}

    /// Says that a source without settings is wanted: nothing else means it.
    ///
    /// @param expected for messages
    /// @throws IllegalArgumentException if it is not `true`
    static void checkTrue(Setting value, String expected) {
        if (!(value instanceof Setting.Value word && word.text().equals("true"))) {
            throw new IllegalArgumentException("expected " + expected + ", found "
                    + (value instanceof Setting.Value word ? word.text() : value.shape()));
        }
    }

    /// @param key of the list, for messages
    /// @param common keys that may stand beside that of the kind
    static <T> List<T> read(
            String key, Setting setting, Map<String, Kind<T>> kinds, List<String> common, Problems problems) {
        List<T> sources = new ArrayList<>();
        if (!(setting instanceof Setting.Items list)) {
            problems.at(setting, key + ": expected a list, found " + setting.shape());
            return sources;
        }
        String known = String.join(", ", kinds.keySet().stream().sorted().toList());
        for (Setting each : list.items()) {
            if (!(each instanceof Setting.Section item)) {
                problems.at(each, key + ": expected one of " + known + " with its settings, found " + each.shape());
                continue;
            }
            for (String shared : common) {
                if (item.entries().stream().filter(entry -> entry.key().equals(shared)).count() > 1) {
                    problems.at(item.line(), key + ": " + shared + " is given twice");
                }
            }
            List<Setting.Entry> own =
                    item.entries().stream().filter(entry -> !common.contains(entry.key())).toList();
            if (own.size() != 1 || !kinds.containsKey(own.getFirst().key())) {
                Setting.Entry wrong = own.stream()
                        .filter(entry -> !kinds.containsKey(entry.key()))
                        .findFirst()
                        .orElse(null);
                problems.at(
                        wrong == null ? item.line() : wrong.line(),
                        wrong == null
                                ? key + ": each item has exactly one of " + known
                                : key + ": " + wrong.key() + " is none of " + known);
                continue;
            }
            Setting.Entry entry = own.getFirst();
            try {
                sources.add(kinds.get(entry.key()).make(entry.value(), item));
            } catch (IllegalArgumentException e) {
                problems.at(entry.line(), key + "." + entry.key() + ": " + e.getMessage());
            }
        }
        return sources;
    }
}
