package io.tern.wire.codec;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PacketType;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Any packet that a version can express, for property tests and as seeds of the fuzzer.
final class PacketArbitraries {

    private final MqttVersion version;
    private final boolean v5;

    PacketArbitraries(MqttVersion version) {
        this.version = version;
        this.v5 = version.isV5();
    }

    /// What a client may send behind its CONNECT.
    Arbitrary<Packet> toServer() {
        List<Arbitrary<? extends Packet>> all = new ArrayList<>(bothWays(false));
        all.add(subscribe());
        all.add(unsubscribe());
        all.add(Arbitraries.just(PingReq.INSTANCE));
        all.add(disconnect(false));
        if (v5) {
            all.add(auth(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.REAUTHENTICATE));
        }
        return oneOf(all);
    }

    /// What a server may send.
    Arbitrary<Packet> toClient() {
        List<Arbitrary<? extends Packet>> all = new ArrayList<>(bothWays(true));
        all.add(connAck());
        all.add(subAck());
        all.add(unsubAck());
        all.add(Arbitraries.just(PingResp.INSTANCE));
        if (v5) {
            all.add(disconnect(true));
            all.add(auth(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.SUCCESS));
        }
        return oneOf(all);
    }

    private static Arbitrary<Packet> oneOf(List<Arbitrary<? extends Packet>> all) {
        List<Arbitrary<Packet>> widened = new ArrayList<>();
        for (Arbitrary<? extends Packet> one : all) {
            widened.add(one.map(Packet.class::cast));
        }
        return Arbitraries.oneOf(widened);
    }

    private List<Arbitrary<? extends Packet>> bothWays(boolean toClient) {
        return List.of(
                publish(toClient),
                Combinators.combine(packetId(), reason(PacketType.PUBACK), properties(PacketType.PUBACK))
                        .as(PubAck::new),
                Combinators.combine(packetId(), reason(PacketType.PUBREC), properties(PacketType.PUBREC))
                        .as(PubRec::new),
                Combinators.combine(packetId(), reason(PacketType.PUBREL), properties(PacketType.PUBREL))
                        .as(PubRel::new),
                Combinators.combine(packetId(), reason(PacketType.PUBCOMP), properties(PacketType.PUBCOMP))
                        .as(PubComp::new));
    }

    Arbitrary<Publish> publish(boolean toClient) {
        Arbitrary<Properties> properties = properties(PacketType.PUBLISH)
                .map(p -> toClient ? p : p.toBuilder().without(Property.SUBSCRIPTION_IDENTIFIER).build());
        return Combinators.combine(flag(), qos(), flag(), topicName(), packetId(), properties, bytes(), flag())
                .as((dup, qos, retain, topic, id, props, payload, aliasOnly) -> new Publish(
                        dup && qos > 0, qos, retain,
                        aliasOnly && props.has(Property.TOPIC_ALIAS) ? TopicName.EMPTY : topic,
                        qos > 0 ? id : 0, props, payload));
    }

    Arbitrary<Connect> connect() {
        Arbitrary<Properties> properties = properties(PacketType.CONNECT).map(p -> p.has(Property.AUTHENTICATION_METHOD)
                ? p
                : p.toBuilder().without(Property.AUTHENTICATION_DATA).build());
        Arbitrary<Will> will = Combinators.combine(topicName(), bytes(), qos(), flag(), willProperties())
                .as(Will::new)
                .injectNull(0.4);
        return Combinators.combine(flag(), flag(), Arbitraries.integers().between(0, 0xFFFF), text(), properties, will,
                        text().injectNull(0.3), bytes().injectNull(0.3))
                .as((bridge, clean, keepAlive, clientId, props, w, user, password) -> new Connect(version, bridge,
                        clean, keepAlive, clientId, props, w, user, user == null && !v5 ? null : password));
    }

    private Arbitrary<ConnAck> connAck() {
        return Combinators.combine(flag(), reasonOf(reason -> v5
                        ? reason.allowedIn(PacketType.CONNACK)
                        : reason == ReasonCode.SUCCESS
                                || reason.value() >= 0x84 && reason.value() <= 0x88), properties(PacketType.CONNACK))
                .as((present, reason, props) -> new ConnAck(
                        present && !reason.isError() && version != MqttVersion.V3_1, reason, props));
    }

    private Arbitrary<Subscribe> subscribe() {
        Arbitrary<Subscribe.Item> item = Combinators.combine(filter(), qos(), flag(), flag(), qos())
                .as((filter, qos, noLocal, asPublished, handling) -> v5
                        ? new Subscribe.Item(filter, qos, noLocal && !filter.isShared(), asPublished, handling)
                        : new Subscribe.Item(filter, qos));
        return Combinators.combine(packetId(), properties(PacketType.SUBSCRIBE), item.list().ofMinSize(1).ofMaxSize(4))
                .as(Subscribe::new);
    }

    private Arbitrary<Unsubscribe> unsubscribe() {
        return Combinators.combine(packetId(), properties(PacketType.UNSUBSCRIBE),
                        filter().list().ofMinSize(1).ofMaxSize(4))
                .as(Unsubscribe::new);
    }

    private Arbitrary<SubAck> subAck() {
        Arbitrary<ReasonCode> reason = reasonOf(r -> r.allowedIn(PacketType.SUBACK)
                && (v5 || !r.isError() || r == ReasonCode.UNSPECIFIED_ERROR));
        return Combinators.combine(packetId(), properties(PacketType.SUBACK), reason.list().ofMaxSize(4))
                .as(SubAck::new);
    }

