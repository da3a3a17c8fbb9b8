package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the pictures in docs/architecture.md to the arrows that there are, and its tables to what each package says of
/// itself. `-Dtern.write=true` draws them anew, between the lines that mark them; what is written around them stays.
class ArchitecturePageTest {

    private static final String BEGIN = "<!-- drawn by ArchitecturePageTest -->\n";
    private static final String END = "<!-- so far -->\n";
    /// Modules that are drawn package by package.
    private static final List<String> LARGE = List.of("broker", "engine", "store", "transport", "auth", "admin");

    private final JavaClasses tern = RoomsTest.TERN;

    @Test
    void pictures_and_tables_are_as_the_code_is() throws IOException {
        Path page = Tree.root().resolve("docs/architecture.md");
        String written = Files.readString(page);
        String expected = written.substring(0, written.indexOf(BEGIN) + BEGIN.length()) + drawn()
                + written.substring(written.indexOf(END));
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(written).as("run it with -Dtern.write=true").isEqualTo(expected);
    }

    private String drawn() {
        StringBuilder out = new StringBuilder("\n## The modules\n\n");
        picture(out, arrows(tern, ArchitecturePageTest::module));
        for (String module : LARGE) {
            String root = "io.tern." + module;
            List<JavaClass> classes = tern.stream().filter(each -> isIn(each.getPackageName(), root)).toList();
            out.append("\n## Inside ").append(module).append("\n\n");
            picture(out, arrows(classes, name -> isIn(name, root) ? room(name, root) : null));
            out.append("\n| room | what for |\n| --- | --- |\n");
            classes.stream().map(JavaClass::getPackageName).distinct().sorted().forEach(name -> out.append("| `")
                    .append(room(name, root)).append("` | ").append(firstSentence(module, name)).append(" |\n"));
        }
        return out.append('\n').toString();
    }

    private static boolean isIn(String name, String root) {
        return name.equals(root) || name.startsWith(root + '.');
    }

    private static String module(String packageName) {
        boolean drawn = packageName.startsWith("io.tern.") && !isIn(packageName, "io.tern.testpki");
        return drawn ? packageName.split("\\.")[2] : null;
    }

    private static String room(String packageName, String root) {
        int prefix = packageName.equals(root) ? "io.tern.".length() : root.length() + 1;
        return packageName.substring(prefix);
    }

    /// Who knows whom, but for what follows from other arrows.
    ///
    /// @param place of a package; null for one that isn't drawn
    private static Map<String, Set<String>> arrows(Collection<JavaClass> classes, UnaryOperator<String> place) {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass each : classes) {
            String from = place.apply(each.getPackageName());
            if (from == null) {
                continue;
            }
            Set<String> targets = known.computeIfAbsent(from, key -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().forEach(dependency -> {
                String to = place.apply(dependency.getTargetClass().getBaseComponentType().getPackageName());
                if (to != null && !to.equals(from)) {
                    targets.add(to);
                }
            });
        }
        Map<String, Set<String>> drawn = new TreeMap<>();
        known.forEach((from, targets) -> drawn.put(from, targets.stream()
                .filter(to -> targets.stream().noneMatch(over -> !over.equals(to) && reaches(known, over, to)))
                .collect(Collectors.toCollection(TreeSet::new))));
        return drawn;
    }

    private static boolean reaches(Map<String, Set<String>> known, String from, String to) {
        Set<String> seen = new TreeSet<>();
        List<String> next = List.of(from);
        while (!next.isEmpty()) {
            next = next.stream()
                    .flatMap(each -> known.getOrDefault(each, Set.of()).stream())
                    .filter(seen::add)
                    .toList();
        }
        return seen.contains(to);
    }

    private static void picture(StringBuilder out, Map<String, Set<String>> arrows) {
        out.append("```mermaid\ngraph TD\n");
        Set<String> known = arrows.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        arrows.forEach((from, targets) -> {
            if (targets.isEmpty() && !known.contains(from)) {
                out.append("    ").append(from).append('\n');
            }
            targets.forEach(to -> out.append("    ").append(from).append(" --> ").append(to).append('\n'));
        });
        out.append("```\n");
    }

    private static String firstSentence(String module, String packageName) {
        String folder = module + "/src/main/java/" + packageName.replace('.', '/');
        Path file = Tree.root().resolve(folder + "/package-info.java");
        try (Stream<String> lines = Files.lines(file)) {
            String text = lines.takeWhile(line -> line.startsWith("///")).map(line -> line.substring(3).strip())
                    .takeWhile(line -> !line.isEmpty()).collect(Collectors.joining(" "));
            int end = text.indexOf(". ");
            return (end < 0 ? text : text.substring(0, end + 1)).replaceAll("\\[(?:[\\w.]+\\.)?(\\w+)\\]", "`$1`");
        } catch (IOException e) {
            throw new AssertionError(packageName + " doesn't say what it is for", e);
        }
    }
}
