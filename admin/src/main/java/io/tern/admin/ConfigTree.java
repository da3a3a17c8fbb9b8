package io.tern.admin;

import io.tern.api.Option;
import io.tern.api.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Walks the nodes of one file against the declared options, and collects values and problems. Used once.
///
/// It goes down only where a declared key leads, so that a node that contains itself ends the walk as any unknown key
/// does.
final class ConfigTree {

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final String name;
    private final Map<String, Option<?>> options = new LinkedHashMap<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final Map<String, Integer> firstLines = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Options.Builder values = Options.builder();

    /// @throws IllegalArgumentException if a key is declared twice, or one is a section of another: our bug
    ConfigTree(String name, List<Option<?>> declared) {
        this.name = name;
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

    Options read(Optional<Node> root) throws ConfigException {
        if (root.isPresent() && !isNull(root.get())) {
            if (root.get() instanceof MappingNode mapping) {
                section("", mapping);
            } else {
                problem(root.get(), "expected keys with values, found " + shape(root.get()));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return values.build();
    }

    private void section(String prefix, MappingNode mapping) {
        for (NodeTuple entry : mapping.getValue()) {
            Node keyNode = entry.getKeyNode();
            if (keyNode instanceof ScalarNode word) {
                entry(prefix + word.getValue(), keyNode, entry.getValueNode());
            } else {
                problem(keyNode, "a key must be a word, found " + shape(keyNode));
            }
        }
    }

    private void entry(String key, Node keyNode, Node value) {
        Integer firstLine = firstLines.putIfAbsent(key, line(keyNode));
        if (firstLine != null) {
            problem(keyNode, key + ": given twice, first on line " + firstLine);
        } else if (options.containsKey(key)) {
            value(options.get(key), keyNode, value);
        } else if (!sections.contains(key)) {
            unknown(key, keyNode, value);
        } else if (value instanceof MappingNode mapping) {
            section(key + ".", mapping);
        } else if (!isNull(value)) {
            problem(keyNode, key + ": is a section, its keys go below it; found " + shape(value));
        }
    }

    private void value(Option<?> option, Node keyNode, Node value) {
        if (isNull(value)) {
            problem(keyNode, option.key() + ": has no value; leave the key out to get the default");
        } else if (!(value instanceof ScalarNode scalar)) {
            problem(keyNode, option.key() + ": expected one value, found " + shape(value));
        } else if (value.getTag().getValue().startsWith("!")) {
            problem(keyNode, option.key() + ": unknown tag " + value.getTag().getValue());
        } else {
            try {
                values.parse(option, scalar.getValue());
            } catch (IllegalArgumentException e) {
                problem(keyNode, e.getMessage());
            }
        }
    }

    private void unknown(String key, Node keyNode, Node value) {
        boolean meantAsSection = value instanceof MappingNode;
        String meant = Nearest.to(key, meantAsSection ? sections : options.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        problem(keyNode, key + (meantAsSection ? ": unknown section" : ": unknown key") + meant);
    }

    private void problem(Node at, String text) {
        problems.add(name + ":" + line(at) + ": " + text);
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && scalar.isPlain() && NULLS.contains(scalar.getValue());
    }

    private static String shape(Node node) {
        return switch (node) {
            case MappingNode _ -> "a section";
            case SequenceNode _ -> "a list";
            default -> "one value";
        };
    }
}