    private Arbitrary<UnsubAck> unsubAck() {
        Arbitrary<ReasonCode> reason = reasonOf(r -> r.allowedIn(PacketType.UNSUBACK));
        return Combinators.combine(packetId(), properties(PacketType.UNSUBACK), reason.list().ofMaxSize(v5 ? 4 : 0))
                .as(UnsubAck::new);
    }

    private Arbitrary<Disconnect> disconnect(boolean toClient) {
        return Combinators.combine(reason(PacketType.DISCONNECT), properties(PacketType.DISCONNECT))
                .as((reason, props) -> new Disconnect(reason,
                        toClient ? props.toBuilder().without(Property.SESSION_EXPIRY_INTERVAL).build() : props));
    }

    private Arbitrary<Auth> auth(ReasonCode... reasons) {
        return Combinators.combine(Arbitraries.of(reasons), properties(PacketType.AUTH), text())
                .as((reason, props, method) -> new Auth(reason,
                        props.toBuilder().with(Property.AUTHENTICATION_METHOD, method).build()));
    }

    private Arbitrary<ReasonCode> reason(PacketType type) {
        return v5 ? reasonOf(reason -> reason.allowedIn(type)) : Arbitraries.just(ReasonCode.SUCCESS);
    }

    private static Arbitrary<ReasonCode> reasonOf(Predicate<ReasonCode> wanted) {
        List<ReasonCode> reasons = new ArrayList<>();
        for (ReasonCode reason : ReasonCode.values()) {
            if (wanted.test(reason)) {
                reasons.add(reason);
            }
        }
        return Arbitraries.of(reasons);
    }

    private Arbitrary<Properties> properties(PacketType type) {
        return v5 ? of(property -> property.allowedIn(type), type) : Arbitraries.just(Properties.NONE);
    }

    private Arbitrary<Properties> willProperties() {
        return v5 ? of(Property::allowedInWill, PacketType.CONNECT) : Arbitraries.just(Properties.NONE);
    }

    /// A step that adds one property, or null for one that is left out.
    private interface Step {
        void addTo(Properties.Builder builder);
    }

    private static Arbitrary<Properties> of(Predicate<Property> wanted, PacketType type) {
        List<Arbitrary<Step>> steps = new ArrayList<>();
        for (Property property : Property.values()) {
            if (wanted.test(property)) {
                steps.add(step(property).injectNull(0.6));
                if (property.repeatableIn(type)) {
                    steps.add(step(property).injectNull(0.6));
                }
            }
        }
        return Combinators.combine(steps).as(list -> {
            Properties.Builder builder = Properties.builder();
            for (Step step : list) {
                if (step != null) {
                    step.addTo(builder);
                }
            }
            return builder.build();
        });
    }

    private static Arbitrary<Step> step(Property property) {
        return switch (property.type()) {
            case BYTE, TWO_BYTE, FOUR_BYTE -> Arbitraries.longs().between(property.min(), property.max())
                    .map(n -> b -> b.with(property, n));
            case VARINT -> Arbitraries.integers().between(1, Property.VARINT_MAX)
                    .map(n -> b -> b.subscriptionIdentifier(n));
            case STRING -> property == Property.RESPONSE_TOPIC
                    ? topicName().map(t -> b -> b.with(property, t.value()))
                    : text().map(t -> b -> b.with(property, t));
            case BINARY -> bytes().map(a -> b -> b.with(property, a));
            case STRING_PAIR -> Combinators.combine(text(), text()).as((name, value) -> b -> b.user(name, value));
        };
    }

    private static Arbitrary<Boolean> flag() {
        return Arbitraries.of(true, false);
    }

    private static Arbitrary<Integer> qos() {
        return Arbitraries.integers().between(0, 2);
    }

    private static Arbitrary<Integer> packetId() {
        return Arbitraries.integers().between(1, 0xFFFF);
    }

    /// Mostly short; long enough now and then for two bytes of Remaining Length.
    private static Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    }

    static Arbitrary<String> text() {
        Arbitrary<String> plain = Arbitraries.strings().withCharRange(' ', '~').withCharRange('\u00A0', '\u00FF')
                .withCharRange('\u4E00', '\u4E20').withChars('\uFEFF', '/').ofMaxLength(20);
        return Arbitraries.oneOf(plain, plain.map(s -> s + "\uD83D\uDE00" + s), Arbitraries.just(""));
    }

    static Arbitrary<TopicName> topicName() {
        return text().map(s -> s.replace('+', 'p').replace('#', 'h')).map(s -> TopicName.of(s.isEmpty() ? "/" : s));
    }

    static Arbitrary<TopicFilter> filter() {
        Arbitrary<String> level = Arbitraries.oneOf(
                text().map(s -> s.replace('+', 'p').replace('#', 'h').replace('/', 's')),
                Arbitraries.just("+"));
        Arbitrary<String> plain = Combinators.combine(level.list().ofMinSize(1).ofMaxSize(4), flag())
                .as((levels, hash) -> String.join("/", levels) + (hash ? "/#" : ""))
                .map(s -> s.isEmpty() ? "#" : s);
        Arbitrary<String> shared = Combinators.combine(Arbitraries.of("g", "group one"), plain)
                .as((name, filter) -> "$share/" + name + "/" + filter);
        return Arbitraries.oneOf(plain.filter(s -> !s.startsWith("$share/")), shared).map(TopicFilter::of);
    }
}
