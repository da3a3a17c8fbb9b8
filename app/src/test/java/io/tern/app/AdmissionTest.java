package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Figure;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole server that spends no handshake on those whom it would not serve.
class AdmissionTest {

    private static final String BANNED = "203.0.113.7";
    private static final byte[] HANDSHAKE = {22, 3};
    private static final byte[] NOTHING = {};

    @TempDir
    private Path folder;

    private Server server;

    @BeforeEach
    void start() throws Exception {
        TestFiles files = TestAuthority.of("root").issue("server", "localhost").write(folder, "server");
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/bans.json"),
                "[{\"kind\": \"address\", \"value\": \"" + BANNED + "\", \"by\": \"test\"}]");
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                data_dir: %1$s/data
                listeners:
                  mqtt: {port: 0}
                  ws: {port: 0}
                  mqtts: {port: 0, tls: {certificate: %2$s, key: %3$s}}
                  proxied: {port: 0, proxy_protocol: true, trusted_proxies: 127.0.0.0/8, allow_anonymous: true,
                    tls: {certificate: %2$s, key: %3$s}}
                defence.connections_per_address: 2
                """.formatted(folder, files.certificate(), files.key()));
        server = Server.start(Settings.read(config), config, () -> Settings.read(config));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect(String listener) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port(listener));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] hello() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /// @return whether a ServerHello comes
    private static boolean isGreeted(Socket client, byte[] before) throws Exception {
        byte[] hello = hello();
        byte[] all = Arrays.copyOf(before, before.length + hello.length);
        System.arraycopy(hello, 0, all, before.length, hello.length);
        try {
            client.getOutputStream().write(all);
            return Arrays.equals(client.getInputStream().readNBytes(HANDSHAKE.length), HANDSHAKE);
        } catch (IOException reset) {
            return false;
        }
    }

    private boolean isGreetedAs(String address) throws Exception {
        try (Socket client = connect("proxied")) {
            return isGreeted(client, ("PROXY TCP4 " + address + " 198.51.100.1 40000 8883\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
    }

    private boolean isGreeted() throws Exception {
        try (Socket client = connect("mqtts")) {
            return isGreeted(client, NOTHING);
        }
    }

    private double figure(String name, String label) {
        Figure figure = server.figures().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        return label == null ? figure.read() : figure.read(label);
    }

    @Test
    void who_is_banned_gets_no_ServerHello() throws Exception {
        assertThat(isGreetedAs(BANNED)).isFalse();
        assertThat(isGreetedAs("203.0.113.8")).isTrue();
        assertThat(figure("tern_connections_not_admitted_total", null)).isEqualTo(1);
        assertThat(figure("tern_listener_not_admitted_total", "proxied")).isEqualTo(1);
        assertThat(figure("tern_listener_tls_failed_total", "proxied")).isZero();
    }

    @Test
    void sockets_that_never_speak_take_the_places_of_their_address_alone() throws Exception {
        try (Socket silent = connect("mqtts")) {
            try (Socket another = connect("mqtts")) {
                assertThat(another.isConnected()).isTrue();
                assertThat(isGreeted()).isFalse();
                assertThat(isGreetedAs("203.0.113.8")).isTrue();
            }
            long start = System.nanoTime();
            while (!isGreeted()) { // Until the server has noticed that one is gone.
                assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
            }
            assertThat(silent.isConnected()).isTrue();
        }
        assertThat(figure("tern_listener_not_admitted_total", "mqtts")).isPositive();
        assertThat(figure("tern_listener_opened_total", "mqtts")).isZero();
    }
}
