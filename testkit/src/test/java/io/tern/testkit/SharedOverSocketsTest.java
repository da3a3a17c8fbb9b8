package io.tern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Shared subscriptions over real sockets, with members on different shards, in each version.
@Timeout(60)
class SharedOverSocketsTest {

    private static final String END = "end";

    @RegisterExtension
    final BrokerExtension broker = new BrokerExtension();

    private final List<RawClient> open = new ArrayList<>();
    private int clients;

    @AfterEach
    void close() {
        open.forEach(RawClient::close);
    }

    private RawClient connect() {
        RawClient client = broker.connect();
        open.add(client);
        return client;
    }

    private RawClient publisher() {
        RawClient client = connect();
        client.connect(MqttVersion.V5, "publisher-" + clients++);
        return client;
    }

    /// A client whose session outlives its connection.
    private ConnAck enter(RawClient client, MqttVersion version, String id) {
        Properties expiry = version.isV5()
                ? Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 600).build()
                : Properties.NONE;
        return client.connect(new Connect(version, false, false, 0, id, expiry, null, null, null));
    }

    private RawClient member(MqttVersion version, int qos, boolean durable) {
        RawClient client = connect();
        String id = "member-" + clients++;
        if (durable) {
            enter(client, version, id);
        } else {
            client.connect(version, id);
        }
        subscribe(client, "$share/g/t", qos);
        return client;
    }

    private static void subscribe(RawClient client, String filter, int qos) {
        Subscribe.Item item = new Subscribe.Item(TopicFilter.of(filter), qos, false, false, 0);
        client.send(new Subscribe(1, Properties.NONE, List.of(item)));
        assertThat(client.expect(SubAck.class).reasons()).containsExactly(ReasonCode.grantedQos(qos));
    }

    private static void publish(RawClient publisher, String text, int qos) {
        publisher.send(new Publish(
                false, qos, false, TopicName.of("t"), 1, Properties.NONE, text.getBytes(UTF_8)));
        if (qos == 1) {
            publisher.expect(PubAck.class);
        } else {
            publisher.expect(PubRec.class);
            publisher.send(new PubRel(1, ReasonCode.SUCCESS, Properties.NONE)).expect(PubComp.class);
        }
    }

    private static String text(Publish publish) {
        return new String(publish.payload(), UTF_8);
    }

    private static Set<String> numbers(int from, int to) {
        Set<String> all = new TreeSet<>();
        IntStream.range(from, to).forEach(number -> all.add("" + number));
        return all;
    }

    /// Takes and acknowledges whatever comes, until the end is there.
    private static List<String> all(RawClient member, CountDownLatch missing) {
        List<String> came = new ArrayList<>();
        while (true) {
            Publish publish = member.expect(Publish.class);
            if (publish.qos() == 1) {
                member.send(new PubAck(publish.packetId()));
            }
            if (publish.topic().value().equals(END)) {
                return came;
            }
            came.add(text(publish));
            missing.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Spec("MQTT-4.8.2-1")
    void each_message_goes_to_one_member_and_each_member_gets_its_share(MqttVersion version) throws Exception {
        int members = 4;
        int messages = 2000;
        CountDownLatch missing = new CountDownLatch(messages);
        try (ExecutorService readers = Executors.newFixedThreadPool(members)) {
            List<Future<List<String>>> shares = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                RawClient member = member(version, 1, false);
                subscribe(member, END, 0);
                shares.add(readers.submit(() -> all(member, missing)));
            }
            RawClient publisher = publisher();
            for (int i = 0; i < messages; i++) {
                publish(publisher, "" + i, 1);
            }
            assertThat(missing.await(30, TimeUnit.SECONDS)).isTrue();
            List<String> came = new ArrayList<>();
            publisher.send(new Publish(false, 0, false, TopicName.of(END), 0, Properties.NONE, new byte[0]));
            for (Future<List<String>> share : shares) {
                assertThat(share.get()).hasSizeGreaterThan(messages / members / 10);
                came.addAll(share.get());
            }
            assertThat(came).containsExactlyInAnyOrderElementsOf(numbers(0, messages));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_member_leaves_unanswered_at_qos_1_goes_to_the_others_when_it_goes(MqttVersion version) {
        for (Leaving leaving : Leaving.values()) {
            RawClient publisher = publisher();
            RawClient lazy = member(version, 1, leaving == Leaving.LOST_WITH_A_SESSION);
            for (int i = 0; i < 20; i++) {
                publish(publisher, "" + i, 1);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(text(lazy.expect(Publish.class))).isEqualTo("" + i);
            }
            RawClient diligent = member(version, 1, false);

            leaving.leave(lazy);

            List<String> came = new ArrayList<>();
            while (came.size() < 20) {
                Publish publish = diligent.expect(Publish.class);
                assertThat(publish.dup()).as("to this client it is new").isFalse();
                diligent.send(new PubAck(publish.packetId()));
                came.add(text(publish));
            }
            assertThat(came).as("in order").isEqualTo(IntStream.range(0, 20).mapToObj(i -> "" + i).toList());
            diligent.expectNothing();
            diligent.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE)).expectClosed();
        }
    }

    /// How a member goes.
    private enum Leaving {
        DISCONNECTED {
            @Override
            void leave(RawClient client) {
                client.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE)).expectClosed();
            }
        },
        LOST {
            @Override
            void leave(RawClient client) {
                client.reset();
            }
        },
        LOST_WITH_A_SESSION {
            @Override
            void leave(RawClient client) {
                client.reset();
            }
        };

        abstract void leave(RawClient client);
    }

    @ParameterizedTest
    @EnumSource
    @Spec({"MQTT-4.8.2-4", "MQTT-4.4.0-1"})
    void what_was_sent_at_qos_2_waits_for_the_member_it_was_sent_to(MqttVersion version) {
        RawClient publisher = publisher();
        RawClient first = connect();
        enter(first, version, "first");
        subscribe(first, "$share/g/t", 2);
        publish(publisher, "x", 2);
        Publish sent = first.expect(Publish.class);
        RawClient second = member(version, 2, false);

        first.reset();
        publish(publisher, "y", 2);

        assertThat(text(second.expect(Publish.class))).isEqualTo("y");
        second.expectNothing();
        RawClient again = connect();
        assertThat(enter(again, version, "first").reason()).isEqualTo(ReasonCode.SUCCESS);
        Publish repeated = again.expect(Publish.class);
        assertThat(repeated.dup()).isTrue();
        assertThat(repeated.packetId()).isEqualTo(sent.packetId());
        assertThat(text(repeated)).isEqualTo("x");
        again.send(new PubRec(sent.packetId(), ReasonCode.SUCCESS, Properties.NONE));
        assertThat(again.expect(PubRel.class).packetId()).isEqualTo(sent.packetId());
        again.send(new PubComp(sent.packetId(), ReasonCode.SUCCESS, Properties.NONE)).expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void who_unsubscribes_gets_no_more_and_the_others_get_all(MqttVersion version) {
        RawClient publisher = publisher();
        RawClient leaving = member(version, 1, false);
        RawClient staying = member(version, 1, false);

        leaving.send(new Unsubscribe(2, Properties.NONE, List.of(TopicFilter.of("$share/g/t"))));
        leaving.expect(UnsubAck.class);
        for (int i = 0; i < 10; i++) {
            publish(publisher, "" + i, 1);
            Publish publish = staying.expect(Publish.class);
            assertThat(text(publish)).isEqualTo("" + i);
            staying.send(new PubAck(publish.packetId()));
        }

        leaving.expectNothing();
    }

    /// 3.1 doesn't say what the bits above the QoS are.
    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @Spec("MQTT-3.8.3-4")
    void no_local_on_a_shared_subscription_ends_the_connection(MqttVersion version) {
        RawClient client = connect();
        client.connect(version, "c");
        String properties = version.isV5() ? "00" : "";
        String rest = "0001" + properties + "000a" + "2473686172652f672f74" + "04";

        client.sendHex("82" + "%02x".formatted(rest.length() / 2) + rest);

        if (version.isV5()) {
            Packet last = client.receive();
            assertThat(((Disconnect) last).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        }
        client.expectClosed();
    }
}
