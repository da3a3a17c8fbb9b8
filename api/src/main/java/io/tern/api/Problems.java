package io.tern.api;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with one file, so that all of it is said at once. For one thread.
public final class Problems {

    private final String file;
    private final List<String> lines = new ArrayList<>();

    /// Begins with none.
    ///
    /// @param file what messages call it
    public Problems(String file) {
        this.file = file;
    }

    /// Adds one.
    ///
    /// @param line of the file, from 1 on
    /// @param text what is wrong there, beginning with the key
    public void at(int line, String text) {
        lines.add(file + ":" + line + ": " + text);
    }

    /// Adds one.
    ///
    /// @param setting where
    /// @param text what is wrong there, beginning with the key
    public void at(Setting setting, String text) {
        at(setting.line(), text);
    }

    /// Says whether there are none.
    ///
    /// @return true if nothing was added
    public boolean none() {
        return lines.isEmpty();
    }

    /// Ends collecting.
    ///
    /// @throws ConfigException with all of them, if there are any
    public void check() throws ConfigException {
        if (!lines.isEmpty()) {
            throw new ConfigException(lines);
        }
    }

    /// What messages call the file.
    ///
    /// @return as given
    public String file() {
        return file;
    }
}
