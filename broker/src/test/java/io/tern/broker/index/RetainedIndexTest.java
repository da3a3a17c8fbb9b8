package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetainedIndexTest {

    private static final int SEEDS = Boolean.getBoolean("tern.full") ? 20_000 : 500;

    private final RetainedIndex<String> index = new RetainedIndex<>();

    @Test
    void keeps_one_value_a_topic() {
        TopicName topic = TopicName.of("a/b");
        assertThat(index.get(topic)).isNull();
        assertThat(index.put(topic, "1")).isNull();
        assertThat(index.put(topic, "2")).isEqualTo("1");
        assertThat(index.get(topic)).isEqualTo("2");
        assertThat(index.size()).isEqualTo(1);
        assertThat(index.compareAndSet(topic, "1", "3")).isFalse();
        assertThat(index.compareAndSet(topic, null, "3")).isFalse();
        assertThat(index.compareAndSet(topic, "2", "3")).isTrue();
        assertThat(index.compareAndSet(topic, "2", null)).isFalse();
        assertThat(index.compareAndSet(topic, "3", null)).isTrue();
        assertThat(index.compareAndSet(topic, null, null)).isTrue();
        assertThat(index.compareAndSet(topic, null, "4")).isTrue();
        assertThat(index.remove(topic)).isEqualTo("4");
        assertThat(index.remove(topic)).isNull();
        assertThat(index.size()).isZero();
    }

    @Test
    void a_topic_is_followed_by_what_lies_below_it() {
        List<String> sorted = new ArrayList<>(
                List.of("b", "a!", "a/b", "a", "a/", "a/b/c", "a/b!", "a\u0001", "/", "a//"));
        sorted.sort(TopicOrder.TOPIC_ORDER);
        assertThat(sorted).containsExactly("/", "a", "a/", "a//", "a/b", "a/b/c", "a/b!", "a\u0001", "a!", "b");
    }

    @Test
    void cursor_finds_what_trying_every_topic_finds_in_order() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RetainedIndex<String> some = new RetainedIndex<>();
            TreeMap<String, String> model = new TreeMap<>(TopicOrder.TOPIC_ORDER);
            for (int step = 0; step < 150; step++) {
                TopicName topic = Topics.topic(random);
                if (random.nextInt(4) == 0) {
                    assertThat(some.remove(topic)).isEqualTo(model.remove(topic.value()));
                } else {
                    assertThat(some.put(topic, "v" + step)).isEqualTo(model.put(topic.value(), "v" + step));
                }
            }
            assertThat(some.size()).isEqualTo(model.size());
            for (int i = 0; i < 30; i++) {
                TopicFilter filter = Topics.filter(random);
                List<String> expected = new ArrayList<>();
                for (Map.Entry<String, String> each : model.entrySet()) {
                    if (filter.matches(TopicName.of(each.getKey()))) {
                        expected.add(each.getKey() + "=" + each.getValue());
                    }
                }
                assertThat(walk(some.cursor(filter), 1 + random.nextInt(5)))
                        .as("seed %d filter '%s'", seed, filter).isEqualTo(expected);
            }
        }
    }

    @Test
    void seeks_over_what_can_not_match() {
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 1000; j++) {
                put("a/b" + i + "/d/" + j);
            }
            put("a/b" + i + "/c");
        }
        assertThat(steps("a/+/c")).isLessThan(60);
        assertThat(steps("a/b3/c")).isLessThanOrEqualTo(2);
        assertThat(steps("+")).isLessThan(5);
        assertThat(steps("a/+/d/7")).isLessThan(60);
        assertThat(steps("x/#")).isLessThanOrEqualTo(2);
    }

    @Test
    void a_share_name_is_not_looked_at() {
        put("a/b");
        assertThat(walk(index.cursor(TopicFilter.of("$share/g/a/+")), 9)).hasSize(1);
    }

    @Test
    void one_call_looks_at_no_more_than_it_is_told() {
        for (int i = 0; i < 100; i++) {
            put("a/" + i + "/x/y");
        }
        RetainedCursor<String> cursor = index.cursor(TopicFilter.of("+/+/y"));
        assertThat(cursor.next(50)).isNull();
        assertThat(cursor.done()).isFalse();
        assertThat(cursor.next(1000)).isNull();
        assertThat(cursor.done()).isTrue();
        assertThat(cursor.next(1)).isNull();
    }

    @Test
    void a_walk_sees_what_comes_ahead_of_it() {
        put("a/1");
        put("a/5");
        RetainedCursor<String> cursor = index.cursor(TopicFilter.of("a/#"));
        assertThat(cursor.next(9)).isEqualTo("a/1");
        put("a/0");
        put("a/3");
        index.remove(TopicName.of("a/5"));
        assertThat(cursor.next(9)).isEqualTo("a/3");
        assertThat(cursor.topic()).isEqualTo("a/3");
        assertThat(cursor.next(9)).isNull();
        assertThat(cursor.done()).isTrue();
    }

    private void put(String topic) {
        index.put(TopicName.of(topic), topic);
    }

    private int steps(String filter) {
        RetainedCursor<String> cursor = index.cursor(TopicFilter.of(filter));
        int steps = 0;
        while (!cursor.done()) {
            cursor.next(1);
            steps++;
        }
        return steps;
    }

    private static List<String> walk(RetainedCursor<String> cursor, int maxSteps) {
        List<String> found = new ArrayList<>();
        while (!cursor.done()) {
            String value = cursor.next(maxSteps);
            if (value != null) {
                found.add(cursor.topic() + "=" + value);
            }
        }
        return found;
    }
}
