package io.tern.crash;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// One connection of a client that counts every packet. For one thread; any other may close it.
final class Link implements AutoCloseable {

    private static final int PACKET_MAX_BYTES = 2 * 1024 * 1024;
    private static final int READ_BYTES = 64 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final MqttVersion version;
    private final Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, PACKET_MAX_BYTES);
    private final byte[] buffer = new byte[READ_BYTES];
    private final ByteWriter out = new ByteWriter(4096);

    private Link(MqttVersion version) {
        this.version = version;
        decoder.version(version);
    }

    /// Opens one, which is lost when nothing is heard for [Waiting#DEADLINE_MILLIS].
    ///
    /// @throws IOException if nobody listens there
    static Link open(int port, MqttVersion version) throws IOException {
        return open(port, version, "127.0.0.1");
    }

    /// The same, from an address of the loopback interface.
    static Link open(int port, MqttVersion version, String from) throws IOException {
        Link link = new Link(version);
        try {
            link.socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            link.socket.setTcpNoDelay(true);
            link.socket.setSoTimeout((int) Waiting.DEADLINE_MILLIS);
            link.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return link;
        } catch (IOException e) {
            link.close();
            throw e;
        }
    }

    /// Puts a packet on the way, not further than [#flush] or [#receive].
    void send(Packet packet) {
        Encoder.encode(packet, version, out);
    }

    void flush() throws IOException {
        if (out.size() > 0) {
            socket.getOutputStream().write(out.array(), 0, out.size());
            out.reset();
        }
    }

    /// Flushes if it has to wait, and waits.
    ///
    /// @return null at the end
    /// @throws IOException if the connection broke
    Packet receive() throws IOException {
        try {
            while (true) {
                Packet packet = decoder.next();
                if (packet != null) {
                    return packet;
                }
                decoder.hold();
                flush();
                int read = socket.getInputStream().read(buffer);
                if (read < 0) {
                    return null;
                }
                decoder.feed(buffer, 0, read);
            }
        } catch (WireException e) {
            throw new AssertionError("the broker sent what is no MQTT: " + e.getMessage(), e);
        }
    }

    /// Waits for a packet of a kind, which must be the next.
    ///
    /// @return null if the connection is over
    /// @throws AssertionError if another came
    <T extends Packet> T expect(Class<T> kind) throws IOException {
        Packet packet = receive();
        if (packet != null && !kind.isInstance(packet)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", but got " + packet);
        }
        return kind.cast(packet);
    }

    /// Ends it without a DISCONNECT; what was not flushed is lost.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a socket that can't be closed", e);
        }
    }
}
