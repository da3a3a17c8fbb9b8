package io.tern.wire.codec;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Disconnect;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;

/// Reads what opens and ends a connection apart from CONNECT: CONNACK, DISCONNECT and AUTH.
final class ConnectionReader {

    private ConnectionReader() {
    }

    static ConnAck readConnAck(Cursor in) throws WireException {
        int flags = in.readByte();
        if (flags > 1 && in.dialect.reservedBitsCount) {
            throw in.fault(Rule.CONNACK_FLAGS);
        }
        // 3.1 knows no Session Present: there the whole byte is reserved.
        boolean sessionPresent = flags == 1 && in.dialect.reservedBitsCount;
        int code = in.readByte();
        if (code == 1 && in.left() == 0) {
            // A server of 3.x alone refuses 5.0, too, in its own words.
            return new ConnAck(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, Properties.NONE);
        }
        ReasonCode reason = in.dialect.connAckReason(code);
        if (reason == null) {
            throw in.fault(Rule.CONNACK_REASON);
        }
        if (sessionPresent && reason.isError()) {
            throw in.fault(Rule.SESSION_WITH_FAILURE);
        }
        Properties properties = PropertiesReader.read(in, PacketType.CONNACK);
        in.finish();
        return new ConnAck(sessionPresent, reason, properties);
    }

    static Disconnect readDisconnect(Cursor in, boolean server) throws WireException {
        ReasonCode reason = ReasonCode.SUCCESS;
        Properties properties = Properties.NONE;
        if (in.left() > 0 && in.dialect.hasProperties) {
            reason = Dialect.allowed(PacketType.DISCONNECT, in.readByte());
            if (reason == null) {
                throw in.fault(Rule.DISCONNECT_REASON);
            }
            if (in.left() > 0) {
                properties = PropertiesReader.read(in, PacketType.DISCONNECT);
            }
        }
        in.finish();
        if (!server && properties.has(Property.SESSION_EXPIRY_INTERVAL)) {
            throw in.fault(Rule.EXPIRY_FROM_SERVER);
        }
        return new Disconnect(reason, properties);
    }

    static Auth readAuth(Cursor in, boolean server) throws WireException {
        boolean empty = in.left() == 0;
        ReasonCode reason = empty ? ReasonCode.SUCCESS : Dialect.allowed(PacketType.AUTH, in.readByte());
        // Success is for the server to say, and to start anew for the client.
        if (reason == null || reason == (server ? ReasonCode.SUCCESS : ReasonCode.REAUTHENTICATE)) {
            throw in.fault(Rule.AUTH_REASON);
        }
        Properties properties = in.left() > 0 ? PropertiesReader.read(in, PacketType.AUTH) : Properties.NONE;
        in.finish();
        if (!empty && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw in.fault(Rule.AUTH_WITHOUT_METHOD);
        }
        return new Auth(reason, properties);
    }
}
