package io.tern.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The flags of a command line: `--name value`, the switch `--json`, and what stands behind `--`.
final class Arguments {

    private final Map<String, String> flags = new HashMap<>();
    private final Set<String> unread = new TreeSet<>();
    private final List<String> command = new ArrayList<>();
    private boolean json;

    /// @param from index of the first flag
    /// @throws IllegalArgumentException if a flag has no value
    Arguments(String[] args, int from) {
        int i = from;
        while (i < args.length && !args[i].equals("--")) {
            if (args[i].equals("--json")) {
                json = true;
                i++;
                continue;
            }
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " is no flag with a value");
            }
            flags.put(args[i].substring(2), args[i + 1]);
            unread.add(args[i].substring(2));
            i += 2;
        }
        for (i++; i < args.length; i++) {
            command.add(args[i]);
        }
    }

    String text(String name, String fallback) {
        unread.remove(name);
        return flags.getOrDefault(name, fallback);
    }

    /// @throws IllegalArgumentException if it isn't a number from `least` to `most`
    int integer(String name, int fallback, int least, int most) {
        String text = text(name, null);
        if (text == null) {
            return fallback;
        }
        int value;
        try {
            value = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " " + text + " is no whole number", e);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException("--" + name + " " + text + " is not in " + least + " to " + most);
        }
        return value;
    }

    /// Whether the figures are wanted as JSON.
    boolean json() {
        return json;
    }

    /// What stands behind `--`.
    List<String> command() {
        return command;
    }

    /// Called when all flags are read.
    ///
    /// @throws IllegalArgumentException if there is one that nobody has asked for
    void end() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException("unknown flag --" + unread.iterator().next());
        }
    }
}
