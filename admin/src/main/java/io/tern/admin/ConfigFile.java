package io.tern.admin;

import io.tern.api.ConfigException;
import io.tern.api.FileFault;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.api.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads a YAML file into [Options].
///
/// A key may be written as nested sections or with its dots. Everything that is wrong is said at once, not the first
/// thing alone; only after a fault of the YAML itself nothing else can be known.
public final class ConfigFile {

    /// Largest file read: a configuration by hand has a few KiB, and a wrong path may name anything.
    static final int MAX_FILE_BYTES = 1024 * 1024;

    private ConfigFile() {}

    /// Reads a file. Blocks on the disk.
    ///
    /// @param file UTF-8, at most 1 MiB; messages name it as it is given here
    /// @param declared every option that may be set
    /// @return the values given; an empty file gives none
    /// @throws ConfigException if the file can't be read, is no YAML, or says something that no option allows
    public static Options read(Path file, List<Option<?>> declared) throws ConfigException {
        return parse(file.toString(), text(file), declared);
    }

    /// Reads the text of a file.
    ///
    /// @param name what messages call it
    /// @param text YAML
    /// @param declared every option that may be set
    /// @return the values given
    /// @throws ConfigException as [#read]
    static Options parse(String name, String text, List<Option<?>> declared) throws ConfigException {
        Problems problems = new Problems(name);
        Setting root = new ConfigTree(problems).read(root(name, text));
        Options options = new SectionReader(declared, problems).read(root);
        problems.check();
        return options;
    }

    /// Reads a file for somebody who looks into it himself. Blocks on the disk.
    ///
    /// @param file as in [#read]
    /// @param problems takes what is wrong apart from the YAML itself
    /// @return what stands there; null for an empty file
    /// @throws ConfigException if the file can't be read or is no YAML
    public static Setting tree(Path file, Problems problems) throws ConfigException {
        return tree(text(file), problems);
    }

    /// Reads a text for somebody who looks into it himself.
    ///
    /// @param text YAML or JSON
    /// @param problems takes what is wrong apart from the YAML itself; names the text
    /// @return what stands there; null for an empty text
    /// @throws ConfigException if it is no YAML
    public static Setting tree(String text, Problems problems) throws ConfigException {
        return new ConfigTree(problems).read(root(problems.file(), text));
    }

    private static String text(Path file) throws ConfigException {
        try {
            if (Files.isDirectory(file)) {
                throw unreadable(file, "is a folder");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw unreadable(file, "is larger than 1 MiB");
            }
            return TextFile.text(file);
        } catch (IOException e) {
            throw new ConfigException(List.of(FileFault.words(e)));
        }
    }

    private static ConfigException unreadable(Path file, String problem) {
        return new ConfigException(List.of(file + ": " + problem));
    }

    private static Optional<Node> root(String name, String text) throws ConfigException {
        LoadSettings settings =
                LoadSettings.builder().setLabel(name).setUseMarks(true).setAllowNonScalarKeys(true).build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0);
            List<String> tabs = tabs(name, text, line);
            // The library splits some sentences in two: "expected a single document", "but found another document".
            String context = e.getProblem().startsWith("but ") ? e.getContext() + " " : "";
            String problem = name + ":" + (line + 1) + ": " + firstLine(context + e.getProblem());
            throw new ConfigException(tabs.isEmpty() ? List.of(problem) : tabs);
        } catch (YamlEngineException e) {
            throw new ConfigException(List.of(name + ": " + firstLine(e.getMessage())));
        }
    }

    /// The commonest fault of hand-written YAML in plain words: all lines with it, if the line complained of is one.
    private static List<String> tabs(String name, String text, int problemLine) {
        List<String> found = new ArrayList<>();
        boolean there = false;
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.substring(0, line.length() - line.stripLeading().length()).contains("\t")) {
                found.add(name + ":" + (i + 1) + ": a tab can't indent in YAML, use spaces");
                there |= i == problemLine;
            }
        }
        return there ? found : List.of();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not YAML");
    }
}
