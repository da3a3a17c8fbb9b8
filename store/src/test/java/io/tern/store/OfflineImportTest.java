package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An import is whole or leaves nothing.
class OfflineImportTest {

    private static final String EXPORTED = """
            {"tern_export":{"format":5,"written_by":"a test"}}
            {"session":{"epoch":3,"client_id":"c","owner":{"user_name":"ann"},"expiry_seconds":60}}
            {"subscription":{"epoch":3,"filter":"a/#","options":1,"identifier":0}}
            {"end":{"lines":3,"highest_epoch":3,"highest_id":0,"highest_retained":0}}
            """;

    @TempDir
    private Path home;

    private void read(Path folder, String lines) throws IOException {
        OfflineImport.into(folder, "a test", new BufferedReader(new StringReader(lines)));
    }

    private static String export(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (OfflineStore store = new OfflineStore(folder, "a test")) {
            store.export(lines);
        }
        return lines.toString();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.map(path -> home.relativize(path).toString()).sorted().toList();
        }
    }

    @Test
    void what_was_exported_is_there_in_a_folder_that_was_not() throws IOException {
        Path folder = home.resolve("new/data");
        read(folder, EXPORTED);

        assertThat(export(folder)).isEqualTo(EXPORTED);
        assertThat(export(folder)).as("opened once more").isEqualTo(EXPORTED);
        assertThat(folder.resolve("import")).doesNotExist();
    }

    @Test
    void a_wrong_line_leaves_nothing() throws IOException {
        Path folder = home.resolve("new/data");
        List<String> before = files();

        assertThatThrownBy(() -> read(folder, EXPORTED.replace("a/#", "a/\\q"))).hasMessageContaining("line 3");
        assertThat(files()).isEqualTo(before);

        Files.createDirectories(folder);
        Files.writeString(folder.resolve("mine"), "not yours");
        List<String> mine = files();
        assertThatThrownBy(() -> read(folder, EXPORTED.replace("\"lines\":3", "\"lines\":4")))
                .hasMessageContaining("line 4");
        assertThat(files()).isEqualTo(mine);

        read(folder, EXPORTED);
        assertThat(export(folder)).isEqualTo(EXPORTED);
        assertThat(folder.resolve("mine")).exists();
    }

    @Test
    void a_store_that_holds_something_stays_as_it_is() throws IOException {
        read(home, EXPORTED);
        String other = EXPORTED.replace("a/#", "b");

        assertThatThrownBy(() -> read(home, other)).isInstanceOf(IOException.class).hasMessageContaining("not empty");

        assertThat(export(home)).isEqualTo(EXPORTED);
    }

    @Test
    void a_store_that_was_only_opened_counts_as_new_also_after_an_import_that_was_killed() throws IOException {
        export(home);
        Files.createDirectories(home.resolve("import"));
        Files.writeString(home.resolve("import/CURRENT"), "half of something");
        List<String> wrong = EXPORTED.lines().limit(2).toList();

        assertThatThrownBy(() -> read(home, String.join("\n", wrong))).hasMessageContaining("cut off");
        assertThat(export(home)).doesNotContain("\"c\"");

        read(home, EXPORTED);
        assertThat(export(home)).isEqualTo(EXPORTED);
    }

    /// What a start would pay for later: nothing of it is taken in, and the line is named.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "3 | \"filter\":\"a/#\" | \"filter\":\"a/#/b\"",
        "3 | \"options\":1 | \"options\":3",
        "3 | \"options\":1 | \"options\":48",
        "3 | \"options\":1 | \"options\":64",
        "2 | \"expiry_seconds\":60 | \"expiry_seconds\":4294967296",
        "2 | \"epoch\":3 | \"epoch\":0",
        "3 | \"filter\":\"a/#\" | \"filter\":\"a/#\",\"filter\":\"b\"",
        "4 | \"highest_epoch\":3 | \"highest_epoch\":2",
    })
    void what_makes_no_sense_is_refused_with_its_line(int line, String right, String wrong) {
        String lines = EXPORTED.contains(right) ? EXPORTED.replace(right, wrong) : null;
        assertThat(lines).as(EXPORTED).isNotNull();
        assertThatThrownBy(() -> read(home.resolve("new"), lines)).hasMessageContaining("line " + line);
        assertThat(home.resolve("new")).doesNotExist();
    }

    @Test
    void two_sessions_of_one_client_are_refused() {
        String second = EXPORTED.lines().skip(1).findFirst().orElseThrow().replace("\"epoch\":3", "\"epoch\":2");
        String lines = EXPORTED.replaceFirst("(?m)^(\\{\"subscription.*)$", "$1\n" + Matcher.quoteReplacement(second));
        assertThatThrownBy(() -> read(home.resolve("new"), lines))
                .hasMessageContaining("line 4: there are two sessions");
    }
}
