package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the style that a compiler doesn't: sizes, names, and words that have no place in the tree.
class TidyTest {

    private static final int LINES_MAX = 500;
    private static final int COLUMNS_MAX = 120;

    private static final Pattern BANNED_NAME =
            Pattern.compile("(Manager|Util|Utils|Helper|Impl)\\.java$");
    private static final Pattern BANNED_WORD = Pattern.compile(
            "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled|print" + "StackTrace");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sle" + "ep|TimeUnit\\.[A-Z]+\\.sle" + "ep");
    private static final Pattern DEAD_CODE = Pattern.compile("^\\s*//(?!/).*[;{]\\s*$");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(Tree.root())) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().matches(".*/(target[^/]*|node_modules|\\.git)/.*"))
                    .toList();
        }
    }

    private static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void the_walk_sees_the_tree() throws IOException {
        assertThat(sources()).hasSizeGreaterThan(200);
    }

    @Test
    void files_are_small_and_lines_are_short() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path path : sources()) {
            List<String> lines = lines(path);
            if (lines.size() > LINES_MAX) {
                faults.add(path + ": " + lines.size() + " lines");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > COLUMNS_MAX) {
                    faults.add(path + ":" + (i + 1) + ": " + lines.get(i).length() + " columns");
                }
                if (lines.get(i).indexOf('\t') >= 0) {
                    faults.add(path + ":" + (i + 1) + ": a tab");
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void names_say_what_a_thing_is() throws IOException {
        assertThat(sources()).noneMatch(path -> BANNED_NAME.matcher(path.toString()).find());
    }

    @Test
    void nothing_is_unfinished_or_switched_off_and_no_dead_code_lies_about() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path path : sources()) {
            List<String> lines = lines(path);
            for (int i = 0; i < lines.size(); i++) {
                if (BANNED_WORD.matcher(lines.get(i)).find() || DEAD_CODE.matcher(lines.get(i)).find()) {
                    faults.add(path + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void tests_do_not_sleep() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path path : sources()) {
            if (path.toString().contains("/src/test/")) {
                List<String> lines = lines(path);
                for (int i = 0; i < lines.size(); i++) {
                    if (SLEEP.matcher(lines.get(i)).find()) {
                        faults.add(path + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void every_public_type_of_main_code_says_what_it_is() throws IOException {
        Pattern type = Pattern.compile(
                "^public (sealed |final |abstract |non-sealed )*(class|interface|record|enum|@interface) .*");
        List<String> faults = new ArrayList<>();
        for (Path path : sources()) {
            if (!path.toString().contains("/src/main/")) {
                continue;
            }
            List<String> lines = lines(path);
            for (int i = 0; i < lines.size(); i++) {
                if (type.matcher(lines.get(i)).matches()) {
                    int at = i - 1;
                    while (at >= 0 && !lines.get(at).startsWith("///") && !lines.get(at).isBlank()) {
                        at--; // Annotations stand between.
                    }
                    if (at < 0 || !lines.get(at).startsWith("///")) {
                        faults.add(path + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }
}
