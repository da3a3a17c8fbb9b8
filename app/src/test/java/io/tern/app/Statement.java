package io.tern.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A normative statement of a specification: its id, what it says in our words, and why no case or test holds it.
///
/// @param id e.g. `MQTT-3.1.0-1`
/// @param says a short description
/// @param reason why it needs no holder, `client` for what clients have to do; empty if it needs one
record Statement(String id, String says, String reason) {

    /// Reads a list of `src/test/resources/conformance`.
    ///
    /// @param version `5.0` or `3.1.1`
    /// @return by id, in the order of the specification
    static Map<String, Statement> of(String version) throws IOException {
        Path file = Tree.root().resolve("app/src/test/resources/conformance/statements-" + version + ".tsv");
        Map<String, Statement> all = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            List<String> cells = List.of(line.split("\t", -1));
            all.put(cells.get(0), new Statement(cells.get(0), cells.get(1), cells.size() > 2 ? cells.get(2) : ""));
        }
        return all;
    }
}
