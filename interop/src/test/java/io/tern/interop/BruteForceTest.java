package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.tern.app.Main;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Somebody guesses passwords from one address, under ever new client identifiers, while the owner of the account
/// works from another. Both with HiveMQ's client.
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the loopback interface has one address")
final class BruteForceTest {

    private static final int LIFE_SECONDS = 120;
    private static final String ATTACKER = "127.0.0.2";
    private static final String OWNER = "127.0.0.3";
    private static final String PASSWORD = "geheim";
    private static final int BEFORE_DELAY = 3;
    private static final int PER_ADDRESS = 12;
    private static final long FIRST_DELAY_MILLIS = 100;

    @TempDir
    private Path folder;

    private int guesses;
    private long lastSeenNanos;

    private BrokerProcess broker(String banTime) throws Exception {
        Files.writeString(folder.resolve("passwords"), "ann:" + LoginTest.PBKDF2 + "\nroot:" + LoginTest.PBKDF2 + "\n");
        Files.writeString(folder.resolve("policy.yaml"), """
                rules:
                  - {allow: all, topics: ["$CONTROL/#"], users: root}
                  - {allow: all, topics: "#"}
                """);
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                authentication: [{passwordFile: passwords}]
                authorization: [{policy: policy.yaml}]
                audit.file: %s
                defence.failed_logins:
                  {before_delay: %d, first_delay: %dms, per_address: %d, ban_time: %s, never_ban: []}
                """.formatted(folder.resolve("audit.log"), BEFORE_DELAY, FIRST_DELAY_MILLIS, PER_ADDRESS, banTime));
        return new BrokerProcess(LIFE_SECONDS, "--config", config.toString());
    }

    private static Mqtt5BlockingClient from(String address, String id, BrokerProcess broker) throws Exception {
        return Mqtt5Client.builder()
                .identifier(id)
                .transportConfig()
                .localAddress(address)
                .serverHost("127.0.0.1")
                .serverPort(broker.port(Transport.TCP))
                .applyTransportConfig()
                .buildBlocking();
    }

    private static void connect(Mqtt5BlockingClient client, String user, String password) {
        client.connectWith().simpleAuth().username(user).password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth().send();
    }

    /// One try of the attacker's.
    ///
    /// @return what the broker said, null if it hung up
    private Mqtt5ConnAckReasonCode guess(BrokerProcess broker, String user, String password) throws Exception {
        Mqtt5BlockingClient client = from(ATTACKER, "guess" + ++guesses, broker);
        try {
            connect(client, user, password);
            client.disconnect();
            return Mqtt5ConnAckReasonCode.SUCCESS;
        } catch (Mqtt5ConnAckException refused) {
            return refused.getMqttMessage().getReasonCode();
        } catch (RuntimeException closed) {
            return null;
        }
    }

    /// The owner's connection works, and a new one would.
    private static void served(Mqtt5BlockingClient owner, BrokerProcess broker) throws Exception {
        owner.publishWith().topic("home/x").qos(MqttQos.AT_LEAST_ONCE).send();
        Mqtt5BlockingClient another = from(OWNER, "another", broker);
        connect(another, "ann", PASSWORD);
        another.disconnect();
    }

    /// Guesses the password of one user, then those of others, until the broker hangs up.
    private void attack(BrokerProcess broker, Mqtt5BlockingClient owner) throws Exception {
        int seen = 0;
        for (; seen <= BEFORE_DELAY; seen++) {
            lastSeenNanos = System.nanoTime();
            assertThat(guess(broker, "ann", "wrong")).isEqualTo(
                    Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
            served(owner, broker);
        }
        for (long delayMillis = FIRST_DELAY_MILLIS; delayMillis <= 4 * FIRST_DELAY_MILLIS; delayMillis *= 2) {
            seen++;
            assertThat(untilSeen(broker)).isGreaterThanOrEqualTo(delayMillis);
            served(owner, broker);
        }
        for (; seen < PER_ADDRESS; seen++) {
            served(owner, broker);
            assertThat(guess(broker, "user" + seen, "wrong")).isEqualTo(
                    Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    /// Tries until a guess is looked at, others being refused unseen.
    ///
    /// @return how long after the one before was sent, milliseconds
    private long untilSeen(BrokerProcess broker) throws Exception {
        for (;;) {
            long sentNanos = System.nanoTime();
            Mqtt5ConnAckReasonCode answer = guess(broker, "ann", "wrong");
            if (answer == Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD) {
                long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastSeenNanos);
                lastSeenNanos = sentNanos;
                return tookMillis;
            }
            assertThat(answer).isEqualTo(Mqtt5ConnAckReasonCode.CONNECTION_RATE_EXCEEDED);
        }
    }

    @Test
    void guesses_get_slower_then_their_address_is_banned_for_a_time_and_the_owner_notices_nothing() throws Exception {
        try (BrokerProcess broker = broker("5s")) {
            Mqtt5BlockingClient owner = from(OWNER, "owner", broker);
            connect(owner, "ann", PASSWORD);

            attack(broker, owner);

            assertThat(guess(broker, "ann", PASSWORD)).isEqualTo(Mqtt5ConnAckReasonCode.BANNED);
            served(owner, broker);
            Waiting.until(() -> read("audit.log").lines().anyMatch(line -> line.contains("\"event\":\"banned\"")
                    && line.contains("\"kind\":\"address\",\"value\":\"" + ATTACKER + "\"")), "told of the ban");
            assertThat(broker.complaints()).anyMatch(line -> line.contains(" banned: kind 'address' value"));
            // Nobody has to end it. The delay of that user has been over for long.
            Waiting.until(() -> succeeds(broker), "over");
            served(owner, broker);
            owner.disconnect();
        }
    }

    @Test
    void an_operator_ends_a_ban() throws Exception {
        try (BrokerProcess broker = broker("1h")) {
            Mqtt5BlockingClient owner = from(OWNER, "owner", broker);
            connect(owner, "ann", PASSWORD);
            attack(broker, owner);
            assertThat(guess(broker, "root", PASSWORD)).isEqualTo(Mqtt5ConnAckReasonCode.BANNED);

            assertThat(tern(broker, "bans", "list")).isZero();
            assertThat(tern(broker, "bans", "remove", "address", ATTACKER)).isZero();

            assertThat(guess(broker, "root", PASSWORD)).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
            owner.disconnect();
        }
    }

    private boolean succeeds(BrokerProcess broker) {
        try {
            return guess(broker, "ann", PASSWORD) == Mqtt5ConnAckReasonCode.SUCCESS;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int tern(BrokerProcess broker, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("-p", Integer.toString(broker.port(Transport.TCP)), "-u", "root", "-P", PASSWORD));
        try (Child child = new Child("tern", command, Map.of(), LIFE_SECONDS, line -> { })) {
            return child.awaitEnd();
        }
    }
}
