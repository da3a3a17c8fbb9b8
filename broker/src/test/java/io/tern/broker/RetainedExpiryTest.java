package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.QuotaOptions;
import io.tern.broker.watch.Counters;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Retained messages that nobody asks for go when they have expired.
class RetainedExpiryTest {

    private static final int MANY = 2000;

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private static Publish expiring(String topic, long seconds) {
        Properties expiry = Properties.builder()
                .with(Property.MESSAGE_EXPIRY_INTERVAL, seconds)
                .build();
        return new Publish(false, 0, true, TopicName.of(topic), 0, expiry, new byte[] {'x'});
    }

    private PlainClient retain(int shard, int count, long seconds) {
        PlainClient publisher = house.connect(shard, Hello.v5("p" + shard));
        for (int i = 0; i < count; i++) {
            publisher.send(expiring("m/" + shard + "/" + i, seconds));
        }
        house.run();
        return publisher;
    }

    private long cleared() {
        return house.store.records(0).stream().filter(each -> each.startsWith("cleared ")).count()
                + house.store.records(1).stream().filter(each -> each.startsWith("cleared ")).count();
    }

    @Test
    void they_go_from_memory_and_from_the_store_though_nothing_else_happens() {
        long before = house.broker.heldBytes();
        retain(0, MANY, 10).disconnect();
        retain(1, MANY, 20).disconnect();
        house.advanceMillis(9_900);
        assertThat(house.broker.retainedMessages()).isEqualTo(2 * MANY);

        house.advanceSeconds(3);
        assertThat(house.broker.retainedMessages()).isEqualTo(MANY);
        house.advanceSeconds(10);

        assertThat(house.broker.retainedMessages()).isZero();
        assertThat(cleared()).isEqualTo(2 * MANY);
        assertThat(house.broker.count(Counters.Event.RETAINED_EXPIRED)).isEqualTo(2 * MANY);
        assertThat(house.broker.retained().heldBytes()).isZero();
        assertThat(house.broker.heldBytes()).isEqualTo(before);
    }

    @Test
    void a_few_go_in_one_turn() {
        retain(0, MANY, 10);
        int most = 0;
        house.nowMillis += 12_000;
        for (int left = MANY; left > 0; ) {
            house.loop(0).turn();
            most = Math.max(most, left - house.broker.retainedMessages());
            left = house.broker.retainedMessages();
        }

        assertThat(most).isBetween(1, 256);
    }

    @Test
    void one_that_was_replaced_goes_at_its_new_time_or_never() {
        PlainClient publisher = retain(0, 3, 10);
        publisher.send(expiring("m/0/0", 100));
        publisher.retain("m/0/1", "for ever");
        publisher.retain("m/0/2", "");
        house.advanceSeconds(15);
        assertThat(house.broker.retainedMessages()).isEqualTo(2);

        house.advanceSeconds(100);

        assertThat(house.broker.retainedMessages()).isEqualTo(1);
        assertThat(house.connect(1, Hello.v5("s")).subscribed("#", 0).payloads()).containsExactly("for ever");
    }

    @Test
    void at_a_limit_of_messages_the_expired_go_first() {
        house.close();
        house = new House(2, Options.builder().with(BrokerOptions.RETAINED_MESSAGES, 100).build());
        PlainClient publisher = retain(0, 100, 1);
        house.nowMillis += 1_000;

        publisher.retain("new", "x");
        house.run();

        assertThat(house.connect(1, Hello.v5("s")).subscribed("new", 0).payloads()).containsExactly("x");
        assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isZero();
    }

    @Test
    void at_a_limit_of_bytes_as_many_expired_go_as_are_in_the_way() {
        house.close();
        house = new House(2, unshared(14_000));
        PlainClient publisher = retain(0, 60, 1);
        house.nowMillis += 1_000;

        publisher.retain("new", "x".repeat(5_000));
        house.run();

        assertThat(house.connect(1, Hello.v5("s")).subscribed("new", 0).messages()).hasSize(1);
        assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isZero();
    }

    @Test
    void what_has_expired_while_the_server_was_away_is_taken_out_of_the_store() {
        house = new House(2, (store, into) -> {
            for (int i = 0; i < MANY; i++) {
                retained(into, "old/" + i, i, 1_000_000_000_000L - 1);
            }
            retained(into, "later", MANY, 1_000_000_000_000L + 5_000);
            retained(into, "never", MANY + 1, Message.NEVER);
        });
        house.run();

        assertThat(house.broker.retainedMessages()).isEqualTo(2);
        assertThat(cleared()).isEqualTo(MANY);
        house.advanceSeconds(10);
        assertThat(house.broker.retainedMessages()).isEqualTo(1);
    }

    private static void retained(Recovered into, String topic, long sequence, long expiresAtMillis) {
        TopicName name = TopicName.of(topic);
        into.retained(new RetainedId(name, sequence), null, expiresAtMillis, 100, () -> new Message(
                name, new byte[] {'x'}, 0, true, Properties.NONE, "p", expiresAtMillis));
    }

    /// Nobody is read who could add to the journal, and neither does this add to it.
    @Test
    void they_wait_while_the_disk_is_far_behind() {
        retain(0, 20, 1);
        house.store.stagedBytes = 64 * 1024 * 1024;
        house.advanceSeconds(10);
        assertThat(house.broker.retainedMessages()).isEqualTo(20);

        house.store.stagedBytes = 0;
        house.connect(0, Hello.v5("anybody"));
        house.run();

        assertThat(house.broker.retainedMessages()).isZero();
    }

    /// Room for so much, all of it for one who is alone.
    private static Options unshared(long bytes) {
        return Options.builder()
                .with(BrokerOptions.RETAINED_BYTES, bytes)
                .with(QuotaOptions.FAIR_SHARE, false)
                .build();
    }
}
