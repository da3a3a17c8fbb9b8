package io.tern.app;

import io.tern.admin.SectionNames;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.Setting;
import io.tern.broker.access.RuleOptions;
import io.tern.engine.rules.ListenerRules;
import io.tern.transport.ListenerKeys;
import io.tern.transport.ListenerOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which listeners there are: `mqtt` and `ws`, and those that the operator adds by giving them a name. Immutable.
final class ListenerSet {

    /// The two that are always there, unless they are switched off.
    static final ListenerSet STANDARD = new ListenerSet(Map.of(), Map.of());

    private static final String SECTION = "listeners";

    /// One listener's settings: how it listens, and what its clients may do.
    private record Declared(ListenerKeys keys, RuleOptions rules) {}

    private final Map<String, Declared> byName = new LinkedHashMap<>();
    private final Map<String, Integer> lines;

    private ListenerSet(Map<String, Integer> lines, Map<String, List<String>> identities) {
        this.lines = lines;
        List<String> names = new ArrayList<>(List.of("mqtt", "ws"));
        lines.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
        for (String name : names) {
            ListenerKeys keys = new ListenerKeys(name, identities.getOrDefault(name, List.of()));
            byName.put(name, new Declared(keys, new RuleOptions(name)));
        }
    }

    /// Looks which ones a file names.
    ///
    /// @param root what stands there; null for nothing
    /// @param problems takes names that can't be part of a key
    static ListenerSet of(Setting root, Problems problems) {
        Map<String, Integer> lines = SectionNames.below(root, SECTION, problems);
        Map<String, List<String>> identities = new LinkedHashMap<>();
        for (String name : lines.keySet()) {
            identities.put(name,
                    List.copyOf(SectionNames.below(root, SECTION + "." + name + ".tls.sni", problems).keySet()));
        }
        return new ListenerSet(lines, identities);
    }

    /// Where the file names a listener.
    ///
    /// @return its line, 0 if the file doesn't
    int line(String name) {
        return lines.getOrDefault(name, 0);
    }

    /// Every key of every listener.
    List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>();
        for (Declared each : byName.values()) {
            all.addAll(each.keys().all());
            all.addAll(each.rules().all());
        }
        return all;
    }

    /// The key of a listener's port.
    Option<Integer> port(String name) {
        return byName.get(name).keys().port();
    }

    /// What all of them are called, those that are switched off included, in the order of the file.
    Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    /// The rules for a listener's clients.
    RuleOptions rules(String name) {
        return byName.get(name).rules();
    }

    /// Says what doesn't go together, with the line where the listener begins.
    void check(Options options, Problems problems) {
        for (Declared each : byName.values()) {
            try {
                each.keys().listener(options);
            } catch (IllegalArgumentException e) {
                problems.at(lines.getOrDefault(each.keys().name(), 1), e.getMessage());
            }
        }
    }

    /// Those that are to listen, in the order of the file.
    ///
    /// @throws IllegalArgumentException naming the listener, and what doesn't go together
    List<ListenerOptions> enabled(Options options) {
        List<ListenerOptions> enabled = byName.values().stream()
                .map(Declared::keys)
                .filter(keys -> keys.isEnabled(options))
                .map(keys -> keys.listener(options))
                .toList();
        if (enabled.isEmpty()) {
            throw new IllegalArgumentException("listeners: all of them are switched off");
        }
        return enabled;
    }

    /// The listeners, as far as it matters who can reach them.
    List<Reachable> reachable(Options options) {
        return enabled(options).stream()
                .map(each -> new Reachable(each, rules(each.name()).allowsAnonymous(options)))
                .toList();
    }

    /// What clients may do, by listener.
    Map<String, ListenerRules> allRules(Options options) {
        Map<String, ListenerRules> all = new LinkedHashMap<>();
        byName.forEach((name, each) -> all.put(name, each.rules().rules(options)));
        return all;
    }
}
