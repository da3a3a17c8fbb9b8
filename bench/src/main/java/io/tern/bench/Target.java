package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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

    private static final String HOST = "--host";
    private static final String VERSION = "--version";
    private static final Flag PORT = new Flag("port", 1883, 1, 65_535, "Port of MQTT over TCP.");
    private static final Flag PID = new Flag("pid", 0, 0, Integer.MAX_VALUE,
            "Process whose time and memory are told; 0 for the one that listens on the port.");

    /// What every scenario can be told of the broker.
    ///
    /// @param usual what is spoken unless told otherwise
    static List<OptionSpec> options(MqttVersion usual) {
        return List.of(
                text(HOST, "HOST", "127.0.0.1", "Where the broker listens, on this machine."),
                PORT.option(),
                PID.option(),
                text(VERSION, "VERSION", usual == MqttVersion.V5 ? "5.0" : "3.1.1", "Of MQTT: 3.1, 3.1.1 or 5.0."));
    }

    private static OptionSpec text(String name, String label, String usual, String meaning) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .defaultValue(usual)
                .description(meaning + " Default: " + usual)
                .build();
    }

    /// The broker that a command line names.
    ///
    /// @throws CommandLine.ParameterException if there can't be one
    static Target of(Given given) {
        InetSocketAddress address = new InetSocketAddress(given.text(HOST), given.number(PORT));
        if (address.isUnresolved()) {
            throw given.wrong("there is no host '" + address.getHostString() + "'");
        }
        if (!address.getAddress().isLoopbackAddress()) {
            throw given.wrong(address + " is not on this machine");
        }
        int pid = given.number(PID);
        BrokerProcess process = pid == 0 ? BrokerProcess.listening(address.getPort()) : new BrokerProcess(pid);
        return new Target(address, process, version(given));
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

    private static MqttVersion version(Given given) {
        String text = given.text(VERSION);
        return switch (text) {
            case "3.1" -> MqttVersion.V3_1;
            case "3.1.1" -> MqttVersion.V3_1_1;
            case "5.0", "5" -> MqttVersion.V5;
            default -> throw given.wrong("--version " + text + " is not 3.1, 3.1.1 or 5.0");
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
