package io.tern.wire.codec;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PacketType;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import java.util.Arrays;

/// Makes packets of the bytes of one connection, in whatever portions they come.
///
/// Use: [#feed] what was read, call [#next] until it gives null, then [#hold] what is left before the array is used for
/// something else. Packets that lie whole in the array fed are read in place; only a packet that is cut off by its end
/// is put together in memory of the decoder, and that grows with the bytes that came, not with the length claimed.
///
/// For one thread. After a [WireException] the decoder is dead: it holds nothing and [#next] throws the same again.
public final class Decoder {

    /// Who reads.
    public enum Receiver {
        /// Wants CONNECT first, and only what clients may send. Refuses texts with control characters.
        SERVER,
        /// Wants only what servers may send.
        CLIENT
    }

    private static final int FIXED_HEADER_MAX_BYTES = 5;

    private final Receiver receiver;
    private final Cursor cursor;
    private final PublishReader publishReader;
    private int maxPacketBytes;
    private WireException dead;

    /// Borrowed from the caller of feed, unread from position to end.
    private byte[] src;
    private int position;
    private int end;

    /// Bytes kept from earlier feeds: they come before those of src. Null while there are none.
    private byte[] held;
    private int heldStart;
    private int heldEnd;

    /// Of the header that was read last.
    private int headerBytes;
    private boolean minimalLength;

    /// Starts with nothing read.
    ///
    /// @param receiver who reads
    /// @param maxPacketBytes of the largest packet taken, header included; at least 1
    public Decoder(Receiver receiver, int maxPacketBytes) {
        this.receiver = receiver;
        boolean server = receiver == Receiver.SERVER;
        cursor = new Cursor(server);
        cursor.dialect = server ? Dialect.UNKNOWN : null;
        publishReader = new PublishReader(server);
        maxPacketBytes(maxPacketBytes);
    }

