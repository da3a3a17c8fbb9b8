package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tern.wire.TopicName;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexTest {

    private final Index index = new Index(7, 8);
    private final Matcher matcher = index.matcher();
    private final Matches matches = new Matches();

    @Test
    void leading_wildcards_leave_dollar_topics_alone() { // [MQTT-4.7.2-1]
        index.subscribe("#", new TestSubscriber(0));
        index.subscribe("+/monitor", new TestSubscriber(0));
        index.subscribe("+", new TestSubscriber(0));
        assertThat(match("$SYS/monitor")).isEmpty();
        assertThat(match("$SYS")).isEmpty();
        index.subscribe("$SYS/#", new TestSubscriber(0));
        index.subscribe("$SYS/+", new TestSubscriber(0));
        assertThat(match("$SYS/monitor")).containsExactlyInAnyOrder("$SYS/#", "$SYS/+");
        assertThat(match("$SYS")).containsExactly("$SYS/#");
        assertThat(match("x/$SYS")).containsExactly("#");
    }

    @Test
    void multi_level_wildcard_includes_the_parent() {
        index.subscribe("a/#", new TestSubscriber(0));
        index.subscribe("a/+/#", new TestSubscriber(0));
        assertThat(match("a")).containsExactly("a/#");
        assertThat(match("a/")).containsExactlyInAnyOrder("a/#", "a/+/#");
        assertThat(match("ab")).isEmpty();
    }

    @Test
    void a_filter_that_ends_with_plus_goes_on_when_longer_ones_come() {
        TestSubscriber first = new TestSubscriber(0);
        FilterEntry entry = index.subscribe("a/+", first);
        TestSubscriber second = new TestSubscriber(0);
        index.subscribe("a/+/b", second);
        assertThat(match("a/x")).containsExactly("a/+");
        assertThat(match("a/x/b")).containsExactly("a/+/b");
        assertThat(index.unsubscribe(entry, first)).isTrue();
        assertThat(match("a/x")).isEmpty();
        assertThat(index.unsubscribe("a/+/b", second)).isTrue();
        assertThat(index.trie().root().uses()).isZero();
    }

    @Test
    void thousands_of_children_come_and_go() {
        List<TestSubscriber> subscribers = new ArrayList<>();
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            TestSubscriber subscriber = new TestSubscriber(0);
            subscribers.add(subscriber);
            index.subscribe("dev/" + i + "/+", subscriber);
        }
        assertThat(index.filters()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            if (i % 16 != 0) {
                assertThat(index.unsubscribe("dev/" + i + "/+", subscribers.get(i))).isTrue();
            }
        }
        for (int i = 0; i < count; i++) {
            assertThat(match("dev/" + i + "/t").size()).isEqualTo(i % 16 == 0 ? 1 : 0);
        }
        for (int i = 0; i < count; i += 16) {
            assertThat(index.unsubscribe("dev/" + i + "/+", subscribers.get(i))).isTrue();
        }
        assertThat(index.trie().root().uses()).isZero();
    }

    @Test
    void a_topic_of_thirty_two_thousand_levels_needs_no_deep_stack() {
        String topic = "/".repeat(32_000);
        index.subscribe("+" + "/+".repeat(32_000), new TestSubscriber(0));
        index.subscribe("/".repeat(31_000) + "#", new TestSubscriber(0));
        assertThat(match(topic)).hasSize(2);
        for (String filter : new String[] {"+" + "/+".repeat(32_000), "/".repeat(31_000) + "#"}) {
            Subscriber sole = (Subscriber) index.find(filter).slot(0);
            assertThat(index.unsubscribe(filter, sole)).isTrue();
        }
        assertThat(index.trie().root().uses()).isZero();
    }

    @Test
    void a_remembered_match_holds_until_something_new_may_match() {
        TestSubscriber first = new TestSubscriber(0);
        assertThat(index.isCurrent(matches)).isFalse();
        FilterEntry entry = index.subscribe("a/b", first);
        matcher.match(TopicName.of("a/b"), matches);
        assertThat(index.isCurrent(matches)).isTrue();
        long version = index.version(TopicName.of("a/b"));

        TestSubscriber neighbour = new TestSubscriber(0);
        index.subscribe("a/b", neighbour);
        assertThat(index.isCurrent(matches)).as("the same bits").isTrue();

        index.subscribe("a/b", new TestSubscriber(0, true));
        assertThat(index.isCurrent(matches)).as("the durable bit has risen").isFalse();
        assertThat(index.version(TopicName.of("a/b"))).isGreaterThan(version);

        matcher.match(TopicName.of("a/b"), matches);
        index.subscribe("a/b", new TestSubscriber(1));
        assertThat(index.isCurrent(matches)).as("another shard").isFalse();

        matcher.match(TopicName.of("a/b"), matches);
        index.subscribe("a/+", new TestSubscriber(0));
        assertThat(index.isCurrent(matches)).as("another filter below the same first level").isFalse();

        matcher.match(TopicName.of("a/b"), matches);
        index.subscribe("+/nothing", new TestSubscriber(0));
        assertThat(index.isCurrent(matches)).as("a leading wildcard concerns all").isFalse();

        matcher.match(TopicName.of("a/b"), matches);
        index.unsubscribe(entry, first);
        assertThat(index.isCurrent(matches)).as("who leaves is not missed").isTrue();
        neighbour.durable(true);
        index.turned("a/b", neighbour);
        assertThat(index.isCurrent(matches)).as("the durable bit was up").isTrue();
        assertThat(entry.durable()).isEqualTo(1);
    }

    @Test
    void a_filter_that_died_is_found_again_when_subscribed_anew() {
        TestSubscriber subscriber = new TestSubscriber(0);
        FilterEntry entry = index.subscribe("a/b", subscriber);
        matcher.match(TopicName.of("a/b"), matches);
        index.unsubscribe(entry, subscriber);
        assertThat(matches.get(0).occupied()).isZero();
        assertThat(index.isCurrent(matches)).isTrue();
        assertThat(index.subscribe("a/b", subscriber)).isNotSameAs(entry);
        assertThat(index.isCurrent(matches)).isFalse();
    }

    @Test
    void matching_allocates_nothing_when_warm() {
        for (int i = 0; i < 200; i++) {
            index.subscribe("site/" + i + "/+/temperature", new TestSubscriber(0));
            index.subscribe("site/" + i + "/#", new TestSubscriber(0));
            index.subscribe("site/" + i + "/line/temperature", new TestSubscriber(0));
        }
        TopicName topic = TopicName.of("site/17/line/temperature");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 1000; i++) {
            matcher.match(topic, matches);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            matcher.match(topic, matches);
        }
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(matches.size()).isEqualTo(3);
        assertThat(allocatedBytes).as("bytes for 10,000 matches").isLessThan(10_000);
    }

    @Test
    void a_level_hash_tells_levels_apart_and_ignores_what_is_around() {
        LevelHash hash = new LevelHash(42);
        assertThat(hash.of("xx/abcd/yy", 3, 7)).isEqualTo(hash.of("abcd", 0, 4));
        assertThat(List.of(hash.of("Aa", 0, 2), hash.of("BB", 0, 2), hash.of("", 0, 0), hash.of("a", 0, 1),
                hash.of("aa", 0, 2), hash.of("aaa", 0, 3), hash.of("aaaa", 0, 4))).doesNotHaveDuplicates();
        assertThat(new LevelHash(43).of("abcd", 0, 4)).isNotEqualTo(hash.of("abcd", 0, 4));
        assertThat(new LevelHash(-1).of("abcd", 0, 4)).isNotEqualTo(new LevelHash(0).of("abcd", 0, 4));
    }

    private List<String> match(String topic) {
        matcher.match(TopicName.of(topic), matches);
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < matches.size(); i++) {
            filters.add(matches.get(i).filter());
        }
        return filters;
    }
}
