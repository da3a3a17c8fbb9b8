package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whoever catches an Error in a broker asks whether the process is lost, throws it on, or gives it to somebody who
/// does one of both: decision 026.
class CatchesTest {

    private static final List<String> ROOMS =
            List.of("api", "engine", "broker", "transport", "store", "auth", "admin", "app");
    private static final Pattern CATCH =
            Pattern.compile("(?m)^( *)\\} catch \\([^)]*\\b(Throwable|Error)\\b[^)]*\\) \\{");
    private static final Pattern PLAN =
            Pattern.compile("LostProcess\\.endIf\\(|\\bthrow |\\b(bug|failed|broken|roundFailed)\\(");
    /// The plan itself.
    private static final String LAST = "LostProcess.java";

    @Test
    void no_error_is_caught_without_a_plan() throws IOException {
        List<String> faults = new ArrayList<>();
        int caught = 0;
        for (String room : ROOMS) {
            try (Stream<Path> files = Files.walk(Tree.root().resolve(room).resolve("src/main/java"))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    Matcher found = CATCH.matcher(text);
                    while (found.find()) {
                        caught++;
                        int end = text.indexOf("\n" + found.group(1) + "}", found.end());
                        String block = text.substring(found.end(), end);
                        if (!PLAN.matcher(block).find() && !file.endsWith(LAST)) {
                            faults.add(file + ": " + found.group().strip() + block);
                        }
                    }
                }
            }
        }
        assertThat(caught).isGreaterThan(40);
        assertThat(faults).isEmpty();
    }
}
