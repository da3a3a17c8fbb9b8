package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// The broker that is measured, and how it is spoken to.
///
/// @param address where it listens
/// @param process what it costs
/// @param version of MQTT
record Target(InetSocketAddress address, BrokerProcess process, MqttVersion version) {

    /// A source address has some 28,000 ports, and closed connections keep theirs for a minute. The more of them are
    /// taken, the longer the kernel looks for a free one, so the connections take turns.
    private static final int SOURCES = 250;
    private static final int CONNECT_MILLIS = 5_000;

    static Target of(Arguments args, String version) {
        InetSocketAddress address = new InetSocketAddress(
                args.text("host", "127.0.0.1"), args.integer("port", 1883, 1, 65_535));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("there is no host '" + address.getHostString() + "'");
        }
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(address + " is not on this machine");
        }
        int pid = args.integer("pid", 0, 0, Integer.MAX_VALUE);
        return new Target(
                address,
                pid == 0 ? BrokerProcess.listening(address.getPort()) : new BrokerProcess(pid),
                version(args.text("version", version)));
    }

    /// Looks whether there is somebody.
    ///
    /// @throws IOException if not, in words
    void check() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
        } catch (ConnectException e) {
            throw new IOException("nothing listens on " + address.getHostString() + ":" + address.getPort()
                    + "; start a broker there, or say where it is with --port", e);
        }
    }

    private static MqttVersion version(String text) {
        return switch (text) {
            case "3.1" -> MqttVersion.V3_1;
            case "3.1.1" -> MqttVersion.V3_1_1;
            case "5.0", "5" -> MqttVersion.V5;
            default -> throw new IllegalArgumentException("--version " + text + " is not 3.1, 3.1.1 or 5.0");
        };
    }

    /// The same broker, spoken to by another way.
    Target by(InetSocketAddress way) {
        return new Target(way, process, version);
    }

    /// Where the connection with this number comes from.
    InetSocketAddress source(int number) {
        return new InetSocketAddress("127.0.0." + (1 + number % SOURCES), 0);
    }
}
