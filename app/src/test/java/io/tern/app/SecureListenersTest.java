package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.cli.Cli;
import io.tern.cli.Streams;
import io.tern.client.Backoff;
import io.tern.client.ClientBuilder;
import io.tern.client.ClientTls;
import io.tern.client.MqttClient;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.wire.Publish;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Our own client and commands with TLS and Unix sockets, against a whole server that was configured by a file.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecureListenersTest {

    private final TestAuthority authority = TestAuthority.of("root");
    private final TestAuthority stranger = TestAuthority.of("stranger");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path folder;
    private Path ca;
    private Path otherCa;
    private TestFiles client;
    private Server server;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        folder = dir;
        ca = authority.write(dir, "ca");
        otherCa = stranger.write(dir, "other");
        client = authority.issue(TestAuthority.Kind.RSA, "press-7").write(dir, "client");
        TestFiles files = authority.issue("server", "localhost", "127.0.0.1").write(dir, "server");
        TestFiles elsewhere = authority.issue("elsewhere", "elsewhere.example").write(dir, "elsewhere");
        Path config = Files.writeString(dir.resolve("tern.yaml"), """
                data_dir: %1$s/data
                listeners:
                  mqtt: {port: 0}
                  ws: {port: 0}
                  mqtts: {port: 0, tls: {certificate: %2$s, key: %3$s}}
                  wss: {port: 0, path: /secure, tls: {certificate: %2$s, key: %3$s}}
                  mutual: {port: 0, tls: {certificate: %2$s, key: %3$s, client_ca: %1$s/ca.crt}}
                  elsewhere: {port: 0, tls: {certificate: %4$s, key: %5$s, versions: TLSv1.3}}
                  local: {type: unix, socket: %1$s/mqtt.sock}
                """.formatted(dir, files.certificate(), files.key(), elsewhere.certificate(), elsewhere.key()));
        server = Server.start(Settings.read(config));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static MqttClient connected(ClientBuilder builder) throws Exception {
        MqttClient client = builder.reconnect(Backoff.NONE).build();
        try {
            client.connect();
            return client;
        } catch (Exception e) {
            client.close();
            throw e;
        }
    }

    private void talksToItself(ClientBuilder builder) throws Exception {
        byte[] big = new byte[300_000];
        big[big.length - 1] = 7;
        try (MqttClient client = connected(builder)) {
            client.subscribe("self", 1);
            client.publish("self", big, 1, false);
            Publish received = client.receive(Duration.ofSeconds(20));
            assertThat(received.payload()).isEqualTo(big);
        }
    }

    private ClientBuilder to(String listener) {
        return MqttClient.builder().host("localhost").port(server.port(listener));
    }

    private ClientTls.Builder trusting(Path authorities) throws Exception {
        return ClientTls.builder().authorities(authorities);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void the_client_speaks_TLS(String version) throws Exception {
        talksToItself(to("mqtts").tls(trusting(ca).versions(List.of(version)).alpn(List.of("mqtt")).build()));
        talksToItself(to("mqtts").host("127.0.0.1").tls(trusting(ca).versions(List.of(version)).build()));
        talksToItself(to("wss").webSocket("/secure").tls(trusting(ca).versions(List.of(version)).build()));
    }

    @Test
    void it_shows_its_certificate_where_that_is_asked_for() throws Exception {
        talksToItself(to("mutual").tls(trusting(ca).identity(client.certificate(), client.key(), null).build()));
        ClientTls without = trusting(ca).build();
        assertThatThrownBy(() -> connected(to("mutual").tls(without))).isInstanceOf(Exception.class);
    }

    @Test
    void it_refuses_servers_it_has_no_reason_to_trust() throws Exception {
        ClientTls other = trusting(otherCa).build();
        assertThatThrownBy(() -> connected(to("mqtts").tls(other))).hasMessageContaining("certification path");
        assertThatThrownBy(() -> connected(to("wss").webSocket("/secure").tls(other)))
                .hasMessageContaining("certification path");
        ClientTls java = ClientTls.builder().build();
        assertThatThrownBy(() -> connected(to("mqtts").tls(java))).hasMessageContaining("certification path");
    }

    @Test
    void it_refuses_a_certificate_of_another_host_unless_told_not_to_care() throws Exception {
        ClientTls strict = trusting(ca).build();
        assertThatThrownBy(() -> connected(to("elsewhere").tls(strict))).hasMessageContaining("localhost");
        talksToItself(to("elsewhere").tls(trusting(ca).insecure(true).build()));
        ClientTls otherAuthority = trusting(otherCa).insecure(true).build();
        assertThatThrownBy(() -> connected(to("elsewhere").tls(otherAuthority)))
                .hasMessageContaining("certification path");
        ClientTls old = trusting(ca).insecure(true).versions(List.of("TLSv1.2")).build();
        assertThatThrownBy(() -> connected(to("elsewhere").tls(old))).hasMessageContaining("protocol_version");
    }

    @Test
    void it_comes_through_a_unix_socket() throws Exception {
        talksToItself(MqttClient.builder().unixSocket(folder.resolve("mqtt.sock")));
    }

    @ParameterizedTest
    @CsvSource({
        "--cafile CA -h localhost -p PORT:mqtts, 0",
        "--capath DIR -h localhost -p PORT:mqtts --tls-version tlsv1.3 --tls-alpn mqtt, 0",
        "--cafile CA -L mqtts://localhost:PORT:mqtts/a, 0",
        "--cafile CA -L wss://localhost:PORT:wss/a --ws-path /secure, 0",
        "--cafile CA --cert CRT --key KEY -h localhost -p PORT:mutual, 0",
        "--cafile CA --insecure -h localhost -p PORT:elsewhere, 0",
        "--cafile CA -h localhost -p PORT:mqtts --ciphers TLS_AES_256_GCM_SHA384, 0",
        "--unix SOCKET, 0",
        "--cafile CA -h localhost -p PORT:elsewhere, 1",
        "--cafile OTHER -h localhost -p PORT:mqtts, 1",
        "--tls-use-os-certs -h localhost -p PORT:mqtts, 1",
        "-h localhost -p PORT:mqtts, 1",
        "--cafile DIR/none -h localhost -p PORT:mqtts, 1",
        "--cafile KEY -h localhost -p PORT:mqtts, 1",
        "--cert CRT --cafile CA -p PORT:mqtts, 1",
        "--insecure -p PORT:mqtt, 1",
        "--cafile CA --tls-version sslv3 -p PORT:mqtts, 1",
        "--cafile CA --ciphers NONE -p PORT:mqtts, 1"
    })
    void the_commands_have_the_flags_of_mosquitto(String flags, int exitCode) {
        out.reset();
        String line = flags.replace("DIR", folder.toString())
                .replace("CA ", ca + " ")
                .replace("OTHER", otherCa.toString())
                .replace("CRT", client.certificate().toString())
                .replace("KEY", client.key().toString())
                .replace("SOCKET", folder.resolve("mqtt.sock").toString());
        for (String listener : List.of("mqtts", "mqtt", "wss", "mutual", "elsewhere")) {
            line = line.replaceAll("PORT:" + listener + "\\b", Integer.toString(server.port(listener)));
        }
        if (!line.contains("-L")) {
            line += " -t a";
        }
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        CommandLine pub = Cli.commands(new Streams(InputStream.nullInputStream(), print, print))
                .get("pub")
                .get();
        pub.setErr(new PrintWriter(print, true));
        int code = pub.execute((line + " -m hello -q 1").split(" "));
        assertThat(code == 0 ? 0 : 1).as("%d: %s", code, said()).isEqualTo(exitCode);
        assertThat(said().isEmpty()).isEqualTo(exitCode == 0);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_start_says_where_and_by_whom() {
        StringWriter text = new StringWriter();
        server.greet(new PrintWriter(text));
        assertThat(text.toString())
                .contains("  MQTT            127.0.0.1:" + server.port() + "\n")
                .contains("  MQTT over TLS   127.0.0.1:" + server.port("mqtts") + "\n")
                .contains("  MQTT over WSS   wss://127.0.0.1:" + server.port("wss") + "/secure\n")
                .contains("  MQTT            " + folder.resolve("mqtt.sock") + "\n")
                .containsPattern("TLS by (BoringSSL|JDK .*)\\.\n")
                .contains("Only this machine can connect");
    }
}
