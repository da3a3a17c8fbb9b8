package io.tern.wire.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
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
import io.tern.wire.UserProperty;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;

/// Says our packets in Netty's words and back, so that two codecs that know nothing of each other can be compared.
final class NettyWords {

    private final MqttVersion version;

    NettyWords(MqttVersion version) {
        this.version = version;
    }

    Packet fromNetty(MqttMessage message) {
        Object header = message.variableHeader();
        return switch (message.fixedHeader().messageType()) {
            case CONNECT -> connect((MqttConnectVariableHeader) header, (MqttConnectPayload) message.payload());
            case CONNACK -> {
                MqttConnAckVariableHeader h = (MqttConnAckVariableHeader) header;
                int code = h.connectReturnCode().byteValue() & 0xFF;
                yield new ConnAck(h.isSessionPresent(), Dialect.of(version).connAckReason(code),
                        properties(h.properties()));
            }
            case PUBLISH -> publish(message.fixedHeader(), (MqttPublishVariableHeader) header,
                    (ByteBuf) message.payload());
            case PUBACK -> new PubAck(id(header), reason(header), properties(header));
            case PUBREC -> new PubRec(id(header), reason(header), properties(header));
            case PUBREL -> new PubRel(id(header), reason(header), properties(header));
            case PUBCOMP -> new PubComp(id(header), reason(header), properties(header));
            case SUBSCRIBE -> {
                List<Subscribe.Item> items = new ArrayList<>();
                for (MqttTopicSubscription s : ((MqttSubscribePayload) message.payload()).topicSubscriptions()) {
                    MqttSubscriptionOption o = s.option();
                    items.add(new Subscribe.Item(TopicFilter.of(s.topicFilter()), o.qos().value(), o.isNoLocal(),
                            o.isRetainAsPublished(), o.retainHandling().value()));
                }
                yield new Subscribe(id(header), properties(header), items);
            }
            case SUBACK -> {
                List<ReasonCode> reasons = new ArrayList<>();
                for (int code : ((MqttSubAckPayload) message.payload()).reasonCodes()) {
                    reasons.add(ReasonCode.of(code));
                }
                yield new SubAck(id(header), properties(header), reasons);
            }
            case UNSUBSCRIBE -> {
                List<TopicFilter> filters = new ArrayList<>();
                for (String topic : ((MqttUnsubscribePayload) message.payload()).topics()) {
                    filters.add(TopicFilter.of(topic));
                }
                yield new Unsubscribe(id(header), properties(header), filters);
            }
            case UNSUBACK -> {
                List<ReasonCode> reasons = new ArrayList<>();
                if (message.payload() != null) {
                    for (int code : ((MqttUnsubAckPayload) message.payload()).unsubscribeReasonCodes()) {
                        reasons.add(ReasonCode.of(code));
                    }
                }
                yield new UnsubAck(id(header), properties(header), reasons);
            }
            case PINGREQ -> PingReq.INSTANCE;
            case PINGRESP -> PingResp.INSTANCE;
            case DISCONNECT -> new Disconnect(reason(header), properties(header));
            case AUTH -> new Auth(reason(header), properties(header));
        };
    }

    private Connect connect(MqttConnectVariableHeader h, MqttConnectPayload p) {
        Will will = h.isWillFlag()
                ? new Will(TopicName.of(p.willTopic()), p.willMessageInBytes(), h.willQos(), h.isWillRetain(),
                        properties(p.willProperties()))
                : null;
        return new Connect(version, false, h.isCleanSession(), h.keepAliveTimeSeconds(), p.clientIdentifier(),
                properties(h.properties()), will, h.hasUserName() ? p.userName() : null,
                h.hasPassword() ? p.passwordInBytes() : null);
    }

    private Publish publish(MqttFixedHeader fixed, MqttPublishVariableHeader h, ByteBuf payload) {
        TopicName topic = h.topicName().isEmpty() ? TopicName.EMPTY : TopicName.of(h.topicName());
        int qos = fixed.qosLevel().value();
        return new Publish(fixed.isDup(), qos, fixed.isRetain(), topic, qos == 0 ? 0 : h.packetId(),
                properties(h.properties()), ByteBufUtil.getBytes(payload));
    }

    private static int id(Object header) {
        return ((MqttMessageIdVariableHeader) header).messageId();
    }

    private static ReasonCode reason(Object header) {
        return switch (header) {
            case MqttPubReplyMessageVariableHeader h -> ReasonCode.of(h.reasonCode() & 0xFF);
            case MqttReasonCodeAndPropertiesVariableHeader h -> ReasonCode.of(h.reasonCode() & 0xFF);
            case null, default -> ReasonCode.SUCCESS;
        };
    }

    private static Properties properties(Object header) {
        return switch (header) {
            case MqttProperties p -> properties(p);
            case MqttPubReplyMessageVariableHeader h -> properties(h.properties());
            case MqttMessageIdAndPropertiesVariableHeader h -> properties(h.properties());
            case MqttReasonCodeAndPropertiesVariableHeader h -> properties(h.properties());
            case null, default -> Properties.NONE;
        };
    }

    private static Properties properties(MqttProperties netty) {
        Properties.Builder builder = Properties.builder();
        for (MqttProperties.MqttProperty<?> one : netty.listAll()) {
            Property property = Property.of(one.propertyId());
            switch (one.value()) {
                case Integer n when property == Property.SUBSCRIPTION_IDENTIFIER -> builder.subscriptionIdentifier(n);
                case Integer n -> builder.with(property, n & 0xFFFF_FFFFL);
                case String s -> builder.with(property, s);
                case byte[] b -> builder.with(property, b);
                case List<?> pairs -> {
                    for (Object pair : pairs) {
                        MqttProperties.StringPair p = (MqttProperties.StringPair) pair;
                        builder.user(p.key, p.value);
                    }
                }
                default -> throw new AssertionError(one);
            }
        }
        return builder.build();
    }

