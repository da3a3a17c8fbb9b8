package io.tern.api;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a section against the options declared for it. A key may be written as nested sections or with its dots.
/// Everything that is wrong is collected, not the first thing alone. Used once.
public final class SectionReader {

    private final Problems problems;
    private final Map<String, Option<?>> options = new LinkedHashMap<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final Map<String, Integer> firstLines = new LinkedHashMap<>();
    private final Options.Builder values = Options.builder();

    /// Declares what there may be.
    ///
    /// @param declared every option that may be set
    /// @param problems takes what is wrong
    /// @throws IllegalArgumentException if a key is declared twice, or one is a section of another: our bug
    public SectionReader(List<Option<?>> declared, Problems problems) {
        this.problems = problems;
        for (Option<?> option : declared) {
            String key = option.key();
            if (options.put(key, option) != null) {
                throw new IllegalArgumentException(key + " is declared twice");
            }
            for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
                sections.add(key.substring(0, dot));
            }
        }
        for (String section : sections) {
            if (options.containsKey(section)) {
                throw new IllegalArgumentException(section + " is declared as a key and as a section");
            }
        }
    }

    /// Reads the section.
    ///
    /// @param setting what stands there; null for nothing
    /// @return the values given, as far as they are right
    public Options read(Setting setting) {
        if (setting instanceof Setting.Section section) {
            section("", section);
        } else if (setting != null && !setting.isAbsent()) {
            problems.at(setting, "expected keys with values, found " + setting.shape());
        }
        return values.build();
    }

    private void section(String prefix, Setting.Section section) {
        for (Setting.Entry entry : section.entries()) {
            entry(prefix + entry.key(), entry.line(), entry.value());
        }
    }

    private void entry(String key, int line, Setting value) {
        Integer firstLine = firstLines.putIfAbsent(key, line);
        if (firstLine != null) {
            problems.at(line, key + ": given twice, first on line " + firstLine);
        } else if (options.containsKey(key)) {
            value(options.get(key), line, value);
        } else if (!sections.contains(key)) {
            unknown(key, line, value);
        } else if (value instanceof Setting.Section section) {
            section(key + ".", section);
        } else if (!value.isAbsent()) {
            problems.at(line, key + ": is a section, its keys go below it; found " + value.shape());
        }
    }

    private void value(Option<?> option, int line, Setting value) {
        if (value.isAbsent()) {
            problems.at(line, option.key() + ": has no value; leave the key out to get the default");
            return;
        }
        try {
            values.parse(option, value);
        } catch (IllegalArgumentException e) {
            problems.at(line, e.getMessage());
        }
    }

    private void unknown(String key, int line, Setting value) {
        boolean meantAsSection = value instanceof Setting.Section;
        String meant = Nearest.to(key, meantAsSection ? sections : options.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        problems.at(line, key + (meantAsSection ? ": unknown section" : ": unknown key") + meant);
    }
}
