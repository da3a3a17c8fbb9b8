package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.testkit.RawClient;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker in a process of its own that gets SIGHUP.
final class HangupTest {

    private static final int LIFE_SECONDS = 60;
    private static final int SIGNALS = 100;

    @TempDir
    private Path folder;

    private static ReasonCode login(BrokerProcess broker, String user) throws Exception {
        try (RawClient client = RawClient.tcp("127.0.0.1", broker.port(Transport.TCP))) {
            return client.connect(new Connect(MqttVersion.V5, false, true, 0, "c", Properties.NONE, null, user,
                    "x".getBytes(StandardCharsets.UTF_8))).reason();
        }
    }

    private static long refused(RawClient client) {
        long refused = 0;
        for (int i = 1; i <= 20; i++) {
            client.send(new Publish(false, 1, false, TopicName.of("t"), i, Properties.NONE, new byte[0]));
            refused += client.expect(PubAck.class).reason() == ReasonCode.QUOTA_EXCEEDED ? 1 : 0;
        }
        return refused;
    }

    /// As after `nohup`, which children inherit, and a JVM leaves as it is.
    private static boolean isIgnored(String process) throws IOException {
        Path status = Path.of("/proc", process, "status");
        return Files.exists(status) && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
    }

    /// Held where it reads its passwords, by a pipe.
    @Test
    void a_signal_that_comes_while_it_starts_is_heard_when_it_is_up() throws Exception {
        assumeFalse(isIgnored("self"), "SIGHUP is ignored here: started by nohup?");
        Path pipe = folder.resolve("passwords");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "left out: mkfifo");
        String passwords = "ann:" + LoginTest.PBKDF2 + "\n";
        Path config = folder.resolve("tern.yaml");
        Files.writeString(config, "authentication: [{passwordFile: passwords}]\n");
        try (BrokerProcess broker = new BrokerProcess(LIFE_SECONDS, "--config", config.toString())) {
            CompletableFuture<String> read;
            try (Writer writer = Files.newBufferedWriter(pipe)) { // Opens when the other end does.
                read = broker.sendHangUp();
                writer.write(passwords);
            }
            AtomicBoolean over = new AtomicBoolean();
            Thread feeder = Thread.ofPlatform().daemon().start(() -> feed(pipe, passwords, over));
            assertThat(broker.port(Transport.TCP)).isPositive();
            assertThat(Waiting.await(read, "tern broker")).contains("read again");
            over.set(true);
            // For both, it opens without waiting for anybody, and whoever waits for a reader has one.
            try (FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                feeder.join();
                assertThat(reader.isOpen()).isTrue();
            }
        }
    }

    /// Again and again, from before the JVM is there.
    @Test
    void a_signal_ends_no_broker_that_the_launcher_has_started() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "left out: a look at what a process ignores");
        Path config = folder.resolve("tern.yaml");
        Files.writeString(config, "authentication: [{anonymous: true}]\n");
        try (BrokerProcess broker = BrokerProcess.behind(List.of("sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""),
                Map.of("TERN_HANGUP", "held"), LIFE_SECONDS, "--config", config.toString())) {
            CompletableFuture<Integer> port = CompletableFuture.supplyAsync(() -> {
                try {
                    return broker.port(Transport.TCP);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            String process = String.valueOf(broker.pid());
            while (!isIgnored(process)) {
                Thread.onSpinWait(); // The shell is not there yet.
            }
            for (int i = 0; i < SIGNALS && !port.isDone(); i++) {
                broker.sendHangUp();
            }
            assertThat(port.get()).isPositive();
            assertThat(broker.isAlive()).isTrue();
            Waiting.await(broker.sendHangUp(), "tern broker");
        }
    }

    /// Gives the text to whoever reads.
    private static void feed(Path pipe, String text, AtomicBoolean over) {
        try {
            while (!over.get()) {
                Files.writeString(pipe, text);
            }
        } catch (IOException e) {
            over.set(true); // Who read has closed it.
        }
    }

    @Test
    void it_reads_its_configuration_again_and_goes_on_with_the_old_one_if_that_is_wrong() throws Exception {
        assumeFalse(isIgnored("self"), "SIGHUP is ignored here: started by nohup?");
        Files.writeString(folder.resolve("ann"), "ann:" + LoginTest.PBKDF2 + "\n");
        Path config = folder.resolve("tern.yaml");
        Files.writeString(config, "authentication: [{anonymous: true}]\n");
        try (BrokerProcess broker = new BrokerProcess(LIFE_SECONDS, "--config", config.toString());
                RawClient client = RawClient.tcp("127.0.0.1", broker.port(Transport.TCP))) {
            client.connect(MqttVersion.V5, "stays");
            assertThat(refused(client)).isZero();

            Files.writeString(config, "authentication: [{passwordFile: ann}]\nlimits.queue_messages: 7\n"
                    + "log.level: debug\ndefence: {publishes_per_second: 1, publish_excess: refuse}\n");
            assertThat(broker.hangUp()).contains(" INFO ").endsWith("wait for a restart: limits.queue_messages");
            assertThat(refused(client)).isPositive();
            assertThat(login(broker, "bob")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);

            Files.writeString(config, "listeners: {mqtt: {enabled: false}, ws: {enabled: false}}\n");
            assertThat(broker.hangUp()).contains(" WARN ", "all of them are switched off");

            Files.writeString(config, "authentication: [{passwordFile: nowhere}]\n");
            assertThat(broker.hangUp()).contains(" WARN ", "nowhere: no such file");
            assertThat(refused(client)).isPositive();
            client.expectNothing();
        }
    }
}
