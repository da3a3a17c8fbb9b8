package io.tern.testkit;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;

/// A client without a mind of its own: sends the packets or bytes it is told to, and shows what comes back.
///
/// Every wait ends after ten seconds with an [AssertionError] that says what was expected. For one thread.
public final class RawClient implements AutoCloseable {

    private static final int PACKET_MAX_BYTES = 268_435_460;
    private static final int READ_BYTES = 64 * 1024;

    private final ByteStream stream;
    private final Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, PACKET_MAX_BYTES);
    private final byte[] buffer = new byte[READ_BYTES];
    private MqttVersion version = MqttVersion.V5;
    private int rawAt;
    private int rawEnd;

    private RawClient(ByteStream stream) {
        this.stream = stream;
        decoder.version(version);
    }

    /// Opens a TCP connection.
    ///
    /// @param host name or address
    /// @param port of MQTT over TCP
    /// @return connected, nothing sent
    public static RawClient tcp(String host, int port) {
        try {
            return new RawClient(new TcpStream(host, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Opens a TCP connection from one of this machine's addresses.
    ///
    /// @param local address to connect from
    /// @param host name or address
    /// @param port of MQTT over TCP
    /// @return connected, nothing sent
    public static RawClient tcp(String local, String host, int port) {
        try {
            return new RawClient(new TcpStream(local, host, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Opens a WebSocket connection to the path `/mqtt`, sub-protocol `mqtt`.
    ///
    /// @param host name or address
    /// @param port of MQTT over WebSocket
    /// @return upgraded, nothing sent
    public static RawClient webSocket(String host, int port) {
        try {
            return new RawClient(new WebSocketStream(new TcpStream(host, port), "/mqtt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Says which version is spoken, when that isn't said by a CONNECT given to [#send]. Until then it is 5.0.
    ///
    /// @param spoken for encoding and decoding
    /// @return this
    public RawClient version(MqttVersion spoken) {
        version = spoken;
        decoder.version(spoken);
        return this;
    }

    /// Sends a packet. A CONNECT sets the version.
    ///
    /// @param packet any
    /// @return this
    public RawClient send(Packet packet) {
        if (packet instanceof Connect connect) {
            version(connect.version());
        }
        ByteWriter out = new ByteWriter(256);
        Encoder.encode(packet, version, out);
        return send(Arrays.copyOf(out.array(), out.size()));
    }

    /// Sends bytes, be they MQTT or not.
    ///
    /// @param hex digits in pairs, blanks between them ignored
    /// @return this
    public RawClient sendHex(String hex) {
        return send(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /// Sends bytes, be they MQTT or not.
    ///
    /// @param bytes all of them
    /// @return this
    public RawClient send(byte[] bytes) {
        try {
            stream.write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connects with a clean start and nothing special.
    ///
    /// @param spoken the version
    /// @param clientId may be empty, except in 3.1
    /// @return what the broker answered
    public ConnAck connect(MqttVersion spoken, String clientId) {
        return connect(new Connect(spoken, false, true, 0, clientId, Properties.NONE, null, null, null));
    }

    /// Connects.
    ///
    /// @param connect as wished
    /// @return what the broker answered
    public ConnAck connect(Connect connect) {
        return send(connect).expect(ConnAck.class);
    }

    /// Waits for a packet.
    ///
    /// @return the next one
    public Packet receive() {
        Packet packet = receiveOrEnd("a packet");
        if (packet == null) {
            throw new AssertionError("expected a packet, but the connection was closed");
        }
        return packet;
    }

    /// Waits for a packet of a kind.
    ///
    /// @param kind what has to come next
    /// @param <T> its type
    /// @return the packet
    public <T extends Packet> T expect(Class<T> kind) {
        Packet packet = receiveOrEnd(kind.getSimpleName());
        if (!kind.isInstance(packet)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", but got " + said(packet));
        }
        return kind.cast(packet);
    }

    /// Waits for a packet equal to this one.
    ///
    /// @param expected what has to come next
    /// @return this
    public RawClient expect(Packet expected) {
        Packet packet = receiveOrEnd(expected.toString());
        if (!expected.equals(packet)) {
            throw new AssertionError("expected " + expected + ", but got " + said(packet));
        }
        return this;
    }

    /// Waits for exactly these bytes. Not after a packet was received of which more than it has come.
    ///
    /// @param hex digits in pairs, blanks between them ignored
    /// @return this
    public RawClient expectHex(String hex) {
        byte[] expected = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        byte[] got = new byte[expected.length];
        int count = 0;
        while (count < got.length) {
            if (rawAt == rawEnd && !fill("bytes " + hex)) {
                break;
            }
            int length = Math.min(got.length - count, rawEnd - rawAt);
            System.arraycopy(buffer, rawAt, got, count, length);
            rawAt += length;
            count += length;
        }
        if (count < got.length || !Arrays.equals(expected, got)) {
            throw new AssertionError("expected bytes " + HexFormat.of().formatHex(expected) + ", but got "
                    + HexFormat.of().formatHex(got, 0, count) + (count < got.length ? " and the end" : ""));
        }
        return this;
    }

    /// Waits until the broker has closed the connection, which it must do without another packet.
    public void expectClosed() {
        Packet packet = receiveOrEnd("the end of the connection");
        if (packet != null) {
            throw new AssertionError("expected the end of the connection, but got " + said(packet));
        }
    }

    /// Sends a PINGREQ and waits for its answer, before which nothing else may come. What was sent before has been
    /// handled then, on this connection's shard.
    ///
    /// @return this
    public RawClient expectNothing() {
        return send(PingReq.INSTANCE).expect(PingResp.INSTANCE);
    }

    private Packet receiveOrEnd(String expected) {
        try {
            while (true) {
                Packet packet = decoder.next();
                if (packet != null) {
                    return packet;
                }
                decoder.hold();
                if (rawAt == rawEnd && !fill(expected)) {
                    return null;
                }
                decoder.feed(buffer, rawAt, rawEnd - rawAt);
                rawAt = rawEnd;
            }
        } catch (WireException e) {
            throw new AssertionError("expected " + expected + ", but got what is no MQTT: " + e.getMessage(), e);
        }
    }

    private boolean fill(String expected) {
        try {
            rawAt = 0;
            rawEnd = Math.max(0, stream.read(buffer));
            return rawEnd > 0;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("expected " + expected + ", but nothing came within ten seconds", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String said(Packet packet) {
        return packet == null ? "the end of the connection" : packet.toString();
    }

    /// Closes the connection without a DISCONNECT.
    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Breaks the connection: the broker gets a reset.
    public void reset() {
        try {
            stream.reset();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
