package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The index against a list of filters that are tried one by one.
class IndexOracleTest {

    private static final int SEEDS = Boolean.getBoolean("tern.full") ? 20_000 : 300;

    @Test
    void finds_what_trying_every_filter_finds() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Index index = new Index(random.nextLong(), 8);
            Matcher matcher = index.matcher();
            Matches matches = new Matches();
            Map<TestSubscriber, TopicFilter> model = new HashMap<>();
            List<TestSubscriber> order = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                boolean growing = step < 200;
                if (random.nextInt(10) < (growing ? 7 : 3) || order.isEmpty()) {
                    TestSubscriber subscriber = new TestSubscriber(random.nextInt(4), random.nextBoolean());
                    TopicFilter filter = Topics.filter(random);
                    FilterEntry entry = index.subscribe(filter.filter(), subscriber);
                    assertThat(entry.filter()).isEqualTo(filter.filter());
                    model.put(subscriber, filter);
                    order.add(subscriber);
                } else {
                    TestSubscriber subscriber = order.remove(random.nextInt(order.size()));
                    TopicFilter filter = model.remove(subscriber);
                    assertThat(index.unsubscribe(filter.filter(), subscriber)).isTrue();
                    assertThat(index.unsubscribe(filter.filter(), subscriber)).isFalse();
                }
                TopicName topic = Topics.topic(random);
                matcher.match(topic, matches);
                assertThat(found(matches)).as("seed %d step %d topic '%s'", seed, step, topic)
                        .isEqualTo(expected(model, topic));
                assertThat(index.subscriptions()).isEqualTo(model.size());
                assertThat(index.filters()).isEqualTo(new HashSet<>(model.values()).size());
            }
            for (TestSubscriber subscriber : order) {
                assertThat(index.unsubscribe(model.get(subscriber).filter(), subscriber)).isTrue();
            }
            assertThat(index.filters()).isZero();
            assertThat(index.subscriptions()).isZero();
            assertThat(index.trie().root().uses()).as("seed %d: nodes left", seed).isZero();
        }
    }

    @Test
    void bits_say_which_shards_have_whom() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Index index = new Index(1, 8);
            Set<TestSubscriber> model = new HashSet<>();
            List<TestSubscriber> order = new ArrayList<>();
            FilterEntry entry = null;
            for (int step = 0; step < 200; step++) {
                int dice = random.nextInt(10);
                if (dice < 4 || order.isEmpty()) {
                    TestSubscriber subscriber = new TestSubscriber(random.nextInt(3) * 30, random.nextInt(3) == 0);
                    entry = index.subscribe("a/+", subscriber);
                    model.add(subscriber);
                    order.add(subscriber);
                } else if (dice < 6) {
                    TestSubscriber subscriber = order.get(random.nextInt(order.size()));
                    subscriber.durable(!subscriber.durable());
                    index.turned("a/+", subscriber);
                } else {
                    TestSubscriber subscriber = order.remove(random.nextInt(order.size()));
                    model.remove(subscriber);
                    assertThat(index.unsubscribe(entry, subscriber)).isTrue();
                    assertThat(subscriber.position()).isEqualTo(-1);
                }
                check(entry, model, seed, step);
            }
        }
    }

    @Test
    void a_match_in_parts_finds_what_one_in_a_piece_does() {
        Index index = new Index(1, 8);
        for (int i = 0; i < 256; i++) {
            StringBuilder filter = new StringBuilder();
            for (int level = 0; level < 8; level++) {
                filter.append((i >> level & 1) == 0 ? "+/" : "a/");
            }
            index.subscribe(filter + (i % 3 == 0 ? "#" : "+"), new TestSubscriber(0));
        }
        TopicName topic = TopicName.of("a/a/a/a/a/a/a/a/b");
        Matches whole = new Matches();
        index.matcher().match(topic, whole);
        assertThat(whole.size()).isEqualTo(256);
        for (int nodes = 1; nodes < 600; nodes += 7) {
            Matcher matcher = index.matcher();
            Matches parts = new Matches();
            matcher.begin(topic, parts);
            int times = 1;
            while (!matcher.goOn(nodes)) {
                times++;
                assertThat(matcher.visited()).isEqualTo(nodes * (times - 1));
            }
            assertThat(filters(parts)).isEqualTo(filters(whole));
            assertThat(times).isEqualTo((matcher.visited() + nodes - 1) / nodes);
        }
    }

    private static List<String> filters(Matches matches) {
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < matches.size(); i++) {
            filters.add(matches.get(i).filter());
        }
        return filters;
    }

    private static void check(FilterEntry entry, Set<TestSubscriber> model, long seed, int step) {
        long occupied = 0;
        long durable = 0;
        for (TestSubscriber subscriber : model) {
            occupied |= 1L << subscriber.shard();
            durable |= subscriber.durable() ? 1L << subscriber.shard() : 0;
        }
        assertThat(entry.occupied()).as("seed %d step %d", seed, step).isEqualTo(occupied);
        assertThat(entry.durable()).as("seed %d step %d", seed, step).isEqualTo(durable);
        assertThat(entry.isDead()).isEqualTo(model.isEmpty());
        Set<Subscriber> walked = new HashSet<>();
        for (int shard = 0; shard < FilterEntry.SHARDS_MAX; shard++) {
            walk(entry, shard, walked);
        }
        assertThat(walked).as("seed %d step %d", seed, step).isEqualTo(model);
    }

    private static void walk(FilterEntry entry, int shard, Set<Subscriber> into) {
        switch (entry.slot(shard)) {
            case null -> { }
            case Subscriber sole -> assertThat(into.add(sole)).isTrue();
            case SubscriberList list -> {
                int end = list.beginWalk();
                for (int i = 0; i < end; i++) {
                    assertThat(list.get(i).shard()).isEqualTo(shard);
                    assertThat(into.add(list.get(i))).isTrue();
                }
                list.endWalk();
            }
            default -> throw new AssertionError();
        }
    }

    private static Set<String> found(Matches matches) {
        Set<String> filters = new HashSet<>();
        for (int i = 0; i < matches.size(); i++) {
            assertThat(filters.add(matches.get(i).filter())).as("twice: %s", matches.get(i)).isTrue();
        }
        return filters;
    }

    private static Set<String> expected(Map<TestSubscriber, TopicFilter> model, TopicName topic) {
        Set<String> filters = new HashSet<>();
        for (TopicFilter filter : model.values()) {
            if (filter.matches(topic)) {
                filters.add(filter.filter());
            }
        }
        return filters;
    }
}
