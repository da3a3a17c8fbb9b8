package io.tern.wire.codec;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads CONNECT, the packet that says how all others are to be read.
final class ConnectReader {

    private static final int BRIDGE = 0x80;
    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL_QOS = 0x18;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;
    private static final int RESERVED = 0x01;

    private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MQISDP = "MQIsdp".getBytes(StandardCharsets.US_ASCII);

    private ConnectReader() {
    }

    /// Reads up to the level byte and leaves the connection's dialect in the cursor.
    ///
    /// @return true if the peer calls itself a bridge
    static boolean readVersion(Cursor in) throws WireException {
        int length = in.readLength(Rule.CUT_OFF);
        boolean mqtt = isNext(in, length, MQTT);
        if (!mqtt && !isNext(in, length, MQISDP)) {
            throw new WireException(Rule.PROTOCOL_NAME.reason(), Rule.PROTOCOL_NAME.statementOf5(), null,
                    Rule.PROTOCOL_NAME.text());
        }
        in.at += length;
        int level = in.readByte();
        MqttVersion version = versionOf(mqtt, level & ~BRIDGE);
        if (version == null) {
            // A client of a later version reads the answer of 5.0; all others read that of 3.1.1.
            Dialect answer = (level & ~BRIDGE) > MqttVersion.V5.level() ? Dialect.V5 : Dialect.V3_1_1;
            throw answer.fault(Rule.PROTOCOL_LEVEL);
        }
        in.dialect = Dialect.of(version);
        return (level & BRIDGE) != 0;
    }

    private static boolean isNext(Cursor in, int length, byte[] name) {
        return Arrays.equals(in.src, in.at, in.at + length, name, 0, name.length);
    }

    private static MqttVersion versionOf(boolean mqtt, int level) {
        if (!mqtt) {
            return level == MqttVersion.V3_1.level() ? MqttVersion.V3_1 : null;
        }
        if (level == MqttVersion.V3_1_1.level()) {
            return MqttVersion.V3_1_1;
        }
        return level == MqttVersion.V5.level() ? MqttVersion.V5 : null;
    }

    /// Reads the rest, from the connect flags on.
    static Connect readRest(Cursor in, boolean bridge) throws WireException {
        int flags = in.readByte();
        checkFlags(in, flags);
        int keepAliveSeconds = in.readShort();
        Properties properties = PropertiesReader.read(in, PacketType.CONNECT);
        if (properties.has(Property.AUTHENTICATION_DATA) && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw in.fault(Rule.DATA_WITHOUT_METHOD);
        }
        String clientId = in.readString(Rule.CLIENT_ID_MISSING, Rule.CLIENT_ID_TEXT);
        Will will = (flags & WILL) != 0 ? readWill(in, flags) : null;
        String userName = (flags & USER_NAME) != 0 && !mayBeMissing(in)
                ? in.readString(Rule.USER_NAME_MISSING, Rule.TEXT_ILL_FORMED)
                : null;
        byte[] password = (flags & PASSWORD) != 0 && !mayBeMissing(in) ? in.readBinary(Rule.PASSWORD_MISSING) : null;
        in.finish();
        return new Connect(in.dialect.version(), bridge, (flags & CLEAN_START) != 0, keepAliveSeconds, clientId,
                properties, will, userName, password);
    }

    /// In 3.1 the remaining length takes precedence over the flags of user name and password: "This is valid, and
    /// connections should be allowed to continue" (3.1, section 3.1, payload).
    private static boolean mayBeMissing(Cursor in) {
        return in.dialect.version() == MqttVersion.V3_1 && in.left() == 0;
    }

    private static void checkFlags(Cursor in, int given) throws WireException {
        int flags = given;
        if ((flags & RESERVED) != 0 && in.dialect.reservedBitsCount) {
            throw in.fault(Rule.CONNECT_FLAG_RESERVED);
        }
        if ((flags & WILL) == 0) {
            if (in.dialect.version() == MqttVersion.V3_1) {
                flags &= ~(WILL_QOS | WILL_RETAIN); // Disregarded there (3.1, section 3.1, connect flags).
            }
            if ((flags & WILL_QOS) != 0) {
                throw in.fault(Rule.WILL_QOS_WITHOUT_WILL);
            }
            if ((flags & WILL_RETAIN) != 0) {
                throw in.fault(Rule.WILL_RETAIN_WITHOUT_WILL);
            }
        }
        if ((flags & WILL_QOS) == WILL_QOS) {
            throw in.fault(Rule.WILL_QOS_3);
        }
        if ((flags & (USER_NAME | PASSWORD)) == PASSWORD && !in.dialect.hasProperties) {
            throw in.fault(Rule.PASSWORD_WITHOUT_USER_NAME);
        }
    }

    private static Will readWill(Cursor in, int flags) throws WireException {
        if (in.left() == 0) {
            throw in.fault(Rule.WILL_MISSING);
        }
        Properties properties = PropertiesReader.readWill(in);
        int length = in.readLength(Rule.WILL_MISSING);
        in.checkText(in.at, length, Rule.WILL_TOPIC);
        if (length == 0 || in.hasWildcard(in.at, length)) {
            throw in.fault(Rule.WILL_TOPIC);
        }
        TopicName topic = TopicName.ofUtf8(in.src, in.at, length);
        in.at += length;
        byte[] payload = in.readBinary(Rule.WILL_MISSING);
        return new Will(topic, payload, flags >> 3 & 3, (flags & WILL_RETAIN) != 0, properties);
    }
}
