package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Model.PositionalParamSpec;

/// How long a broker takes from the start of its process to its first CONNACK.
final class StartUp {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long RETRY_NANOS = 500_000;
    private static final int ANSWER_MILLIS = 5000;

    private final Target target;
    private final List<String> command;

    private StartUp(Target target, Given given) {
        this.target = target;
        command = given.command();
        if (command.isEmpty()) {
            throw given.wrong("the command that starts the broker is missing: put it behind --");
        }
    }

    static Scenario scenario() {
        PositionalParamSpec command = PositionalParamSpec.builder()
                .index("0..*")
                .paramLabel("COMMAND")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("What starts the broker; stands behind --.")
                .build();
        return new Scenario("startup", "From the start of the broker's process to the first CONNACK.",
                MqttVersion.V3_1_1, List.of(), Optional.of(command),
                (target, given) -> new StartUp(target, given)::run);
    }

    /// Starts it, waits for the CONNACK and ends it.
    Report run() throws IOException, InterruptedException {
        byte[] connect = Packets.connect(target.version(), "bench-first");
        if (isAnswered(connect)) {
            throw new IOException("something listens on " + target.address() + " already");
        }
        long startNanos = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (!isAnswered(connect)) {
                if (!process.isAlive() || System.nanoTime() - startNanos > PATIENCE_NANOS) {
                    throw new IOException("the broker didn't start");
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            double millis = (System.nanoTime() - startNanos) / 1e6;
            BrokerProcess broker = new BrokerProcess((int) process.pid());
            return new Report("startup")
                    .number("millisToConnack", millis)
                    .number("cpuMicros", broker.cpuMicros())
                    .number("rssBytes", broker.rssBytes());
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private boolean isAnswered(byte[] connect) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.address().getAddress(), target.address().getPort()));
            socket.setSoTimeout(ANSWER_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(connect);
            InputStream in = socket.getInputStream();
            boolean accepted = in.readNBytes(4).length == 4;
            out.write(Packets.DISCONNECT);
            return accepted;
        } catch (IOException refused) {
            return false;
        }
    }
}
