package io.tern.admin;

import io.tern.api.Problems;
import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Turns the nodes of one YAML file into settings. Used once.
final class ConfigTree {

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    /// Deeper is only a node that contains itself.
    private static final int DEPTH_MAX = 32;
    /// More settings than any file by hand has, and than aliases should make of one.
    private static final int SETTINGS_MAX = 100_000;

    private final Problems problems;
    private int settings;

    ConfigTree(Problems problems) {
        this.problems = problems;
    }

    /// @return null if there is nothing in the file
    Setting read(Optional<Node> root) {
        return root.isEmpty() ? null : setting(root.get(), "", 0);
    }

    /// @param path of the keys that lead there, ending with a colon if there are any
    private Setting setting(Node node, String path, int depth) {
        int line = line(node);
        if (depth > DEPTH_MAX || ++settings > SETTINGS_MAX) {
            if (settings <= SETTINGS_MAX || settings == SETTINGS_MAX + 1) {
                problems.at(line, path + (depth > DEPTH_MAX ? "nested too deeply" : "too many settings"));
            }
            return new Setting.Value(line, "", true);
        }
        return switch (node) {
            case MappingNode mapping -> section(mapping, path, line, depth);
            case SequenceNode sequence -> {
                List<Setting> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(setting(item, path, depth + 1));
                }
                yield new Setting.Items(line, items);
            }
            case ScalarNode scalar -> {
                if (scalar.getTag().getValue().startsWith("!")) {
                    problems.at(line, path + "unknown tag " + scalar.getTag().getValue());
                }
                boolean absent = scalar.isPlain() && NULLS.contains(scalar.getValue());
                yield new Setting.Value(line, scalar.getValue(), absent);
            }
            default -> new Setting.Value(line, "", true);
        };
    }

    private Setting section(MappingNode mapping, String path, int line, int depth) {
        List<Setting.Entry> entries = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node keyNode = entry.getKeyNode();
            if (keyNode instanceof ScalarNode word) {
                String before = path.isEmpty() ? "" : path.substring(0, path.length() - 2) + ".";
                Setting value = setting(entry.getValueNode(), before + word.getValue() + ": ", depth + 1);
                entries.add(new Setting.Entry(line(keyNode), word.getValue(), value));
            } else {
                String shape = keyNode instanceof SequenceNode ? "a list" : "a section";
                problems.at(line(keyNode), "a key must be a word, found " + shape);
            }
        }
        return new Setting.Section(line, entries);
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
