package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Authenticator;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.broker.access.Security;
import io.tern.broker.later.DelayedRequests.Entry;
import io.tern.broker.later.DelayedRequests.Page;
import io.tern.broker.options.DelayedOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An operator lists and cancels messages that wait for their time.
class DelayedRequestsTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private Page page(String from, int most, String clientId, String filter) {
        CompletableFuture<Page> page = house.broker.delayedRequests()
                .list(from, most, clientId, filter == null ? null : TopicFilter.of(filter));
        house.run();
        assertThat(page).isDone();
        return page.join();
    }

    private List<Entry> all() {
        return page("", 1000, null, null).entries();
    }

    private boolean cancel(String id) {
        CompletableFuture<Boolean> cancelled = house.broker.delayedRequests().cancel(id);
        house.run();
        assertThat(cancelled).isDone();
        return cancelled.join();
    }

    private void publish(int shard, String clientId, String... topics) {
        PlainClient publisher = house.connect(shard, Hello.v5(clientId).user("u" + clientId));
        for (String topic : topics) {
            publisher.published(topic, "xyz", 1);
        }
        publisher.disconnect();
    }

    @Test
    void they_are_listed_with_all_that_is_known_of_them() {
        house.machineAheadMillis = 1234;
        publish(1, "p", "$delayed/60/a/b");

        Entry entry = all().getFirst();

        assertThat(entry.clientId()).isEqualTo("p");
        assertThat(entry.topic()).isEqualTo("a/b");
        assertThat(entry.qos()).isEqualTo(1);
        assertThat(entry.payloadBytes()).isEqualTo(3);
        assertThat(entry.dueMillis()).isEqualTo(house.nowMillis + 60_000 + 1234);
    }

    @Test
    void those_of_one_client_or_to_some_topics_are_listed() {
        publish(0, "p", "$delayed/60/a/1", "$delayed/50/b/1");
        publish(1, "q", "$delayed/60/a/2", "$delayed/60/b/2");

        assertThat(all()).hasSize(4);
        assertThat(page("", 10, "q", null).entries()).extracting(Entry::topic).containsExactly("a/2", "b/2");
        assertThat(page("", 10, null, "b/+").entries()).extracting(Entry::topic).containsExactly("b/1", "b/2");
        assertThat(page("", 10, "p", "b/+").entries()).extracting(Entry::topic).containsExactly("b/1");
        assertThat(page("", 10, "nobody", null).entries()).isEmpty();
    }

    @Test
    void pages_follow_one_another_over_all_shards() {
        for (int i = 0; i < 7; i++) {
            publish(i % 2, "p" + i, "$delayed/" + (70 - i) + "/a");
        }
        List<Entry> found = new ArrayList<>();
        String from = "";
        for (int pages = 0; from != null; pages++) {
            Page page = page(from, 2, null, null);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(2);
            assertThat(pages).isLessThan(5);
            found.addAll(page.entries());
            from = page.next();
        }

        assertThat(found).hasSize(7).extracting(Entry::id).doesNotHaveDuplicates();
    }

    @Test
    void one_that_is_cancelled_never_comes() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 1).acknowledge();
        publish(0, "p", "$delayed/60/a", "$delayed/61/b");

        assertThat(cancel(all().getFirst().id())).isTrue();

        assertThat(all()).hasSize(1);
        assertThat(house.broker.delayed().messages()).isEqualTo(1);
        house.advanceSeconds(100);
        assertThat(receiver.messages()).extracting(each -> each.topic().value()).containsExactly("b");
        assertThat(house.broker.count(Counters.Event.DELAYED_CANCELLED)).isEqualTo(1);
        assertThat(house.broker.delayed().bytes()).isZero();
    }

    @Test
    void one_that_is_on_disk_only_is_cancelled() {
        house.close();
        house = new House(1, Options.DEFAULTS.with(DelayedOptions.MESSAGES_PER_CLIENT, 100_000));
        PlainClient receiver = house.connect(0, Hello.v5("r")).subscribed("#", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 12_000; i++) {
            publisher.publish("$delayed/" + (1000 + i) + "/" + i, "");
            if (i % 100 == 0) {
                house.run();
            }
        }
        house.run();
        String id = page("", 1, null, "11999").entries().getFirst().id();

        assertThat(cancel(id)).isTrue();
        assertThat(cancel(id)).isFalse();

        house.advanceSeconds(20_000);
        assertThat(receiver.messages()).hasSize(11_999).noneMatch(each -> each.topic().value().equals("11999"));
        assertThat(house.broker.delayed().messages()).isZero();
    }

    @Test
    void one_that_is_not_safe_yet_is_cancelled_when_it_is() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();
        publisher.publish("$delayed/60/a", "x", 1, 1);
        house.run();
        long epoch = house.store.delayed.keySet().iterator().next();
        long sequence = house.store.delayed.get(epoch).firstKey();
        CompletableFuture<Boolean> cancelled = house.broker.delayedRequests()
                .cancel(Long.toHexString(epoch) + "-" + Long.toHexString(sequence));
        house.run();
        assertThat(cancelled).isNotDone();

        house.store.release();
        house.run();

        assertThat(cancelled.join()).isTrue();
        assertThat(house.store.delayed.values()).allMatch(each -> !each.containsKey(sequence));
    }

    @Test
    void where_nothing_is_kept_they_are_listed_and_cancelled_too() {
        MemoryStore store = new MemoryStore((each, into) -> { });
        store.keeps = false;
        house.close();
        house = new House(2, Options.DEFAULTS, Security.of(Authenticator.anonymous(), EnhancedAuthenticator.none()),
                ListenerRules.STANDARD, store);
        publish(0, "p", "$delayed/60/a", "$delayed/61/b");

        assertThat(cancel(all().getLast().id())).isTrue();

        assertThat(all()).extracting(Entry::topic).containsExactly("a");
    }

    @Test
    void one_that_has_gone_is_not_cancelled() {
        publish(0, "p", "$delayed/60/a", "$delayed/600/b");
        String id = all().getFirst().id();
        house.advanceSeconds(61);

        assertThat(cancel(id)).isFalse();
        assertThat(cancel("1-1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1", "1-", "-1", "1-1-1", "G-1", "1234567890123456-1"})
    void what_is_no_name_is_said_to_be_none(String id) {
        assertThatThrownBy(() -> house.broker.delayedRequests().cancel(id))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
