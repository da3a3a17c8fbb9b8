package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.options.DelayedOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Delayed;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A message by `$delayed/{seconds}/{topic}` goes to that topic when its time has come, once.
class DelayedMessagesTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private void open(Options options) {
        house.close();
        house = new House(2, options);
    }

    private Authorization open(RuleTable table) {
        house.close();
        Authorization authorization = Authorization.of(List.of(table), false);
        house = new House(2, Options.DEFAULTS,
                new Security(Authenticator.anonymous(), EnhancedAuthenticator.none(), authorization, Defence.none(),
                        Control.NONE, event -> { }),
                ListenerRules.STANDARD);
        return authorization;
    }

    /// Ends the process, and begins another with what was kept.
    private void restart(int shards, Options options) {
        house.close();
        MemoryStore before = house.store;
        long nowMillis = house.nowMillis;
        MemoryStore store = new MemoryStore((each, into) -> before.delayed.forEach(
                (epoch, queue) -> each.delayed(into, epoch, queue)));
        store.firstId = before.firstId + (1L << 40);
        house = new House(shards, options, Security.of(Authenticator.anonymous(), EnhancedAuthenticator.none()),
                ListenerRules.STANDARD, store);
        house.nowMillis = Math.max(house.nowMillis, nowMillis);
    }

    private static void acked(PlainClient publisher, int qos) {
        if (qos == 1) {
            assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        } else if (qos == 2) {
            publisher.published2(7);
        }
    }

    private long count(Counters.Event event) {
        return house.broker.count(event);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void it_comes_when_its_time_has_come_and_not_before(int shard, int qos) {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("a/#", 2).acknowledge();
        PlainClient publisher = house.connect(shard, Hello.v5("p"));

        publisher.publish("$delayed/60/a/b", "x", qos, qos == 0 ? 0 : 7);
        acked(publisher, qos);
        publisher.lose();
        assertThat(house.broker.delayed().messages()).isEqualTo(1);
        house.advanceMillis(59_999);
        receiver.nothing();
        house.advanceMillis(200);

        Publish message = receiver.messages().getFirst();
        assertThat(PlainClient.text(message)).isEqualTo("x");
        assertThat(message.topic().value()).isEqualTo("a/b");
        assertThat(message.qos()).isEqualTo(qos);
        assertThat(house.broker.delayed().messages()).isZero();
        assertThat(house.broker.delayed().bytes()).isZero();
        assertThat(count(Counters.Event.DELAYED_FIRED)).isEqualTo(1);
        house.advanceSeconds(1000);
        receiver.nothing();
    }

    @Test
    void they_come_in_the_order_in_which_they_are_due() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("$delayed/3/a", "3", 1);
        publisher.published("$delayed/1/a", "1", 2);
        publisher.published("$delayed/2/a", "2 first", 3);
        publisher.published("$delayed/2/a", "2 second", 4);

        house.advanceSeconds(10);

        assertThat(receiver.payloads()).containsExactly("1", "2 first", "2 second", "3");
    }

    @Test
    void a_client_may_name_the_time_also_where_the_machines_clock_was_set() {
        house.machineAheadMillis = 5_000_000;
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        Properties at = Properties.builder()
                .user(Delayed.DELIVER_AT, Long.toString(house.nowMillis + 5_000_000 + 30_000))
                .build();

        publisher.send(new Publish(false, 1, false, TopicName.of("a"), 1, at, new byte[] {'x'}));
        acked(publisher, 1);
        house.machineAheadMillis = -77_000_000;
        house.advanceMillis(29_999);
        receiver.nothing();
        house.advanceMillis(200);

        assertThat(receiver.messages()).extracting(Publish::properties).containsExactly(at);
    }

    @Test
    void its_flags_and_properties_come_with_it_and_its_expiry_begins_when_it_is_due() {
        Properties properties = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 10)
                .with(Property.CONTENT_TYPE, "text").user("a", "b").build();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.send(new Publish(false, 1, true, TopicName.of("$delayed/60/a"), 1, properties, new byte[] {'x'}));
        acked(publisher, 1);
        assertThat(house.broker.retainedMessages()).isZero();

        house.advanceSeconds(61);

        Publish message = house.connect(1, Hello.v5("r")).subscribed("a", 1).messages().getFirst();
        assertThat(message.retain()).isTrue();
        assertThat(message.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, 0)).isBetween(9L, 10L);
        assertThat(message.properties().string(Property.CONTENT_TYPE)).isEqualTo("text");
        assertThat(message.properties().user("a")).isEqualTo("b");
    }

    @Test
    void it_may_go_to_one_client_who_is_looked_for_when_it_is_due() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.published("$delayed/60/$p2p/pump/set", "x", 1);
        house.advanceSeconds(30);
        PlainClient receiver = house.connect(1, Hello.v5("pump")).acknowledge();

        house.advanceSeconds(31);

        assertThat(receiver.messages()).extracting(each -> each.topic().value()).containsExactly("$p2p/pump/set");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_answer_waits_until_it_is_on_disk_and_at_qos_2_its_identifier_with_it(int qos) {
        PlainClient publisher = house.connect(0, Hello.durable("p"));
        house.store.hold();

        publisher.publish("$delayed/60/a", "x", qos, 1);
        publisher.nothing();

        assertThat(house.store.records(0)).last().asString().startsWith(qos == 1 ? "delayed " : "inbound p");
        house.store.release();
        assertThat(publisher.received()).hasSize(1).allMatch(each -> each instanceof PubAck || each instanceof PubRec);
    }

    @Test
    void it_is_not_sent_before_it_is_safe() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();
        publisher.publish("$delayed/1/a", "x", 1, 1);
        house.advanceSeconds(10);
        receiver.nothing();

        house.store.release();

        assertThat(receiver.payloads()).containsExactly("x");
    }

    @Test
    void on_one_shard_it_is_over_together_with_the_records_of_who_gets_it() {
        house.connect(0, Hello.durable("r")).subscribed("a", 1).disconnect();
        house.connect(0, Hello.v5("p")).published("$delayed/1/a", "x", 1);
        int before = house.store.records(0).size();
        house.store.hold();

        house.advanceSeconds(2);

        assertThat(house.store.records(0).subList(before, before + 2))
                .satisfiesExactly(
                        each -> assertThat(each).startsWith("queued r").doesNotContain("transaction"),
                        each -> assertThat(each).startsWith("settled delayed"));
        house.store.release();
        house.run();
    }

    @Test
    void on_several_shards_it_is_over_together_with_the_commit() {
        house.connect(0, Hello.durable("r0")).subscribed("a", 1).disconnect();
        house.connect(1, Hello.durable("r1")).subscribed("a", 1).disconnect();
        house.connect(0, Hello.v5("p")).published("$delayed/1/a", "x", 1);
        int before = house.store.records(0).size();
        house.store.hold();
        house.advanceSeconds(2);
        assertThat(house.store.records(0).subList(before, house.store.records(0).size()))
                .singleElement().asString().startsWith("queued r0").endsWith("in a transaction");

        house.store.release();
        house.run();

        assertThat(house.store.records(0).subList(before + 1, before + 3))
                .satisfiesExactly(
                        each -> assertThat(each).isEqualTo("committed"),
                        each -> assertThat(each).startsWith("settled delayed"));
        assertThat(house.connect(1, Hello.durable("r0")).acknowledge().payloads()).containsExactly("x");
        assertThat(house.connect(1, Hello.durable("r1")).acknowledge().payloads()).containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void after_a_restart_what_is_overdue_comes_in_order_and_the_rest_when_it_is_due(int shards) {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 1; i <= 5; i++) {
            publisher.published("$delayed/" + 10 * i + "/a", "" + i, i);
        }
        house.advanceSeconds(15);

        restart(shards, Options.DEFAULTS);
        assertThat(house.broker.delayed().messages()).isEqualTo(4);
        PlainClient receiver = house.connect(0, Hello.v5("r")).subscribed("a", 1).acknowledge();
        house.nowMillis += 20_000;

        assertThat(receiver.payloads()).containsExactly("2", "3");
        house.advanceSeconds(30);
        assertThat(receiver.payloads()).containsExactly("4", "5");
        assertThat(house.broker.delayed().messages()).isZero();
        assertThat(house.store.records(0)).last().asString().startsWith("ended delayed");
    }

    @Test
    void what_was_too_old_when_the_server_came_back_is_dropped_and_counted() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        Properties expiry = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 5).build();
        publisher.send(new Publish(false, 1, false, TopicName.of("$delayed/10/a"), 1, expiry, new byte[] {'x'}));
        acked(publisher, 1);
        house.nowMillis += 15_000;

        restart(2, Options.DEFAULTS);
        house.run();

        assertThat(count(Counters.Event.DELAYED_EXPIRED)).isEqualTo(1);
        assertThat(house.broker.delayed().messages()).isZero();
    }

    @Test
    void of_many_only_the_next_are_in_memory_and_all_come_in_order() {
        open(Options.DEFAULTS.with(DelayedOptions.MESSAGES_PER_CLIENT, 100_000));
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("a", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p")).acknowledge();
        long heldBytes = house.broker.heldBytes();
        int messages = 25_000;
        for (int i = 0; i < messages; i++) {
            publisher.publish("$delayed/" + (1 + i * 7919 % messages) + "/a", "" + i * 7919 % messages, 0, 0);
            if (i % 100 == 0) {
                house.run();
            }
        }
        house.run();
        assertThat(house.broker.delayed().messages()).isEqualTo(messages);
        assertThat(house.broker.heldBytes() - heldBytes).isLessThan(10_100 * 290L);

        List<String> inOrder = java.util.stream.IntStream.range(0, messages).mapToObj(Integer::toString).toList();
        house.advanceSeconds(messages + 10);

        assertThat(receiver.payloads()).isEqualTo(inOrder);
        assertThat(house.store.readings).isNotEmpty();
        assertThat(house.broker.heldBytes() - heldBytes).isLessThan(20_000);
    }

    @Test
    void what_comes_while_the_disk_is_read_is_neither_lost_nor_sent_twice() {
        open(Options.DEFAULTS.with(DelayedOptions.MESSAGES_PER_CLIENT, 100_000));
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("a", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 12_000; i++) {
            publisher.publish("$delayed/" + (100 + i) + "/a", "" + i);
            if (i % 100 == 0) {
                house.run();
            }
        }
        house.run();
        house.store.readsHeld = true;
        house.advanceMillis(6_100_500);
        assertThat(receiver.payloads()).hasSize(6_001);
        publisher.publish("$delayed/7000/a", "new");
        publisher.publish("$delayed/1/a", "soon");
        house.advanceSeconds(3_000);
        assertThat(receiver.payloads()).contains("soon");

        house.store.answerReads();
        house.advanceSeconds(20_000);

        List<String> rest = receiver.payloads();
        assertThat(rest).doesNotHaveDuplicates().contains("new", "11999", "10000");
        assertThat(count(Counters.Event.DELAYED_FIRED)).isEqualTo(12_002);
    }

    @Test
    void rights_are_those_of_the_topic_behind_and_asked_for_again_when_it_is_due() {
        RuleTable table = new RuleTable().deny(Access.Action.PUBLISH, "secret")
                .deny(Access.Action.PUBLISH, "$delayed/5/open");
        Authorization authorization = open(table);
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("+", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("$delayed/5/secret", "1", 1)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(publisher.published("$delayed/5/open", "2", 2)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(publisher.published("$delayed/6/later", "3", 3)).isEqualTo(ReasonCode.SUCCESS);
        authorization.replace(List.of(new RuleTable().deny(Access.Action.PUBLISH, "later")), false);
        house.advanceSeconds(10);

        assertThat(receiver.payloads()).containsExactly("2");
        assertThat(count(Counters.Event.DELAYED_DENIED)).isEqualTo(1);
        assertThat(house.broker.delayed().messages()).isZero();
    }

    @Test
    void rights_that_have_to_be_fetched_are_waited_for() {
        RuleTable table = new RuleTable();
        open(table);
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 1).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.publish("$delayed/5/slow", "x", 1, 1);
        publisher.nothing();
        table.waiting.poll().accept(io.tern.api.Decision.ALLOW);
        assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);

        house.advanceSeconds(10);
        receiver.nothing();
        table.waiting.poll().accept(io.tern.api.Decision.ALLOW);

        assertThat(receiver.payloads()).containsExactly("x");
    }

    @Test
    void no_more_wait_than_may_in_all_and_of_one_client() {
        open(Options.DEFAULTS.with(DelayedOptions.MESSAGES, 5).with(DelayedOptions.MESSAGES_PER_CLIENT, 3));
        PlainClient first = house.connect(0, Hello.v5("p"));
        PlainClient second = house.connect(1, Hello.v5("q"));
        PlainClient old = house.connect(1, Hello.v311("o"));
        for (int i = 1; i <= 3; i++) {
            assertThat(first.published("$delayed/5/a", "x", i)).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(first.published("$delayed/5/a", "x", 4)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(second.published("$delayed/5/a", "x", 5)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(second.published("$delayed/6/a", "x", 6)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(second.published("$delayed/5/a", "x", 7)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        old.publish("$delayed/5/a", "x", 1, 1);
        assertThat(old.isClosed()).isTrue();
        assertThat(count(Counters.Event.DELAYED_REFUSED)).isEqualTo(3);

        house.advanceMillis(5_500);

        assertThat(first.published("$delayed/5/a", "x", 8)).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void no_more_bytes_wait_than_may() {
        open(Options.DEFAULTS.with(DelayedOptions.BYTES, 64L * 1024));
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("$delayed/5/a", "x".repeat(40_000), 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(publisher.published("$delayed/5/a", "x".repeat(40_000), 2)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    void what_one_client_has_is_learnt_after_a_restart() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 1; i <= 3; i++) {
            publisher.published("$delayed/50/a", "x", i);
        }
        restart(2, Options.DEFAULTS.with(DelayedOptions.MESSAGES_PER_CLIENT, 3));
        house.run();

        PlainClient again = house.connect(1, Hello.v5("p"));
        assertThat(again.published("$delayed/5/a", "x", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        house.advanceSeconds(60);
        assertThat(again.published("$delayed/5/a", "x", 2)).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void on_a_full_disk_it_is_refused() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;

        assertThat(publisher.published("$delayed/5/a", "x", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        publisher.publish("$delayed/5/a", "x");
        house.run();

        assertThat(count(Counters.Event.DELAYED_REFUSED)).isEqualTo(2);
    }

    @Test
    void where_nothing_is_kept_it_waits_in_memory() {
        MemoryStore store = new MemoryStore((each, into) -> { });
        store.keeps = false;
        house.close();
        house = new House(2, Options.DEFAULTS, Security.of(Authenticator.anonymous(), EnhancedAuthenticator.none()),
                ListenerRules.STANDARD, store);
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.durable("p"));

        publisher.publish("$delayed/5/a", "x", 2, 7);
        publisher.published2(7);
        house.advanceSeconds(6);

        assertThat(receiver.payloads()).containsExactly("x");
        assertThat(store.readings).isEmpty();
    }

    @Test
    void a_will_may_wait_besides_and_its_session_owes_it_no_more() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("will/#", 2).acknowledge();
        house.connect(0, Hello.durable("w").will("$delayed/60/will/w", "gone", 30)).lose();
        house.advanceSeconds(31);
        assertThat(house.store.records(0)).anyMatch(each -> each.startsWith("delayed"))
                .last().asString().isEqualTo("will gone w");
        receiver.nothing();
        house.connect(1, Hello.durable("w"));

        house.advanceSeconds(60);

        assertThat(receiver.payloads()).containsExactly("gone");
    }

    @Test
    void a_will_of_a_session_that_ends_with_it_may_wait() {
        PlainClient receiver = house.connect(1, Hello.v5("r")).subscribed("will/#", 2).acknowledge();
        house.connect(0, Hello.v5("w").will("$delayed/60/will/w", "gone")).lose();
        house.connect(0, Hello.v5("v").expirySeconds(5).will("$delayed/60/will/v", "gone too", 30)).lose();

        house.advanceSeconds(61);
        assertThat(receiver.payloads()).containsExactly("gone");
        house.advanceSeconds(5);
        assertThat(receiver.payloads()).containsExactly("gone too");
        assertThat(house.store.records(0)).anyMatch(each -> each.equals("ended v"));
    }

    @Test
    void a_delayed_will_that_is_malformed_is_refused_with_its_connect() {
        assertThat(house.send(0, Hello.v5("w").will("$delayed/x/will", "gone")).next(io.tern.wire.ConnAck.class)
                .reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    }

    @Test
    void it_can_be_switched_off() {
        open(Options.DEFAULTS.with(DelayedOptions.ENABLED, false));

        assertThat(house.connect(0, Hello.v5("p")).published("$delayed/5/a", "x", 1))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void many_queues_of_processes_before_become_few() {
        for (int process = 0; process < 12; process++) {
            house.connect(0, Hello.v5("p")).published("$delayed/" + (1000 + process) + "/a", "" + process, 1);
            restart(1, Options.DEFAULTS);
            house.run();
            assertThat(house.store.delayed).hasSizeLessThanOrEqualTo(10);
        }
        assertThat(house.broker.delayed().messages()).isEqualTo(12);
        PlainClient receiver = house.connect(0, Hello.v5("r")).subscribed("a", 1).acknowledge();

        house.advanceSeconds(2000);

        assertThat(receiver.payloads())
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    }
}
