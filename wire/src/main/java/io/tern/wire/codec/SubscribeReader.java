package io.tern.wire.codec;

import io.tern.wire.InvalidTopicException;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.Unsubscribe;

/// Reads SUBSCRIBE and UNSUBSCRIBE.
final class SubscribeReader {

    private static final int NO_LOCAL = 0x04;

    private SubscribeReader() {
    }

    static Subscribe readSubscribe(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.REQUEST_ID_ZERO);
        Properties properties = PropertiesReader.read(in, PacketType.SUBSCRIBE);
        if (in.left() == 0) {
            throw in.fault(Rule.SUBSCRIBE_EMPTY);
        }
        int start = in.at;
        int count = 0;
        while (in.left() > 0) {
            checkItem(in);
            count++;
        }
        return Subscribe.ofEncoded(packetId, properties, in.src, start, in.end, count, in.dialect.hasProperties);
    }

    private static void checkItem(Cursor in) throws WireException {
        int start = in.at + 2;
        checkFilter(in);
        int length = in.at - start;
        int options = in.readByte();
        if ((options & 3) == 3) {
            throw in.fault(Rule.SUBSCRIBE_QOS);
        }
        if (!in.dialect.hasProperties) {
            if ((options & 0xFC) != 0 && in.dialect.reservedBitsCount) {
                throw in.fault(Rule.SUBSCRIBE_OPTIONS);
            }
            return;
        }
        if ((options & 0xC0) != 0) {
            throw in.fault(Rule.SUBSCRIBE_OPTIONS);
        }
        if (options >> 4 == 3) {
            throw in.fault(Rule.RETAIN_HANDLING);
        }
        if ((options & NO_LOCAL) != 0 && TopicFilter.isShared(in.src, start, length)) {
            throw in.fault(Rule.NO_LOCAL_SHARED);
        }
    }

    static Unsubscribe readUnsubscribe(Cursor in) throws WireException {
        int packetId = in.readPacketId(Rule.REQUEST_ID_ZERO);
        Properties properties = PropertiesReader.read(in, PacketType.UNSUBSCRIBE);
        if (in.left() == 0) {
            throw in.fault(Rule.UNSUBSCRIBE_EMPTY);
        }
        int start = in.at;
        int count = 0;
        while (in.left() > 0) {
            checkFilter(in);
            count++;
        }
        return Unsubscribe.ofEncoded(packetId, properties, in.src, start, in.end, count);
    }

    private static void checkFilter(Cursor in) throws WireException {
        int length = in.readLength(Rule.CUT_OFF);
        in.checkText(in.at, length, Rule.TEXT_ILL_FORMED);
        try {
            TopicFilter.checkLevels(in.src, in.at, length);
            in.at += length;
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
