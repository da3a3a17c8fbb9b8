package io.tern.api;

import java.util.List;

/// A configuration that can't be used. Its message is for the operator: a line for each problem, with file, line and
/// key.
public final class ConfigException extends Exception {

    private final List<String> problems;

    /// Says what is wrong.
    ///
    /// @param problems one line each, in the order of the file; never empty
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /// All that is wrong, in the order of the file.
    ///
    /// @return one line each, such as `tern.yaml:7: listeners.mqtt.prot: unknown key`; never empty
    public List<String> problems() {
        return problems;
    }
}
