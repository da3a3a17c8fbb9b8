package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads scripts. Their language is described in the head of `conformance/connect.txt`.
public final class Script {

    private static final String FOLDER = "/conformance/";
    private static final Pattern STEP =
            Pattern.compile("(?:\\[([0-9 ]+)] *)?(\\w*)(>\\+|>1|>|<~|<|wait)(?: +(.*))?");
    private static final Pattern STATEMENTS = Pattern.compile("(311|5): *(.*)");

    private final String file;
    private final List<ConformanceCase> cases = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private Draft draft;

    /// A case while its lines are read.
    private static final class Draft {
        String name;
        Set<MqttVersion> versions = EnumSet.allOf(MqttVersion.class);
        final Map<MqttVersion, List<String>> statements = new EnumMap<>(MqttVersion.class);
        final Set<Ability> needs = EnumSet.noneOf(Ability.class);
        final Map<String, String> options = new LinkedHashMap<>();
        final List<Step> steps = new ArrayList<>();
    }

    private Script(String file) {
        this.file = file;
    }

    /// The cases of all scripts that come with Tern.
    ///
    /// @return by file, in the order of the files
    public static List<ConformanceCase> all() {
        List<ConformanceCase> all = new ArrayList<>();
        text("files.txt").lines().filter(line -> !line.isBlank()).forEach(file -> all.addAll(parse(
                file, text(file + ".txt"))));
        return all;
    }

    private static String text(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(FOLDER + resource)) {
            if (in == null) {
                throw new IllegalStateException("no script " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads one script.
    ///
    /// @param file its name, for messages
    /// @param text its lines
    /// @return its cases
    /// @throws IllegalArgumentException naming file and line, if a line means nothing
    public static List<ConformanceCase> parse(String file, String text) {
        Script script = new Script(file);
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                script.line(number, line.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ":" + number + ": " + e.getMessage(), e);
            }
        }
        script.finish();
        return script.cases;
    }

    private void line(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("== ")) {
            finish();
            draft = new Draft();
            draft.name = line.substring(3).strip();
            if (!names.add(draft.name)) {
                throw new IllegalArgumentException("a second case with this name");
            }
            return;
        }
        if (draft == null) {
            throw new IllegalArgumentException("a line before the first case");
        }
        Matcher statements = STATEMENTS.matcher(line);
        if (statements.matches()) {
            draft.statements.put(version(statements.group(1)), List.of(statements.group(2).split(" +")));
        } else if (line.startsWith("in ")) {
            draft.versions = versions(line.substring(3));
        } else if (line.startsWith("needs ")) {
            for (String word : line.substring(6).split(" +")) {
                draft.needs.add(Ability.valueOf(word.toUpperCase(Locale.ROOT)));
            }
        } else if (line.startsWith("with ")) {
            int at = line.indexOf('=');
            draft.options.put(line.substring(5, at).strip(), line.substring(at + 1).strip());
        } else {
            draft.steps.add(step(number, line));
        }
    }

    private static Step step(int number, String line) {
        Matcher step = STEP.matcher(line);
        if (!step.matches()) {
            throw new IllegalArgumentException("not understood: " + line);
        }
        String words = step.group(4) == null ? "" : step.group(4).strip();
        Step.Act act = switch (step.group(3)) {
            case ">" -> words.equals("close") ? Step.Act.CLOSE : Step.Act.SEND;
            case ">+" -> Step.Act.SEND_WITH_NEXT;
            case ">1" -> Step.Act.SEND_BYTEWISE;
            case "<" -> Step.Act.EXPECT;
            case "<~" -> Step.Act.EXPECT_ANY_ORDER;
            default -> Step.Act.WAIT;
        };
        Set<MqttVersion> versions =
                step.group(1) == null ? EnumSet.allOf(MqttVersion.class) : versions(step.group(1).strip());
        String connection = step.group(2).isEmpty() ? "a" : step.group(2);
        return new Step(number, Collections.unmodifiableSet(versions), connection, act, words);
    }

    private static Set<MqttVersion> versions(String words) {
        Set<MqttVersion> versions = EnumSet.noneOf(MqttVersion.class);
        for (String word : words.split(" +")) {
            if (word.equals("3")) {
                versions.add(MqttVersion.V3_1);
                versions.add(MqttVersion.V3_1_1);
            } else {
                versions.add(version(word));
            }
        }
        return versions;
    }

    private static MqttVersion version(String word) {
        return switch (word) {
            case "31" -> MqttVersion.V3_1;
            case "311" -> MqttVersion.V3_1_1;
            case "5" -> MqttVersion.V5;
            default -> throw new IllegalArgumentException("no version: " + word);
        };
    }

    private void finish() {
        if (draft != null) {
            cases.add(new ConformanceCase(
                    file,
                    draft.name,
                    Collections.unmodifiableSet(draft.versions),
                    draft.statements,
                    Collections.unmodifiableSet(draft.needs),
                    draft.options,
                    List.copyOf(draft.steps)));
            draft = null;
        }
    }
}
