package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.app.Main;
import io.tern.testkit.RawClient;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who can read a broker's data folder administers it from its own machine, without any configuration.
@DisplayNameGeneration(MethodNames.class)
final class OperatorTest {

    private static final int LIFE_SECONDS = 120;
    private static final String OPERATOR = "$operator";

    @TempDir
    private Path home;

    private final List<String> lines = new ArrayList<>();

    private Path data() {
        return home.resolve(".tern");
    }

    private BrokerProcess broker(String... flags) throws Exception {
        return new BrokerProcess(List.of(), Map.of(), data(), LIFE_SECONDS, flags);
    }

    /// Runs a command of ours, as a user who lives in `home`.
    ///
    /// @return its exit code; `lines` has what it said
    private int tern(BrokerProcess broker, String... args) throws Exception {
        lines.clear();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Duser.home=" + home,
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("-p", String.valueOf(broker.port(Transport.TCP))));
        try (Child child = new Child("tern", command, Map.of(), LIFE_SECONDS, lines::add)) {
            return child.awaitEnd();
        }
    }

    private String secret() throws Exception {
        return Files.readAllLines(data().resolve("operator.secret")).getFirst();
    }

    private static ReasonCode login(RawClient client, String secret) {
        return client.connect(new Connect(MqttVersion.V5, false, true, 0, "op", Properties.NONE, null, OPERATOR,
                secret.getBytes(StandardCharsets.UTF_8))).reason();
    }

    private static ReasonCode login(String host, int port, String secret) {
        try (RawClient client = RawClient.tcp(host, port)) {
            return login(client, secret);
        }
    }

    @Test
    void the_tools_work_with_a_broker_as_it_is() throws Exception {
        String before;
        try (BrokerProcess broker = broker()) {
            assertThat(tern(broker, "figures")).as("%s", lines).isZero();
            assertThat(lines).anyMatch(line -> line.startsWith("# TYPE tern_connections"));
            assertThat(tern(broker, "bans", "add", "client", "evil", "--data", data().toString())).isZero();
            assertThat(tern(broker, "bans", "list")).isZero();
            assertThat(lines).anyMatch(line -> line.startsWith("client evil  for ever, by $operator"));
            assertThat(tern(broker, "reload")).isEqualTo(1);
            assertThat(lines).anyMatch(line -> line.contains("there is no configuration file"));

            assertThat(tern(broker, "figures", "--data", home.toString())).isEqualTo(1);
            assertThat(lines).anyMatch(line -> line.contains("has its data in " + home));
            assertThat(tern(broker, "figures", "-u", "ann")).isEqualTo(1);
            assertThat(lines).anyMatch(line -> line.contains("may read its data folder"));
            assertThat(PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(data().resolve("operator.secret")))).isEqualTo("rw-------");
            before = secret();
        }
        try (BrokerProcess broker = broker()) {
            int port = broker.port(Transport.TCP);
            assertThat(secret()).isNotEqualTo(before);
            assertThat(login("127.0.0.1", port, before)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(login("127.0.0.1", port, secret())).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void messages_that_wait_are_listed_and_cancelled_also_after_a_restart() throws Exception {
        String id;
        try (BrokerProcess broker = broker()) {
            for (String topic : List.of("pump/1", "pump/2")) {
                assertThat(tern(broker, "pub", "-i", "p", "-t", topic, "-m", "x", "-q", "1", "--delay", "3600.5"))
                        .as("%s", lines).isZero();
            }
            assertThat(tern(broker, "delayed", "list", "--client", "p", "--topic", "+/1")).as("%s", lines).isZero();
            assertThat(lines).singleElement().asString().contains("  client p  pump/1  qos 1  1 bytes");
            id = lines.getFirst().substring(0, lines.getFirst().indexOf(' '));
        }
        try (BrokerProcess broker = broker()) {
            assertThat(tern(broker, "delayed", "cancel", id)).as("%s", lines).isZero();
            assertThat(tern(broker, "delayed", "cancel", id)).isEqualTo(1);
            assertThat(tern(broker, "delayed", "list", "--limit", "5")).as("%s", lines).isZero();
            assertThat(lines).singleElement().asString().contains("pump/2");
            assertThat(tern(broker, "pub", "-t", "a", "-m", "x", "--delay", "0.0001")).isEqualTo(1);
        }
    }

    @Test
    void no_ban_keeps_him_out() throws Exception {
        try (BrokerProcess broker = broker()) {
            for (List<String> ban : List.of(List.of("address", "127.0.0.0/8"), List.of("client_regex", ".*"))) {
                assertThat(tern(broker, "bans", "add", ban.get(0), ban.get(1))).as("%s", lines).isZero();
                assertThat(tern(broker, "pub", "-t", "a", "-m", "b")).isNotZero();
                assertThat(lines).anyMatch(line -> line.contains("refused"));
                assertThat(tern(broker, "bans", "remove", ban.get(0), ban.get(1))).as("%s", lines).isZero();
                assertThat(tern(broker, "pub", "-t", "a", "-m", "b")).as("%s", lines).isZero();
            }
        }
    }

    @Test
    void he_administers_and_does_nothing_else_where_there_are_rules_and_it_is_in_the_audit_log() throws Exception {
        Files.writeString(home.resolve("passwords"), "ann:" + LoginTest.PBKDF2 + "\n");
        Path audit = home.resolve("audit.log");
        Path config = Files.writeString(home.resolve("tern.yaml"), """
                authentication: [{passwordFile: passwords}]
                authorization: [{policy: {rules: [{allow: all, topics: "#"}]}}]
                audit.file: %s
                """.formatted(audit));
        try (BrokerProcess broker = broker("--config", config.toString());
                RawClient client = RawClient.tcp("127.0.0.1", broker.port(Transport.TCP))) {
            assertThat(tern(broker, "reload")).as("%s", lines).isZero();
            for (int i = 0; i < 20; i++) {
                assertThat(login("127.0.0.1", broker.port(Transport.TCP), "guess" + i))
                        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
            assertThat(login(client, secret())).isEqualTo(ReasonCode.SUCCESS);
            client.send(new Publish(false, 1, false, TopicName.of("a"), 1, Properties.NONE, new byte[0]));
            assertThat(client.expect(PubAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            client.send(new Subscribe(2, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("#"), 0))));
            assertThat(client.expect(SubAck.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
            Waiting.until(() -> tells(audit, "\"source\":\"operator\"") && tells(audit, "\"action\":\"reload\""),
                    "told");
        }
    }

    private static boolean tells(Path audit, String what) {
        try {
            return Files.readString(audit).contains(what);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void from_elsewhere_the_secret_opens_nothing() throws Exception {
        Optional<InetAddress> address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                .findFirst();
        assumeTrue(address.isPresent(), "left out: a network");
        Path config = Files.writeString(home.resolve("tern.yaml"),
                "listeners.mqtt: {host: 0.0.0.0, allow_anonymous: true}\n");
        try (BrokerProcess broker = broker("--config", config.toString())) {
            int port = broker.port("MQTT", "0.0.0.0");
            assertThat(login("127.0.0.1", port, secret())).isEqualTo(ReasonCode.SUCCESS);
            assertThat(login(address.get().getHostAddress(), port, secret())).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }
}
