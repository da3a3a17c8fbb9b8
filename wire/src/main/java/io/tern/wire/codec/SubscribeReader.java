package io.tern.wire.codec;

import io.tern.wire.InvalidTopicException;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;

/// Reads SUBSCRIBE and UNSUBSCRIBE.
final class SubscribeReader {

    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    private SubscribeReader() {
    }

    static Subscribe readSubscribe(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.REQUEST_ID_ZERO);
        Properties properties = PropertiesReader.read(in, PacketType.SUBSCRIBE);
        if (in.left() == 0) {
            throw in.fault(Rule.SUBSCRIBE_EMPTY);
        }
        List<Subscribe.Item> items = new ArrayList<>(1);
        while (in.left() > 0) {
            items.add(readItem(in));
        }
        return new Subscribe(packetId, properties, items);
    }

    private static Subscribe.Item readItem(Cursor in) throws WireException {
        TopicFilter filter = readFilter(in);
        int options = in.readByte();
        int qos = options & 3;
        if (qos == 3) {
            throw in.fault(Rule.SUBSCRIBE_QOS);
        }
        if (!in.dialect.hasProperties) {
            if ((options & 0xFC) != 0 && in.dialect.reservedBitsCount) {
                throw in.fault(Rule.SUBSCRIBE_OPTIONS);
            }
            return new Subscribe.Item(filter, qos);
        }
        if ((options & 0xC0) != 0) {
            throw in.fault(Rule.SUBSCRIBE_OPTIONS);
        }
        int retainHandling = options >> 4;
        if (retainHandling == 3) {
            throw in.fault(Rule.RETAIN_HANDLING);
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && filter.isShared()) {
            throw in.fault(Rule.NO_LOCAL_SHARED);
        }
        return new Subscribe.Item(filter, qos, noLocal, (options & RETAIN_AS_PUBLISHED) != 0, retainHandling);
    }

    static Unsubscribe readUnsubscribe(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.REQUEST_ID_ZERO);
        Properties properties = PropertiesReader.read(in, PacketType.UNSUBSCRIBE);
        if (in.left() == 0) {
            throw in.fault(Rule.UNSUBSCRIBE_EMPTY);
        }
        List<TopicFilter> filters = new ArrayList<>(1);
        while (in.left() > 0) {
            filters.add(readFilter(in));
        }
        return new Unsubscribe(packetId, properties, filters);
    }

    private static TopicFilter readFilter(Cursor in) throws WireException {
        int length = in.readLength(Rule.CUT_OFF);
        in.checkText(in.at, length, Rule.TEXT_ILL_FORMED);
        try {
            TopicFilter filter = TopicFilter.ofUtf8(in.src, in.at, length);
            in.at += length;
            return filter;
        } catch (InvalidTopicException e) {
            throw in.fault(switch (e.statement()) {
                case "MQTT-4.7.1-1" -> Rule.FILTER_HASH;
                case "MQTT-4.7.1-2" -> Rule.FILTER_PLUS;
                case "MQTT-4.8.2-1" -> Rule.SHARE_NAME;
                case "MQTT-4.8.2-2" -> Rule.SHARE_FILTER;
                default -> Rule.FILTER_EMPTY;
            });
        }
    }
}