    MqttMessage toNetty(Packet packet) {
        return switch (packet) {
            case Publish p -> MqttMessageFactory.newMessage(
                    new MqttFixedHeader(MqttMessageType.PUBLISH, p.dup(), MqttQoS.valueOf(p.qos()), p.retain(), 0),
                    new MqttPublishVariableHeader(p.topic().value(), p.packetId(), netty(p.properties())),
                    Unpooled.wrappedBuffer(p.payload()));
            case PubAck p -> message(packet, reply(p.packetId(), p.reason(), p.properties()), null);
            case PubRec p -> message(packet, reply(p.packetId(), p.reason(), p.properties()), null);
            case PubRel p -> message(packet, reply(p.packetId(), p.reason(), p.properties()), null);
            case PubComp p -> message(packet, reply(p.packetId(), p.reason(), p.properties()), null);
            case Subscribe p -> {
                List<MqttTopicSubscription> items = new ArrayList<>();
                for (Subscribe.Item i : p.items()) {
                    items.add(new MqttTopicSubscription(i.filter().value(), new MqttSubscriptionOption(
                            MqttQoS.valueOf(i.qos()), i.noLocal(), i.retainAsPublished(),
                            MqttSubscriptionOption.RetainedHandlingPolicy.valueOf(i.retainHandling()))));
                }
                yield message(packet, idAnd(p.packetId(), p.properties()), new MqttSubscribePayload(items));
            }
            case SubAck p -> message(packet, idAnd(p.packetId(), p.properties()),
                    new MqttSubAckPayload(p.reasons().stream().mapToInt(ReasonCode::value).toArray()));
            case Unsubscribe p -> message(packet, idAnd(p.packetId(), p.properties()),
                    new MqttUnsubscribePayload(p.filters().stream().map(TopicFilter::value).toList()));
            case UnsubAck p -> message(packet, idAnd(p.packetId(), p.properties()),
                    new MqttUnsubAckPayload(p.reasons().stream().map(r -> (short) r.value()).toList()));
            case Connect p -> connect(p);
            case ConnAck p -> message(packet, new MqttConnAckVariableHeader(
                    MqttConnectReturnCode.valueOf((byte) Dialect.of(version).connAckCode(p.reason())),
                    p.sessionPresent(), netty(p.properties())), null);
            case Disconnect p -> message(packet, reasonAnd(p.reason(), p.properties()), null);
            case Auth p -> message(packet, reasonAnd(p.reason(), p.properties()), null);
            case PingReq p -> message(p, null, null);
            case PingResp p -> message(p, null, null);
        };
    }

    private static MqttMessage message(Packet packet, Object header, Object payload) {
        boolean request = switch (packet.type()) {
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> true;
            default -> false;
        };
        MqttFixedHeader fixed = new MqttFixedHeader(MqttMessageType.valueOf(packet.type().value()), false,
                request ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE, false, 0);
        return MqttMessageFactory.newMessage(fixed, header, payload);
    }

    private MqttMessage connect(Connect p) {
        Will will = p.will();
        MqttConnectVariableHeader header = new MqttConnectVariableHeader(version.protocolName(), version.level(),
                p.userName() != null, p.password() != null, will != null && will.retain(),
                will == null ? 0 : will.qos(), will != null, p.cleanStart(), p.keepAliveSeconds(),
                netty(p.properties()));
        MqttConnectPayload payload = new MqttConnectPayload(p.clientId(),
                will == null ? MqttProperties.NO_PROPERTIES : netty(will.properties()),
                will == null ? null : will.topic().value(), will == null ? null : will.payload(), p.userName(),
                p.password());
        return message(p, header, payload);
    }

    private static MqttPubReplyMessageVariableHeader reply(int id, ReasonCode reason, Properties properties) {
        return new MqttPubReplyMessageVariableHeader(id, (byte) reason.value(), netty(properties));
    }

    private static MqttMessageIdAndPropertiesVariableHeader idAnd(int id, Properties properties) {
        return new MqttMessageIdAndPropertiesVariableHeader(id, netty(properties));
    }

    private static MqttReasonCodeAndPropertiesVariableHeader reasonAnd(ReasonCode reason, Properties properties) {
        return new MqttReasonCodeAndPropertiesVariableHeader((byte) reason.value(), netty(properties));
    }

    private static MqttProperties netty(Properties properties) {
        MqttProperties netty = new MqttProperties();
        for (Property property : Property.values()) {
            if (!properties.has(property)) {
                continue;
            }
            switch (property.type()) {
                case BYTE, TWO_BYTE, FOUR_BYTE -> netty.add(new MqttProperties.IntegerProperty(property.id(),
                        (int) properties.number(property, 0)));
                case VARINT -> {
                    for (int identifier : properties.subscriptionIdentifiers()) {
                        netty.add(new MqttProperties.IntegerProperty(property.id(), identifier));
                    }
                }
                case STRING -> netty.add(new MqttProperties.StringProperty(property.id(), properties.string(property)));
                case BINARY -> netty.add(new MqttProperties.BinaryProperty(property.id(), properties.binary(property)));
                case STRING_PAIR -> {
                    MqttProperties.UserProperties users = new MqttProperties.UserProperties();
                    for (UserProperty user : properties.userProperties()) {
                        users.add(user.name(), user.value());
                    }
                    netty.add(users);
                }
            }
        }
        return netty;
    }
}
