package io.tern.auth.acl;

import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Settings by hand, as a file would give them; each on a line of its own.
final class Yaml {

    private Yaml() {}

    /// @param keysAndValues a key, then what is set for it, in turn: a text, a list or a section
    static Setting.Section section(int line, Object... keysAndValues) {
        List<Setting.Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new Setting.Entry(line, (String) keysAndValues[i], setting(line, keysAndValues[i + 1])));
        }
        return new Setting.Section(line, entries);
    }

    static Setting.Items list(int line, Object... items) {
        return new Setting.Items(line, Arrays.stream(items).map(item -> setting(line, item)).toList());
    }

    private static Setting setting(int line, Object value) {
        return value instanceof Setting setting ? setting : new Setting.Value(line, (String) value, false);
    }
}
