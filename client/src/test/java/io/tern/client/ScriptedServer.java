package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A server on a real socket that does what the test says, line by line, on the test's thread.
final class ScriptedServer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final ServerSocket listener;

    ScriptedServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Waits for the next connection.
    Peer accept() throws IOException {
        Socket socket = listener.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new Peer(socket);
    }

    /// Waits for the next connection and accepts its CONNECT.
    Peer acceptAndWelcome(boolean sessionPresent, Properties properties) throws IOException, WireException {
        Peer peer = accept();
        peer.expect(Connect.class);
        peer.send(new ConnAck(sessionPresent, ReasonCode.SUCCESS, properties));
        return peer;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /// One client's connection, seen from the server.
    static final class Peer implements AutoCloseable {

        private final Socket socket;
        private final Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 268_435_460);
        private final byte[] buffer = new byte[8 * 1024];

        Peer(Socket socket) {
            this.socket = socket;
        }

        /// Waits for the next packet, which must be of that kind.
        <T extends Packet> T expect(Class<T> kind) throws IOException, WireException {
            Packet packet = next();
            if (!kind.isInstance(packet)) {
                throw new AssertionError("expected " + kind.getSimpleName() + ", got " + packet);
            }
            return kind.cast(packet);
        }

        /// @return null at the end of the stream
        Packet next() throws IOException, WireException {
            for (Packet packet = decoder.next(); ; packet = decoder.next()) {
                if (packet != null) {
                    return packet;
                }
                decoder.hold();
                int count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    return null;
                }
                decoder.feed(buffer, 0, count);
            }
        }

        void send(Packet... packets) throws IOException {
            MqttVersion version = decoder.version() == null ? MqttVersion.V5 : decoder.version();
            ByteWriter out = new ByteWriter(1024);
            for (Packet packet : packets) {
                Encoder.encode(packet, version, out);
            }
            sendBytes(out.array(), out.size());
        }

        void sendBytes(byte[] bytes, int length) throws IOException {
            socket.getOutputStream().write(bytes, 0, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
