package io.tern.cli.conformance;

import java.util.HashMap;
import java.util.Map;

/// What the words of one running case stand for: `@` for a text that no other case uses, `$name` for what was captured.
final class Names {

    private final String unique;
    private final Map<String, String> captured = new HashMap<>();

    Names(String unique) {
        this.unique = unique;
    }

    String unique() {
        return unique;
    }

    /// @return null if nothing was captured under this name
    String captured(String name) {
        return captured.get(name);
    }

    void capture(String name, String value) {
        captured.put(name, value);
    }
}