    /// Sets the largest packet taken, e.g. a smaller one until the client is authenticated.
    ///
    /// @param bytes header included, at least 1
    public void maxPacketBytes(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maximum packet size " + bytes);
        }
        maxPacketBytes = bytes;
    }

    /// The version of the connection.
    ///
    /// @return null on a server before CONNECT, and on a client that hasn't set it
    public MqttVersion version() {
        return cursor.dialect == null ? null : cursor.dialect.version();
    }

    /// Tells a client's decoder what was said in CONNECT. A server's decoder learns it by itself.
    ///
    /// @param version of the connection
    public void version(MqttVersion version) {
        cursor.dialect = Dialect.of(version);
    }

    /// Lends an array with bytes just received.
    ///
    /// @param bytes not to be changed before [#hold], or before [#next] has given null and nothing is left
    /// @param offset of the first
    /// @param length how many
    /// @throws IllegalStateException if the bytes fed before are neither read nor held
    public void feed(byte[] bytes, int offset, int length) {
        if (dead != null) {
            return;
        }
        if (position < end) {
            throw new IllegalStateException(end - position + " bytes are neither read nor held");
        }
        if (offset < 0 || length < 0 || length > bytes.length - offset) {
            throw new IndexOutOfBoundsException(offset + " + " + length + " in " + bytes.length);
        }
        src = bytes;
        position = offset;
        end = offset + length;
    }

    /// Reads the next packet.
    ///
    /// @return null if more bytes are needed
    /// @throws WireException if the peer broke the protocol; the connection is to be closed
    public Packet next() throws WireException {
        if (dead != null) {
            throw dead;
        }
        try {
            return held == null ? nextInPlace() : nextHeld();
        } catch (WireException e) {
            dead = e;
            forget();
            throw e;
        }
    }

    /// Copies what is unread and forgets the array that was fed.
    public void hold() {
        if (position < end) {
            append(end - position, Integer.MAX_VALUE);
        }
        if (held != null && heldEnd - heldStart < held.length / 2) {
            // Most of it is read: what waits may wait long.
            held = Arrays.copyOfRange(held, heldStart, heldEnd);
            heldEnd -= heldStart;
            heldStart = 0;
        }
        src = null;
        cursor.src = null;
        position = 0;
        end = 0;
    }

    /// Lets go of all that is unread, since nobody will read it. May be called while a packet of it is handled.
    public void forget() {
        src = null;
        position = 0;
        end = 0;
        release();
    }

    /// How much memory the decoder has taken for bytes that wait for the rest of their packet.
    ///
    /// @return size of its array; behind [#hold] about twice the bytes that wait at most, and 0 if none do
    public int heldBytes() {
        return held == null ? 0 : held.length;
    }

    private Packet nextInPlace() throws WireException {
        int frameBytes = readHeader(src, position, end);
        if (frameBytes == 0 || frameBytes > end - position) {
            return null;
        }
        Packet packet = read(src, position, frameBytes);
        position += frameBytes;
        return packet;
    }

    private Packet nextHeld() throws WireException {
        int frameBytes = readHeader(held, heldStart, heldEnd);
        while (frameBytes == 0) {
            if (position == end) {
                return null;
            }
            append(1, FIXED_HEADER_MAX_BYTES);
            frameBytes = readHeader(held, heldStart, heldEnd);
        }
        int missing = frameBytes - (heldEnd - heldStart);
        if (missing > 0) {
            if (position == end) {
                return null;
            }
            append(Math.min(missing, end - position), frameBytes);
            if (heldEnd - heldStart < frameBytes) {
                return null;
            }
        }
        Packet packet = read(held, heldStart, frameBytes);
        heldStart += frameBytes;
        if (heldStart == heldEnd) {
            release();
        }
        return packet;
    }

    private void release() {
        held = null;
        heldStart = 0;
        heldEnd = 0;
        cursor.src = null;
    }

    /// Moves bytes from src to held.
    ///
    /// @param wantedBytes no need to make room for more than that
    private void append(int bytes, int wantedBytes) {
        int heldNow = heldEnd - heldStart;
        if (held == null) {
            held = new byte[bytes];
        } else if (bytes > held.length - heldEnd) {
            int needed = heldNow + bytes;
            int capacity = (int) Math.max(needed, Math.min(wantedBytes, 2L * heldNow));
            byte[] larger = new byte[capacity];
            System.arraycopy(held, heldStart, larger, 0, heldNow);
            held = larger;
            heldStart = 0;
            heldEnd = heldNow;
        }
        System.arraycopy(src, position, held, heldEnd, bytes);
        heldEnd += bytes;
        position += bytes;
    }

    /// Reads and checks the fixed header (section 2.1).
    ///
    /// @return size of the whole packet, 0 if the header isn't complete
    private int readHeader(byte[] bytes, int from, int to) throws WireException {
        if (from == to) {
            return 0;
        }
        // At once: who sends something else is not waited for.
        checkFirst(bytes[from]);
        if (to - from < 2) {
            return 0;
        }
        int length = bytes[from + 1];
        int at = from + 2;
        minimalLength = true;
        if (length < 0) {
            length &= 0x7F;
            int shift = 7;
            int b;
            do {
                if (shift > 21) {
                    throw cursor.fault(Rule.LENGTH_TOO_LONG);
                }
                if (at == to) {
                    return 0;
                }
                b = bytes[at++];
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b < 0);
            minimalLength = b != 0;
        }
        headerBytes = at - from;
        int frameBytes = headerBytes + length;
        checkLength(frameBytes);
        return frameBytes;
    }

    private void checkFirst(int first) throws WireException {
        Dialect dialect = cursor.dialect;
        if (dialect == null) {
            throw new IllegalStateException("a client must set the version first");
        }
        if (!dialect.accepts(first, receiver)) {
            throw dialect.fault(dialect.brokenByFirst(first, receiver));
        }
    }

    private void checkLength(int frameBytes) throws WireException {
        Dialect dialect = cursor.dialect;
        if (!minimalLength && dialect.integersAreMinimal()) {
            throw dialect.fault(Rule.LENGTH_NOT_MINIMAL);
        }
        if (frameBytes > maxPacketBytes) {
            throw dialect.fault(receiver == Receiver.SERVER
                    ? Rule.CLIENT_SENT_TOO_LARGE
                    : Rule.SERVER_SENT_TOO_LARGE);
        }
    }

    private Packet read(byte[] bytes, int from, int frameBytes) throws WireException {
        Cursor in = cursor;
        in.src = bytes;
        in.at = from + headerBytes;
        in.end = from + frameBytes;
        int first = bytes[from];
        PacketType type = PacketType.of(first >> 4 & 0xF);
        boolean server = receiver == Receiver.SERVER;
        return switch (type) {
            case PUBLISH -> publishReader.read(in, first & 0xF);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> AckReader.read(in, type);
            case PINGREQ -> {
                in.finish();
                yield PingReq.INSTANCE;
            }
            case PINGRESP -> {
                in.finish();
                yield PingResp.INSTANCE;
            }
            case SUBSCRIBE -> SubscribeReader.readSubscribe(in);
            case UNSUBSCRIBE -> SubscribeReader.readUnsubscribe(in);
            case SUBACK -> SubAckReader.readSubAck(in);
            case UNSUBACK -> SubAckReader.readUnsubAck(in);
            case CONNECT -> readConnect(in, first & 0xF);
            case CONNACK -> ConnectionReader.readConnAck(in);
            case DISCONNECT -> ConnectionReader.readDisconnect(in, server);
            case AUTH -> ConnectionReader.readAuth(in, server);
        };
    }

    /// The one packet whose header can be judged only when its body says which version it is.
    private Packet readConnect(Cursor in, int flags) throws WireException {
        boolean bridge = ConnectReader.readVersion(in);
        Rule broken = in.dialect.brokenByFlags(PacketType.CONNECT, flags);
        if (broken != null) {
            throw in.fault(broken);
        }
        if (!minimalLength && in.dialect.integersAreMinimal()) {
            throw in.fault(Rule.LENGTH_NOT_MINIMAL);
        }
        return ConnectReader.readRest(in, bridge);
    }
}
