package io.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.store.FileStore;
import io.tern.store.StoreSettings;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Twenty times as many retained messages as there may be in memory, on a real disk: a subscriber of `#` gets all of
/// them, with what has changed since, and again after a start.
@Timeout(120)
class RetainedOnDiskTest {

    private static final int MESSAGES = 20_000;
    private static final int BATCH = 1000;
    private static final int PAYLOAD_BYTES = 1024;
    private static final long BUDGET_BYTES = 1024 * 1024;
    /// So many that are set last are in memory at most, as payload alone takes that much.
    private static final int IN_MEMORY = (int) (BUDGET_BYTES / PAYLOAD_BYTES);

    @TempDir
    Path folder;

    private TestBroker start() throws IOException {
        Options options = Options.builder().with(BrokerOptions.RETAINED_MEMORY_BYTES, BUDGET_BYTES).build();
        FileStore store = FileStore.open(
                folder, StoreSettings.of(Options.DEFAULTS, true, 1L << 40), "a test", nanos -> { }, failure -> {
                    throw new AssertionError(failure);
                });
        return TestBroker.builder().options(options).store(store).start();
    }

    private static TopicName topic(int number) {
        return TopicName.of("kept/" + number % 100 + "/" + number);
    }

    private static Publish retained(int number, int version, int packetId) {
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).putInt(version).array();
        return new Publish(false, 1, true, topic(number), packetId, Properties.NONE, payload);
    }

    /// Sets one of so many messages.
    private static void set(RawClient keeper, int step, int version) {
        int sent = 0;
        for (int number = 0; number < MESSAGES; number += step) {
            keeper.send(retained(number, version, ++sent % BATCH + 1));
            if (sent % BATCH == 0) {
                for (int answers = 0; answers < BATCH; answers++) {
                    keeper.expect(PubAck.class);
                }
            }
        }
    }

    /// Subscribes to all and takes what comes, until every topic has come with the flag.
    ///
    /// @param changing changes some of them to version 3 meanwhile; null for nobody
    /// @return the version of each that came last
    private static int[] readAll(RawClient client, RawClient changing) {
        client.send(new Subscribe(
                1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("#"), 1, false, false, 0))));
        client.expect(SubAck.class);
        int[] versions = new int[MESSAGES];
        int came = 0;
        int changed = 0;
        while (came < MESSAGES || changing != null && changed < MESSAGES / BATCH) {
            if (changing != null && came % BATCH == BATCH / 2 && changed < MESSAGES / BATCH) {
                changing.send(retained(changed++ * BATCH, 3, 1)).expect(PubAck.class);
            }
            Publish publish = client.expect(Publish.class);
            client.send(new PubAck(publish.packetId()));
            ByteBuffer payload = ByteBuffer.wrap(publish.payload());
            int number = payload.getInt();
            int version = payload.getInt();
            assertThat(publish.topic()).isEqualTo(topic(number));
            assertThat(version).as("of %s, after another", publish.topic()).isGreaterThanOrEqualTo(versions[number]);
            came += versions[number] == 0 ? 1 : 0;
            assertThat(versions[number] == version && publish.retain()).as("twice").isFalse();
            versions[number] = version;
        }
        return versions;
    }

    @Test
    void all_are_there_and_the_latest_counts() throws IOException {
        try (TestBroker broker = start(); RawClient keeper = broker.connect(); RawClient reader = broker.connect()) {
            keeper.connect(MqttVersion.V5, "keeper");
            reader.connect(MqttVersion.V5, "reader");
            set(keeper, 1, 1);
            assertThat(readAll(reader, null)).containsOnly(1);

            assertThat(broker.broker().retainedMessages()).isEqualTo(MESSAGES);
            assertThat(broker.broker().retainedStubs()).isGreaterThan(MESSAGES - IN_MEMORY);
            assertThat(broker.broker().retainedMemoryBytes()).isLessThanOrEqualTo(BUDGET_BYTES);
            assertThat(broker.broker().count(Counters.Event.RETAINED_READ)).isGreaterThan(MESSAGES - IN_MEMORY);

            set(keeper, 10, 2);
            try (RawClient second = broker.connect(); RawClient changing = broker.connect()) {
                second.connect(MqttVersion.V5, "second");
                changing.connect(MqttVersion.V5, "changing");
                readAll(second, changing);
            }
            assertThat(broker.broker().count(Counters.Event.RETAINED_MISSING)).isZero();
            assertThat(broker.bugs()).isZero();
        }
        try (TestBroker broker = start(); RawClient reader = broker.connect()) {
            assertThat(broker.broker().retainedMessages()).isEqualTo(MESSAGES);
            assertThat(broker.broker().retainedMemoryBytes()).isLessThanOrEqualTo(BUDGET_BYTES);
            reader.connect(MqttVersion.V5, "reader");

            int[] versions = readAll(reader, null);

            for (int number = 0; number < MESSAGES; number++) {
                int expected = number % BATCH == 0 ? 3 : number % 10 == 0 ? 2 : 1;
                assertThat(versions[number]).as("version of %s", topic(number)).isEqualTo(expected);
            }
            assertThat(broker.bugs()).isZero();
        }
    }
}
