package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds rings of classes small, in which each knows each, by way of others or not: who wants to understand one of them
/// has to read all.
class RingsTest {

    /// More than that can't be held in one head. The reason of a ring stands with its package.
    private static final int RING_MAX = 6;

    /// Which top-level classes each of them knows.
    private static Map<String, Set<String>> knows() {
        Map<String, Set<String>> knows = new TreeMap<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("io.tern.broker", "io.tern.engine")) {
            Set<String> others = knows.computeIfAbsent(outermost(each), key -> new TreeSet<>());
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                others.add(outermost(dependency.getTargetClass()));
            }
        }
        return knows;
    }

    private static String outermost(JavaClass one) {
        return one.getName().replaceFirst("\\$.*", "");
    }

    /// Finds all rings, by Tarjan's way.
    private static final class Rings {
        private final Map<String, Set<String>> knows;
        private final Map<String, Integer> order = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final List<Set<String>> found = new ArrayList<>();

        Rings(Map<String, Set<String>> knows) {
            this.knows = knows;
            knows.keySet().forEach(this::visit);
        }

        private void visit(String name) {
            if (order.containsKey(name)) {
                return;
            }
            order.put(name, order.size());
            lowest.put(name, order.get(name));
            open.push(name);
            for (String other : knows.get(name)) {
                if (knows.containsKey(other)) {
                    visit(other);
                    if (open.contains(other)) {
                        lowest.merge(name, lowest.get(other), Math::min);
                    }
                }
            }
            if (lowest.get(name).equals(order.get(name))) {
                Set<String> ring = new TreeSet<>();
                String last;
                do {
                    last = open.pop();
                    ring.add(last);
                } while (!last.equals(name));
                found.add(ring);
            }
        }
    }

    @Test
    void a_ring_is_found() {
        Rings rings = new Rings(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a", "d"), "d", Set.of("e"),
                "e", Set.of()));
        assertThat(rings.found).contains(Set.of("a", "b", "c"), Set.of("d"), Set.of("e")).hasSize(3);
    }

    @Test
    void no_ring_of_classes_is_large() {
        Map<String, Set<String>> knows = knows();
        assertThat(knows).hasSizeGreaterThan(150);
        assertThat(new Rings(knows).found).allSatisfy(ring -> assertThat(ring).hasSizeLessThanOrEqualTo(RING_MAX));
    }
}
