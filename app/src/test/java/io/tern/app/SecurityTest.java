package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.ConfigException;
import io.tern.client.Backoff;
import io.tern.client.ClientBuilder;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What `authentication` and `authorization` in tern.yaml do, from the file to a client; and the commands about it.
class SecurityTest {

    private static final Duration WAIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Server start(String yaml) throws Exception {
        Path file = write("tern.yaml", "listeners: {mqtt: {port: 0}, ws: {port: 0}}\ndata_dir: " + folder + "/data\n"
                + yaml);
        return Server.start(Settings.read(file), file, () -> Settings.read(file));
    }

    private List<String> problems(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> start(yaml).close()).problems();
    }

    private static MqttClient client(Server server, String id, String user, String password) {
        return builder(server, id, user, password).build();
    }

    private static ClientBuilder builder(Server server, String id, String user, String password) {
        return MqttClient.builder()
                .host("127.0.0.1")
                .port(server.port())
                .version(MqttVersion.V5)
                .clientId(id)
                .userName(user)
                .password(password == null ? null : password.getBytes(StandardCharsets.UTF_8))
                .reconnect(Backoff.NONE);
    }

    private static MqttClient durable(Server server, String id, String user, String password) {
        return builder(server, id, user, password).cleanStart(false).sessionExpirySeconds(3600).build();
    }

    private static ReasonCode refusal(MqttClient client) {
        try (client) {
            return catchThrowableOfType(MqttException.class, client::connect).reason();
        }
    }

    private int tern(StringWriter out, String... args) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return line.execute(args);
    }

    @Test
    void users_of_a_password_file_do_what_an_acl_file_grants() throws Exception {
        StringWriter out = new StringWriter();
        String file = folder.resolve("passwords").toString();
        assertThat(tern(out, "passwd", "-H", "sha512", "-c", "-b", file, "ann", "geheim")).isZero();
        write("acl", "user ann\ntopic readwrite home/ann/#\n");
        String yaml = "authentication:\n  - passwordFile: passwords\nauthorization:\n  - aclFile: acl\n";
        try (Server server = start(yaml)) {
            assertThat(refusal(client(server, "a", "ann", "falsch"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(refusal(client(server, "a", "bob", "geheim"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(refusal(client(server, "a", null, null))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            try (MqttClient ann = client(server, "a", "ann", "geheim")) {
                ann.connect();
                assertThat(catchThrowableOfType(
                                MqttException.class, () -> ann.publish("home/bob/x", new byte[0], 1, false)).reason())
                        .isEqualTo(ReasonCode.NOT_AUTHORIZED);
                ann.publish("home/ann/x", new byte[0], 1, false);
            }
        }
    }

    @Test
    void a_session_is_its_users_also_after_a_restart() throws Exception {
        String file = folder.resolve("passwords").toString();
        StringWriter out = new StringWriter();
        assertThat(tern(out, "passwd", "-H", "sha512", "-c", "-b", file, "ann", "geheim")).isZero();
        assertThat(tern(out, "passwd", "-H", "sha512", "-b", file, "bob", "geheim")).isZero();
        write("policy.yaml", "rules: [{allow: all, topics: \"#\"}]\n");
        String yaml = "authentication: [{passwordFile: passwords}]\nauthorization: [{policy: policy.yaml}]\n";
        try (Server server = start(yaml)) {
            for (String id : List.of("first", "second")) {
                try (MqttClient ann = durable(server, id, "ann", "geheim")) {
                    ann.connect();
                    ann.subscribe("home", 1);
                    ann.disconnect();
                }
            }
            try (MqttClient publisher = client(server, "p", "bob", "geheim")) {
                publisher.connect();
                publisher.publish("home", new byte[] {1}, 1, false);
            }
        }
        try (Server server = start(yaml);
                MqttClient bob = durable(server, "first", "bob", "geheim");
                MqttClient ann = durable(server, "second", "ann", "geheim")) {
            assertThat(bob.connect().sessionPresent()).isFalse();
            assertThat(ann.connect().sessionPresent()).isTrue();
            Publish kept = ann.receive(WAIT);
            assertThat(kept.payload()).containsExactly(1);
            assertThat(kept.dup()).as("it was never sent before").isFalse();
            bob.publish("bob", new byte[0], 1, false); // What came before its answer would be here.
            assertThat(bob.receive(Duration.ZERO)).isNull();
        }
    }

    @Test
    void a_listener_on_another_address_needs_a_word_to_let_everybody_in() throws Exception {
        String open = "listeners.mqtt.host: 0.0.0.0\n";
        assertThat(problems(open)).singleElement().asString().contains(
                "listeners.mqtt.host: other machines could connect to 0.0.0.0 without a password; set authentication,"
                        + " or listeners.mqtt.allow_anonymous: true to let everybody in");

        start(open + "listeners.mqtt.allow_anonymous: true\n").close();
        start(open + "authentication: [{anonymous: true}]\n").close();
    }

    @Test
    void what_is_wrong_in_the_lists_is_said_all_at_once_with_lines() {
        List<String> problems = problems("authentication:\n  - passwordFile: nowhere\n  - jwt: {issuer: x, isuer: y}\n"
                + "  - ldap: {}\n  - http: {url: ftp://x}\nauthorization:\n  sources:\n    - policy:\n"
                + "        rules: [{allow: all}]\n  deny_action: shout\n");

        assertThat(problems).anyMatch(each -> each.contains("tern.yaml:4: authentication.passwordFile: ")
                && each.contains("nowhere: no such file"));
        assertThat(problems).anyMatch(each -> each.endsWith("tern.yaml:5: isuer: unknown key; did you mean issuer?"));
        assertThat(problems).anyMatch(each -> each.endsWith(
                "tern.yaml:5: authentication.jwt: needs one of secret, public_key, jwks_file, jwks.url"));
        assertThat(problems).anyMatch(each -> each.endsWith("tern.yaml:6: authentication: ldap is none of anonymous,"
                + " http, introspection, jwt, passwordFile, x509"));
        assertThat(problems).anyMatch(each -> each.endsWith(
                "tern.yaml:7: authentication.http: url: expected https://... or http://..."));
        assertThat(problems).anyMatch(each -> each.endsWith(":11: topics: a rule needs them"));
        assertThat(problems).anyMatch(each -> each.endsWith(
                ":12: deny_action: shout is none of ignore, disconnect"));
    }

    @Test
    void acl_explain_says_which_rule_decides_and_acl_test_runs_tests() throws Exception {
        Path config = write("tern.yaml", "authorization:\n  - policy: policy.yaml\n");
        write("policy.yaml", "rules:\n  - allow: publish\n    topics: [\"plant/${username}/#\"]\n");
        StringWriter out = new StringWriter();

        assertThat(tern(out, "acl", "explain", "--config", config.toString(), "--client", "c", "--user", "ann",
                "--topic", "plant/ann/x", "--action", "publish")).isZero();
        assertThat(out.toString()).contains("allowed").contains("policy.yaml:2: allow publish plant/${username}/#");
        StringWriter denied = new StringWriter();
        assertThat(tern(denied, "acl", "explain", "--config", config.toString(), "--topic", "#", "--action",
                "subscribe")).isEqualTo(3);
        assertThat(denied.toString()).contains("denied").contains("no rule speaks of it");

        Path tests = write("tests.yaml", "config: tern.yaml\ntests:\n  - user: ann\n    allow: publish plant/ann/a\n"
                + "    deny: [publish plant/bob/a, publish plant/ann/b]\n");
        StringWriter tested = new StringWriter();
        assertThat(tern(tested, "acl", "test", tests.toString())).isEqualTo(1);
        assertThat(tested.toString())
                .contains("FAIL", "tests.yaml:3: deny publish plant/ann/b for test of ann", "2 passed, 1 failed");
    }

    @Test
    void passwd_takes_the_flags_of_mosquitto_passwd() throws Exception {
        String file = folder.resolve("p").toString();
        StringWriter out = new StringWriter();

        assertThat(tern(out, "passwd", "-b", file, "ann", "x")).isEqualTo(1);
        assertThat(tern(out, "passwd", "-c", "-b", file + "/none/pw", "ann", "x")).isEqualTo(1);
        assertThat(out.toString()).contains("there is no folder " + file);
        assertThat(out.toString()).contains("no such file; -c makes a new one");
        assertThat(tern(out, "passwd", "-H", "sha512-pbkdf2", "-I", "10", "-c", "-b", file, "ann", "x")).isZero();
        assertThat(tern(out, "passwd", "-b", file, "bob", "y")).isZero();
        assertThat(Files.readAllLines(folder.resolve("p"))).satisfiesExactly(
                line -> assertThat(line).startsWith("ann:$7$10$"),
                line -> assertThat(line).startsWith("bob:$argon2id$v=19$m=47104,t=1,p=1$"));
        assertThat(tern(out, "passwd", "-D", file, "ann")).isZero();
        assertThat(tern(out, "passwd", "-D", file, "ann")).isEqualTo(1);
        assertThat(tern(out, "passwd", "-b", file, "a:b", "y")).isEqualTo(1);
        Files.writeString(folder.resolve("plain"), "carl:secret\n");
        assertThat(tern(out, "passwd", "-U", folder.resolve("plain").toString())).isZero();
        assertThat(Files.readString(folder.resolve("plain"))).startsWith("carl:$argon2id$");
    }

    private static String control(MqttClient client, String command) throws Exception {
        String id = UUID.randomUUID().toString();
        String request = "{\"commands\":[{\"command\":\"" + command + "\",\"correlationData\":\"" + id + "\"}]}";
        client.publish("$CONTROL/tern/v1", request.getBytes(StandardCharsets.UTF_8), 1, false);
        for (;;) {
            String reply = next(client, "$CONTROL/");
            if (reply.contains(id)) {
                return reply; // The others were for the command line.
            }
        }
    }

    /// Replies and alarms come in any order.
    private static String next(MqttClient client, String topic) throws Exception {
        for (;;) {
            Publish message = client.receive(Duration.ofSeconds(20));
            assertThat(message).isNotNull();
            if (message.topic().value().startsWith(topic)) {
                return new String(message.payload(), StandardCharsets.UTF_8);
            }
        }
    }

    @Test
    void a_broker_is_administered_by_those_who_may_and_what_they_do_lasts() throws Exception {
        StringWriter out = new StringWriter();
        String passwords = folder.resolve("passwords").toString();
        tern(out, "passwd", "-H", "sha512", "-c", "-b", passwords, "root", "geheim");
        tern(out, "passwd", "-H", "sha512", "-b", passwords, "ann", "x");
        String rules = "rules:\n  - allow: all\n    topics: [\"$CONTROL/#\", \"$SYS/#\"]\n    users: root\n"
                + "  - allow: all\n    topics: \"#\"\n";
        Path policy = write("policy.yaml", rules);
        String yaml = "authentication: [{passwordFile: passwords}]\nauthorization: [{policy: policy.yaml}]\n"
                + "audit.file: audit.log\n";
        try (Server server = start(yaml);
                MqttClient ann = client(server, "ann", "ann", "x");
                MqttClient root = client(server, "root", "root", "geheim")) {
            ann.connect();
            root.connect();
            assertThat(catchThrowableOfType(MqttException.class, () -> ann.publish(
                    "$CONTROL/tern/v1", "{}".getBytes(StandardCharsets.UTF_8), 1, false)).reason())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
            root.subscribe("$CONTROL/tern/v1/response", 1);
            root.subscribe("$SYS/broker/alarms/#", 1);

            assertThat(cli(server, "bans", "add", "client", "ann", "--reason", "test")).isZero();
            assertThat(refusal(client(server, "ann", "ann", "x"))).isEqualTo(ReasonCode.BANNED);
            assertThat(control(root, "listBans")).contains("\"ann\"");
            assertThat(cli(server, "bans", "remove", "client", "ann")).isZero();

            Files.writeString(policy, "rules: [{allow: publish, topics: a}, {deny: nonsense, topics: b}]\n");
            assertThat(cli(server, "reload")).isEqualTo(1);
            assertThat(next(root, "$SYS/broker/alarms/configuration")).contains("nonsense");
            Files.writeString(policy, rules.substring(0, rules.indexOf("  - allow: all\n    topics: \"#\""))
                    + "  - {allow: publish, topics: a}\n");
            control(root, "reload");
            try (MqttClient again = client(server, "ann", "ann", "x")) {
                again.connect();
                again.publish("a", new byte[0], 1, false);
                assertThat(catchThrowableOfType(
                                MqttException.class, () -> again.publish("b", new byte[0], 1, false)).reason())
                        .isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
        }
        assertThat(Files.readString(folder.resolve("data/audit.log"))).contains(
                "\"event\":\"login_accepted\"", "\"action\":\"addBan\"", "\"event\":\"access_denied\"");
        assertThat(Files.readString(folder.resolve("data/bans.json"))).doesNotContain("ann");
    }

    /// A token or a service might bring rules, so there are some; they name nothing that is the broker's own.
    @Test
    void a_user_administers_nothing_although_others_may_bring_rules() throws Exception {
        String passwords = folder.resolve("passwords").toString();
        tern(new StringWriter(), "passwd", "-H", "sha512", "-c", "-b", passwords, "ann", "x");
        String yaml = "authentication: [{passwordFile: passwords},"
                + " {jwt: {secret: 0123456789abcdef0123456789abcdef}}]\n";
        try (Server server = start(yaml);
                MqttClient ann = client(server, "ann", "ann", "x")) {
            ann.connect();
            String ban = "{\"commands\":["
                    + "{\"command\":\"addBan\",\"kind\":\"address\",\"value\":\"0.0.0.0/0\"}]}";
            assertThat(catchThrowableOfType(MqttException.class, () -> ann.publish(
                    "$CONTROL/tern/v1", ban.getBytes(StandardCharsets.UTF_8), 1, false)).reason())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
            ann.publish("a", new byte[0], 1, false);
            client(server, "again", "ann", "x").connect();
        }
    }

    private static int cli(Server server, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-p", Integer.toString(server.port()), "-u", "root", "-P", "geheim"));
        return Main.commandLine().execute(all.toArray(String[]::new));
    }
}
