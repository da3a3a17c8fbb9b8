package io.tern.admin;

import io.tern.api.Problems;
import io.tern.api.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Finds the names that an operator gave to sections of one kind, such as listeners, so that the keys of each can be
/// declared before the file is read against them.
public final class SectionNames {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final String prefix;
    private final Problems problems;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private SectionNames(String prefix, Problems problems) {
        this.prefix = prefix;
        this.problems = problems;
    }

    /// The names right below a section, be it written nested or with dots.
    ///
    /// @param root what stands in the file; null for nothing
    /// @param section such as `listeners`
    /// @param problems takes names that can't be part of a key
    /// @return name -> line where it stands first, in the order of the file
    public static Map<String, Integer> below(Setting root, String section, Problems problems) {
        SectionNames names = new SectionNames(section + ".", problems);
        names.collect("", root);
        return names.lines;
    }

    private void collect(String before, Setting setting) {
        if (!(setting instanceof Setting.Section section)) {
            return;
        }
        for (Setting.Entry entry : section.entries()) {
            String key = before + entry.key();
            if (key.startsWith(prefix)) {
                String rest = key.substring(prefix.length());
                int dot = rest.indexOf('.');
                add(entry.line(), dot < 0 ? rest : rest.substring(0, dot));
            } else if (prefix.startsWith(key + ".")) {
                collect(key + ".", entry.value());
            }
        }
    }

    private void add(int line, String name) {
        if (NAME.matcher(name).matches()) {
            lines.putIfAbsent(name, line);
        } else {
            problems.at(line, prefix + name + ": a name is made of small letters, digits and _, a letter first");
        }
    }
}
