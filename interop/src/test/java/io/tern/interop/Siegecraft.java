package io.tern.interop;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import io.tern.wire.Will;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a [Besieger] sends, encoded once for all of them, so that whoever sends it has nothing to do but that.
final class Siegecraft {

    /// What a broker is made to hold, or to do.
    enum Way {
        /// Subscribes to what is published most, may have 65,535 under way, and reads nothing.
        UNREAD,
        /// The same, read a byte at a time.
        SIPS,
        /// The first half of a large packet.
        HALF,
        /// A will as large as a packet may be, of a session that lasts.
        WILL,
        /// Messages of QoS 2 that are never released.
        UNRELEASED,
        /// Packets of 4,000 shared groups.
        GROUPS,
        /// Members of one group, who come, borrow and go.
        MEMBERS,
        /// Packets of 4,000 filters.
        FILTERS,
        /// As many filters as a packet has room for, all of them one, for which something is retained.
        SAME,
        /// 4,000 filters, subscribed to and left again and again.
        CHURN,
        /// Retained messages, each on a topic of its own.
        RETAINED,
        /// Aliases for topics as long as they may be.
        ALIASES,
        /// Topics and filters of as many levels as there may be, and as many properties.
        LEVELS,
        /// A tree of filters of a thousand levels, and topics that match all of it.
        TREE,
        /// Thousands of the smallest packets that the broker has to think about.
        TINY,
        /// Pings whose answers nobody reads.
        PINGS,
        /// Sessions that last, each with a queue.
        SESSIONS,
        /// One client identifier for all, who take over from each other.
        TAKEOVERS,
        /// A connection and no more.
        KNOCKS,
        /// One byte at a time.
        DRIP,
        /// Large messages for those who read nothing.
        FLOOD
    }

    private static final int VARIANTS = 64;
    private static final int ITEMS = 4_000;
    private static final int SAME_ITEMS = 500_000;
    private static final int WILL_PROPERTIES = 30;
    private static final int WILL_CHARACTERS = 60_000;

    private final Random random;
    private final Map<Way, List<byte[]>> packets = new EnumMap<>(Way.class);

