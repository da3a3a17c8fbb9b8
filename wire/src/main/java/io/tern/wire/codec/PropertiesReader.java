package io.tern.wire.codec;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;

/// Reads the properties of a packet: looks at each, then keeps all as the bytes they are.
final class PropertiesReader {

    private PropertiesReader() {
    }

    /// Reads Property Length and properties; nothing at all in 3.x.
    static Properties read(Cursor in, PacketType type) throws WireException {
        return in.dialect.hasProperties ? read(in, type, false) : Properties.NONE;
    }

    /// Reads the Will Properties; nothing at all in 3.x.
    static Properties readWill(Cursor in) throws WireException {
        return in.dialect.hasProperties ? read(in, PacketType.CONNECT, true) : Properties.NONE;
    }

    private static Properties read(Cursor in, PacketType type, boolean will) throws WireException {
        int length = in.readVarInt(Rule.CUT_OFF);
        if (length == 0) {
            return Properties.NONE;
        }
        if (length > in.left()) {
            throw in.fault(Rule.PROPERTIES_CUT_OFF);
        }
        int start = in.at;
        int packetEnd = in.end;
        // A property may not reach beyond the Property Length, so for now that is the end of all.
        in.end = start + length;
        int present = 0;
        while (in.at < in.end) {
            present = readOne(in, type, will, present);
        }
        in.end = packetEnd;
        return Properties.ofEncoded(in.src, start, length);
    }

    /// Reads the value before it asks whether it may stand here: what can't be read is malformed first.
    private static int readOne(Cursor in, PacketType type, boolean will, int present) throws WireException {
        Property property = Property.of(in.readVarInt(Rule.PROPERTIES_CUT_OFF));
        if (property == null) {
            throw in.fault(Rule.PROPERTY_UNKNOWN);
        }
        int valueAt = in.at;
        long value = readValue(in, property.type());
        if (!(will ? property.allowedInWill() : property.allowedIn(type))) {
            boolean request = type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE;
            throw in.fault(request ? Rule.PROPERTY_MISPLACED_IN_REQUEST : Rule.PROPERTY_MISPLACED);
        }
        int bit = 1 << property.ordinal();
        if ((present & bit) != 0 && !property.repeatableIn(type)) {
            throw in.fault(Rule.PROPERTY_TWICE);
        }
        if (property.isNumber() && (value < property.min() || value > property.max())) {
            throw in.fault(property == Property.TOPIC_ALIAS ? Rule.TOPIC_ALIAS_ZERO : Rule.PROPERTY_RANGE);
        }
        if (property == Property.RESPONSE_TOPIC) {
            int textAt = valueAt + 2;
            if (in.at == textAt || in.hasWildcard(textAt, in.at - textAt)) {
                throw in.fault(Rule.RESPONSE_TOPIC);
            }
        }
        return present | bit;
    }

    private static long readValue(Cursor in, Property.Type type) throws WireException {
        return switch (type) {
            case BYTE -> {
                if (in.left() < 1) {
                    throw in.fault(Rule.PROPERTIES_CUT_OFF);
                }
                yield in.readByte();
            }
            case TWO_BYTE -> in.readShort(Rule.PROPERTIES_CUT_OFF);
            case FOUR_BYTE -> {
                long high = in.readShort(Rule.PROPERTIES_CUT_OFF);
                yield high << 16 | in.readShort(Rule.PROPERTIES_CUT_OFF);
            }
            case VARINT -> in.readVarInt(Rule.PROPERTIES_CUT_OFF);
            case STRING -> skipText(in);
            case BINARY -> {
                int length = in.readLength(Rule.PROPERTIES_CUT_OFF);
                in.at += length;
                yield 0;
            }
            case STRING_PAIR -> skipText(in) + skipText(in);
        };
    }

    private static long skipText(Cursor in) throws WireException {
        int length = in.readLength(Rule.PROPERTIES_CUT_OFF);
        in.checkText(in.at, length, Rule.TEXT_ILL_FORMED);
        in.at += length;
        return 0;
    }
}
