package io.tern.auth.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Filters against filters, by trying all names of up to four levels.
class FiltersTest {

    private static final List<String> NAMES = texts(List.of("a", "b", "$x", ""), 4, false);
    private static final List<String> FILTERS = texts(List.of("a", "$x", "+", "#"), 3, true);

    private static List<String> texts(List<String> levels, int depth, boolean filters) {
        List<String> all = new ArrayList<>();
        List<String> last = new ArrayList<>(levels);
        all.addAll(last);
        for (int i = 1; i < depth; i++) {
            List<String> next = new ArrayList<>();
            for (String before : last) {
                for (String level : levels) {
                    if (!before.endsWith("#")) {
                        next.add(before + "/" + level);
                    }
                }
            }
            all.addAll(next);
            last = next;
        }
        all.removeIf(text -> text.isEmpty() || filters && text.equals("/"));
        return all;
    }

    @Test
    void a_name_matches_as_wire_says() {
        for (String filter : FILTERS) {
            TopicFilter parsed = TopicFilter.of(filter);
            for (String name : NAMES) {
                assertThat(Filters.matches(filter, name))
                        .as(filter + " " + name)
                        .isEqualTo(parsed.matches(TopicName.of(name)));
            }
        }
    }

    @Test
    void one_covers_another_if_it_matches_all_that_the_other_does() {
        for (String outer : FILTERS) {
            for (String inner : FILTERS) {
                boolean all = NAMES.stream()
                        .filter(name -> Filters.matches(inner, name))
                        .allMatch(name -> Filters.matches(outer, name));
                assertThat(Filters.covers(outer, inner)).as(outer + " covers " + inner).isEqualTo(all);
            }
        }
    }

    @Test
    void two_intersect_if_there_is_a_name_that_both_match() {
        for (String one : FILTERS) {
            for (String other : FILTERS) {
                boolean any = NAMES.stream()
                        .anyMatch(name -> Filters.matches(one, name) && Filters.matches(other, name));
                assertThat(Filters.intersect(one, other)).as(one + " and " + other).isEqualTo(any);
            }
        }
    }
}