    Siegecraft(Random random) {
        this.random = random;
        packets.put(Way.UNREAD, List.of(subscribe(List.of("flood/#", "retained/#"))));
        packets.put(Way.SIPS, packets.get(Way.UNREAD));
        byte[] half = bytes(publish("half", 1, false, 1_900_000));
        packets.put(Way.HALF, List.of(Arrays.copyOf(half, half.length / 2)));
        packets.put(Way.WILL, List.of());
        packets.put(Way.UNRELEASED, some(i -> publish("nobody/" + i, 2, false, 100)));
        packets.put(Way.GROUPS, some(i -> subscription(filters("$share/g/"))));
        packets.put(Way.MEMBERS, List.of(subscribe(List.of("$share/members/flood/#"))));
        packets.put(Way.FILTERS, some(i -> subscription(filters("f/"))));
        packets.put(Way.SAME, List.of(
                bytes(publish("s", 1, true, 10)),
                subscribe(Collections.nCopies(SAME_ITEMS, "s")),
                bytes(new Unsubscribe(1, Properties.NONE, Collections.nCopies(SAME_ITEMS, TopicFilter.of("u"))))));
        List<String> churned = filters("churn/");
        packets.put(Way.CHURN, List.of(subscribe(churned), bytes(new Unsubscribe(
                1, Properties.NONE, churned.stream().map(TopicFilter::of).toList()))));
        packets.put(Way.RETAINED, some(i -> publish("retained/" + random.nextInt(1_000_000), 1, true, 10_000)));
        packets.put(Way.ALIASES, IntStream.rangeClosed(1, 10).mapToObj(i -> bytes(aliased(i))).toList());
        packets.put(Way.LEVELS, List.of(
                bytes(publish("/".repeat(65_535), 1, false, 0)),
                bytes(subscription(List.of("+/".repeat(32_767)))),
                bytes(subscription(List.of("/".repeat(65_534) + "#"))),
                bytes(manyProperties())));
        packets.put(Way.TREE, IntStream.range(0, VARIANTS)
                .mapToObj(i -> bytes(subscription(tree()), publish("/".repeat(1_000), 0, false, 0)))
                .toList());
        packets.put(Way.TINY, List.of(
                bytes(IntStream.range(0, ITEMS)
                        .mapToObj(i -> subscription(List.of("t" + i)))
                        .toArray(Packet[]::new)),
                bytes(IntStream.range(0, ITEMS)
                        .mapToObj(i -> publish("t" + i, 0, true, 1))
                        .toArray(Packet[]::new)),
                bytes(IntStream.range(0, ITEMS)
                        .mapToObj(i -> new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of("t" + i))))
                        .toArray(Packet[]::new))));
        packets.put(Way.PINGS, List.of(bytes(Collections.nCopies(2_000, PingReq.INSTANCE).toArray(new Packet[0]))));
        packets.put(Way.SESSIONS, List.of(subscribe(List.of("flood/#"))));
        packets.put(Way.TAKEOVERS, List.of(subscribe(List.of("flood/#"))));
        packets.put(Way.KNOCKS, List.of());
        packets.put(Way.DRIP, List.of(subscribe(filters("drip/"))));
        packets.put(Way.FLOOD, some(i -> publish("flood/" + i % 10, i % 2, false, 30_000)));
    }

    /// How somebody begins.
    ///
    /// @param id of whom
    ByteBuffer first(Way way, String id) {
        return ByteBuffer.wrap(switch (way) {
            case KNOCKS -> new byte[0];
            case WILL -> bytes(connect(id, true, will()));
            case SESSIONS, UNRELEASED -> bytes(connect(id, true, null));
            case TAKEOVERS -> bytes(connect("taken", true, null));
            default -> bytes(connect(id, false, null));
        });
    }

    /// What follows, in a round that counts from 0.
    ///
    /// @return null if there is nothing more
    ByteBuffer next(Way way, int round) {
        List<byte[]> all = packets.get(way);
        boolean again = switch (way) {
            case GROUPS, FILTERS, RETAINED, FLOOD, UNRELEASED, CHURN, PINGS, SAME, LEVELS, TREE, TINY -> !all.isEmpty();
            default -> round < all.size();
        };
        return again ? ByteBuffer.wrap(all.get(round % all.size())) : null;
    }

    private static Connect connect(String id, boolean lasts, Will will) {
        Properties properties = Properties.builder()
                .with(Property.RECEIVE_MAXIMUM, 65_535)
                .with(Property.SESSION_EXPIRY_INTERVAL, lasts ? 300 : 0)
                .build();
        return new Connect(MqttVersion.V5, false, true, 0, id, properties, will, null, null);
    }

    private static Will will() {
        Properties.Builder properties = Properties.builder();
        for (int i = 0; i < WILL_PROPERTIES; i++) {
            properties.user("will" + i, "x".repeat(WILL_CHARACTERS));
        }
        return new Will(TopicName.of("flood/will"), new byte[WILL_CHARACTERS], 1, false, properties.build());
    }

    private static List<byte[]> some(IntFunction<Packet> packet) {
        return Stream.iterate(1, i -> i <= VARIANTS, i -> i + 1).map(i -> bytes(packet.apply(i))).toList();
    }

    private static byte[] subscribe(List<String> filters) {
        return bytes(subscription(filters));
    }

    private static Packet subscription(List<String> filters) {
        return new Subscribe(
                1,
                Properties.NONE,
                filters.stream().map(filter -> new Subscribe.Item(TopicFilter.of(filter), 1)).toList());
    }

    private List<String> filters(String prefix) {
        return Stream.generate(() -> prefix + Integer.toHexString(random.nextInt())).limit(ITEMS).toList();
    }

    private List<String> tree() {
        return Stream.generate(() -> random.ints(1_000, 0, 2)
                        .mapToObj(i -> i == 0 ? "/" : "+/")
                        .collect(Collectors.joining()) + "#")
                .limit(16)
                .toList();
    }

    private Publish publish(String topic, int qos, boolean retain, int payloadBytes) {
        int packetId = qos == 0 ? 0 : 1 + random.nextInt(65_535);
        return new Publish(
                false, qos, retain, TopicName.of(topic), packetId, Properties.NONE, new byte[payloadBytes]);
    }

    private static Publish aliased(int alias) {
        Properties properties = Properties.builder().with(Property.TOPIC_ALIAS, alias).build();
        TopicName topic = TopicName.of("alias/" + alias + "x".repeat(65_000));
        return new Publish(false, 0, false, topic, 0, properties, new byte[0]);
    }

    private static Publish manyProperties() {
        Properties.Builder properties = Properties.builder();
        for (int i = 0; i < 65_535; i++) {
            properties.user("", "");
        }
        return new Publish(false, 0, false, TopicName.of("flood/p"), 0, properties.build(), new byte[0]);
    }

    private static byte[] bytes(Packet... packets) {
        ByteWriter bytes = new ByteWriter(1024);
        for (Packet each : packets) {
            Encoder.encode(each, MqttVersion.V5, bytes);
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }
}
