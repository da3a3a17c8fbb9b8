package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.cli.conformance.ConformanceCase;
import io.tern.cli.conformance.Script;
import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds docs/conformance.md to the scripts and tests there are: each statement of both specifications is held by
/// one, or has a reason. `-Dtern.write=true` writes the page anew.
class ConformancePageTest {

    private static final String HEAD = """
            # Conformance

            Every normative statement of MQTT 5.0 and of MQTT 3.1.1 by its id, what it asks for in our words, and what
            holds Tern to it: cases of the scripts in `cli/src/main/resources/conformance`, by file and count, and Java
            tests that name the statement with `@Spec`. `client` marks what a client has to do; a server's answer to a
            client that doesn't is held where it is named.

            The scripts run in memory, over TCP and over WebSocket with each build, and against any broker with
            `tern probe --conformance HOST:PORT`; `--only ID` runs the cases of one statement. This page is generated;
            `./mvnw -pl app -am test -Dtest=ConformancePageTest -Dtern.write=true` writes it anew.

            """;

    private final Map<String, List<String>> tests = SpecTests.byStatement();
    private final List<ConformanceCase> cases = Script.all();
    private final Map<String, Statement> of5 = Statement.of("5.0");
    private final Map<String, Statement> of311 = Statement.of("3.1.1");

    ConformancePageTest() throws IOException {}

    @Test
    void the_lists_are_whole() {
        assertThat(of5).hasSize(251);
        assertThat(of311).hasSize(140);
        assertThat(tests).hasSizeGreaterThan(20);
    }

    @Test
    void a_statement_is_held_or_has_a_reason() {
        List<String> faults = new ArrayList<>();
        faults.addAll(unheld(of5, MqttVersion.V5, ""));
        faults.addAll(unheld(of311, MqttVersion.V3_1_1, "3.1.1:"));
        assertThat(faults).isEmpty();
    }

    private List<String> unheld(Map<String, Statement> statements, MqttVersion version, String prefix) {
        return statements.values().stream()
                .filter(each -> each.reason().isEmpty())
                .filter(each -> scripts(each.id(), version).isEmpty() && !tests.containsKey(prefix + each.id()))
                .map(each -> prefix + each.id() + " " + each.says())
                .toList();
    }

    @Test
    void nothing_names_an_unknown_statement() {
        List<String> faults = new ArrayList<>();
        for (ConformanceCase each : cases) {
            each.statements().forEach((version, ids) -> ids.stream()
                    .filter(id -> !(version == MqttVersion.V5 ? of5 : of311).containsKey(id))
                    .forEach(id -> faults.add(each + ": " + id)));
        }
        tests.forEach((id, names) -> {
            boolean old = id.startsWith("3.1.1:");
            if (!(old ? of311.containsKey(id.substring(6)) : of5.containsKey(id))) {
                faults.add(names + ": " + id);
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void a_case_holds_statements_of_versions_it_runs_in() {
        assertThat(cases).allSatisfy(each ->
                assertThat(each.versions()).as(each.toString()).containsAll(each.statements().keySet()));
    }

    @Test
    void the_page_says_what_there_is() throws IOException {
        Path page = Tree.root().resolve("docs/conformance.md");
        String expected = HEAD + "## MQTT 5.0\n\n" + table(of5, MqttVersion.V5, "") + "\n## MQTT 3.1.1\n\n"
                + table(of311, MqttVersion.V3_1_1, "3.1.1:");
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
    }

    private String table(Map<String, Statement> statements, MqttVersion version, String prefix) {
        StringBuilder table = new StringBuilder("| statement | what it asks for | held by |\n| --- | --- | --- |\n");
        for (Statement each : statements.values()) {
            List<String> holders = new ArrayList<>();
            if (!each.reason().isEmpty()) {
                holders.add(each.reason());
            }
            scripts(each.id(), version).forEach((file, count) -> holders.add("`" + file + "` " + count));
            tests.getOrDefault(prefix + each.id(), List.of()).forEach(test -> holders.add("`" + test + "`"));
            table.append("| ").append(each.id()).append(" | ").append(each.says()).append(" | ")
                    .append(String.join(", ", holders)).append(" |\n");
        }
        return table.toString();
    }

    private Map<String, Integer> scripts(String id, MqttVersion version) {
        Map<String, Integer> files = new LinkedHashMap<>();
        cases.stream()
                .filter(each -> each.statements().getOrDefault(version, List.of()).contains(id))
                .forEach(each -> files.merge(each.file(), 1, Integer::sum));
        return files;
    }
}
