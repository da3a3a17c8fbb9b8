package io.tern.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The Java tests of all rooms that name statements with `@Spec`, found in their sources.
final class SpecTests {

    private static final Pattern SPEC = Pattern.compile(
            "@Spec\\(\\s*(\\{[^}]*\\}|\"[^\"]*\")\\s*\\)(?:\\s*@\\w+(?:\\([^)]*\\))?)*\\s*"
                    + "(?:(?:public|static|final|abstract) )*(?:(class) (\\w+)|[\\w<>\\[\\], .?]+? (\\w+)\\()");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    private SpecTests() {}

    /// Finds them.
    ///
    /// @return tests by statement, an id of 3.1.1 with `3.1.1:` in front
    static Map<String, List<String>> byStatement() throws IOException {
        Map<String, List<String>> tests = new TreeMap<>();
        List<Path> sources;
        try (Stream<Path> all = Files.walk(Tree.root())) {
            sources = all.filter(path -> path.toString().matches(".*/src/test/java/.*\\.java"))
                    .filter(path -> !path.toString().matches(".*/(target[^/]*|\\.git)/.*"))
                    .sorted()
                    .toList();
        }
        for (Path source : sources) {
            String name = source.getFileName().toString().replace(".java", "");
            Matcher spec = SPEC.matcher(Files.readString(source));
            while (spec.find()) {
                String test = name;
                Matcher id = QUOTED.matcher(spec.group(1));
                while (id.find()) {
                    List<String> of = tests.computeIfAbsent(id.group(1), key -> new ArrayList<>());
                    if (!of.contains(test)) {
                        of.add(test);
                    }
                }
            }
        }
        return tests;
    }
}
