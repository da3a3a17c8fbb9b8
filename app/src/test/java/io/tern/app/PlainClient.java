package io.tern.app;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/// A client that says what it is told to, over TCP. For one thread; a read waits ten seconds at most.
final class PlainClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final MqttVersion version;
    private final Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, 268_435_460);
    private final ByteWriter scratch = new ByteWriter(256);
    private final byte[] buffer = new byte[64 * 1024];

    PlainClient(int port, MqttVersion version) throws IOException {
        this.version = version;
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = socket.getInputStream();
        out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        decoder.version(version);
    }

    /// Appends a packet to what [#flush] sends.
    PlainClient write(Packet packet) throws IOException {
        scratch.reset();
        Encoder.encode(packet, version, scratch);
        out.write(scratch.array(), 0, scratch.size());
        return this;
    }

    PlainClient flush() throws IOException {
        out.flush();
        return this;
    }

    PlainClient send(Packet packet) throws IOException {
        return write(packet).flush();
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    ConnAck connect(String clientId, Properties properties) throws IOException {
        send(new Connect(version, false, true, 0, clientId, properties, null, null, null));
        return (ConnAck) receive();
    }

    /// @return the next packet, null at the end of the connection
    Packet receive() throws IOException {
        try {
            while (true) {
                Packet packet = decoder.next();
                if (packet != null) {
                    return packet;
                }
                decoder.hold();
                int length = read();
                if (length < 0) {
                    return null;
                }
                decoder.feed(buffer, 0, length);
            }
        } catch (WireException e) {
            throw new IOException(e);
        }
    }

    private int read() throws IOException {
        try {
            return in.read(buffer);
        } catch (SocketException reset) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
