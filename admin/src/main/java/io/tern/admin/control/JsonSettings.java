package io.tern.admin.control;

import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes of JSON what a configuration file would have said, so that the same readers read it.
final class JsonSettings {

    private static final int LINE = 1;

    private JsonSettings() {}

    /// @param json a value as [io.tern.json.Json] reads it
    static Setting of(Object json) {
        return switch (json) {
            case null -> new Setting.Value(LINE, "null", true);
            case Map<?, ?> map -> {
                List<Setting.Entry> entries = new ArrayList<>();
                map.forEach((key, value) -> entries.add(new Setting.Entry(LINE, String.valueOf(key), of(value))));
                yield new Setting.Section(LINE, entries);
            }
            case List<?> list -> {
                List<Setting> items = new ArrayList<>();
                list.forEach(item -> items.add(of(item)));
                yield new Setting.Items(LINE, items);
            }
            default -> new Setting.Value(LINE, json.toString(), false);
        };
    }
}
