package io.tern.cli;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.PubComp;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A server that answers each packet with what the test's script says: nothing special, packets, or [#CLOSE].
final class StubBroker implements AutoCloseable {

    /// Stands for: close the connection.
    static final Packet CLOSE = new Disconnect(ReasonCode.UNSPECIFIED_ERROR, Properties.NONE);

    /// All packets received, of all connections.
    final List<Packet> received = new CopyOnWriteArrayList<>();

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Function<Packet, List<Packet>> script;

    /// @param script gives null for the usual answer
    StubBroker(Function<Packet, List<Packet>> script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    String port() {
        return Integer.toString(listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 1_000_000);
            byte[] buffer = new byte[8_192];
            for (int n = socket.getInputStream().read(buffer); n >= 0; n = socket.getInputStream().read(buffer)) {
                decoder.feed(buffer, 0, n);
                for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
                    received.add(packet);
                    List<Packet> answers = script.apply(packet);
                    for (Packet answer : answers == null ? usual(packet) : answers) {
                        if (answer == CLOSE) {
                            return;
                        }
                        send(socket, answer, decoder.version());
                    }
                }
                decoder.hold();
            }
        } catch (IOException | WireException e) {
            // The client went away, or broke the protocol: then the test misses an answer.
        }
    }

    private static void send(Socket socket, Packet packet, MqttVersion version) throws IOException {
        ByteWriter out = new ByteWriter(256);
        Encoder.encode(packet, version, out);
        socket.getOutputStream().write(out.array(), 0, out.size());
    }

    private static List<Packet> usual(Packet packet) {
        return switch (packet) {
            case Connect c -> List.of(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
            case Subscribe s -> List.of(granted(s));
            case Unsubscribe u -> List.of(new UnsubAck(u.packetId(), Properties.NONE,
                    Collections.nCopies(u.filters().size(), ReasonCode.SUCCESS)));
            case Publish p when p.qos() == 1 -> List.of(new PubAck(p.packetId()));
            case Publish p when p.qos() == 2 -> List.of(new PubRec(p.packetId()));
            case PubRel r -> List.of(new PubComp(r.packetId()));
            case PingReq p -> List.of(PingResp.INSTANCE);
            case Disconnect d -> List.of(CLOSE);
            default -> List.of();
        };
    }

    /// The SUBACK that grants all.
    static Packet granted(Subscribe subscribe) {
        List<ReasonCode> reasons = new ArrayList<>();
        subscribe.items().forEach(item -> reasons.add(ReasonCode.grantedQos(item.qos())));
        return new SubAck(subscribe.packetId(), Properties.NONE, reasons);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
