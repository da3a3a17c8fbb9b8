package io.tern.auth.work;

import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What sources have come to know, for those that are read after them: tokens that were used, keys that were fetched, a
/// service that is down. Whatever is set as it was before goes on as it was; what is no longer set is forgotten. One
/// for each time that a configuration is read; nothing has changed until it is used. For one thread.
public final class Kept {

    private final Map<List<Object>, Object> before;
    private final Map<List<Object>, Object> now = new HashMap<>();

    /// Of the first configuration of a process.
    public Kept() {
        this.before = Map.of();
    }

    /// Of another one.
    ///
    /// @param last of the one that holds
    public Kept(Kept last) {
        this.before = last.now;
    }

    /// Takes what was there, or makes it.
    ///
    /// @param <T> its type
    /// @param type what it is
    /// @param settings all on which it depends
    /// @param make makes it anew
    /// @return the one from before if all settings are equal
    public <T> T keep(Class<T> type, List<String> settings, Supplier<T> make) {
        List<Object> key = new ArrayList<>(settings);
        key.addFirst(type);
        Object there = now.getOrDefault(key, before.get(key));
        T kept = there == null ? make.get() : type.cast(there);
        now.put(key, kept);
        return kept;
    }

    /// What is set, wherever it stands in its file.
    ///
    /// @param setting any
    /// @return the same for the same settings
    public static String text(Setting setting) {
        return switch (setting) {
            case Setting.Value value -> quoted(value.text()) + (value.absent() ? "-" : "");
            case Setting.Items list ->
                list.items().stream().map(Kept::text).collect(Collectors.joining(",", "[", "]"));
            case Setting.Section section -> section.entries().stream()
                    .map(entry -> quoted(entry.key()) + ":" + text(entry.value()))
                    .sorted()
                    .collect(Collectors.joining(",", "{", "}"));
        };
    }

    private static String quoted(String text) {
        return text.length() + "'" + text + "'";
    }
}
