package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bytes that a SOCKS5 proxy and a client exchange (RFC 1928, RFC 1929).
class SocksProxyTest {

    private static final int PATIENCE_MILLIS = 10_000;

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private SocksProxy proxy(String user, String password) {
        return new SocksProxy("127.0.0.1", listener.getLocalPort(), user, password);
    }

    /// Plays the proxy: expects and answers in turn, both in hexadecimal digits.
    private CompletableFuture<Void> plays(String... turns) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                for (int i = 0; i < turns.length; i++) {
                    byte[] bytes = HexFormat.of().parseHex(turns[i]);
                    if (i % 2 == 0) {
                        byte[] heard = new byte[bytes.length];
                        in.readFully(heard);
                        assertThat(HexFormat.of().formatHex(heard)).isEqualTo(turns[i]);
                    } else {
                        socket.getOutputStream().write(bytes);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    private void connects(SocksProxy through, String server) throws IOException {
        try (Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            through.connect(socket, server, 1883);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "broker.example, 030e62726f6b65722e6578616d706c65, 01 7f000001 0438",
        "192.0.2.10, 01c000020a, 04 20010db8000000000000000000000007 0438",
        "2001:db8::7, 0420010db8000000000000000000000007, 03 03 612e62 0438",
        "999.1.1.1, 0309 3939392e312e312e31, 01 00000000 0000"
    })
    void it_is_asked_for_names_and_addresses_and_may_say_where_it_comes_from(
            String server, String address, String bound) throws Exception {
        CompletableFuture<Void> played = plays("050100", "0500",
                "050100" + address.replace(" ", "") + "075b", "050000" + bound.replace(" ", ""));
        connects(proxy(null, null), server);
        played.get();
    }

    @Test
    void it_may_want_a_user_name_and_a_password() throws Exception {
        String request = "050100" + "01c0000201" + "075b";
        CompletableFuture<Void> played =
                plays("05020002", "0502", "0103616e6e027077", "0100", request, "05000001000000000000");
        connects(proxy("ann", "pw"), "192.0.2.1");
        played.get();
        CompletableFuture<Void> without = plays("05020002", "0500", request, "05000001000000000000");
        connects(proxy("ann", null), "192.0.2.1");
        without.get();
    }

    @ParameterizedTest
    @CsvSource({
        "05ff, '', '', it wants a user name",
        "0502, '', '', it wants a user name",
        "48, '', '', it does not speak SOCKS5",
        "0500, 0501, '', 192.0.2.1 port 1883: it has failed",
        "0500, 0502, '', 192.0.2.1 port 1883: its rules do not allow it",
        "0500, 0505, '', 192.0.2.1 port 1883: connection refused",
        "0500, 0577, '', 192.0.2.1 port 1883: reply 119",
        "0500, 05000009, '', its reply can't be understood"
    })
    void what_it_refuses_is_said(String way, String reply, String rest, String words) {
        plays("050100", way, reply.isEmpty() ? "" : "050100" + "01c0000201" + "075b", reply + rest);
        assertThatThrownBy(() -> connects(proxy(null, null), "192.0.2.1"))
                .isInstanceOf(IOException.class)
                .hasMessage("SOCKS proxy 127.0.0.1 port " + listener.getLocalPort() + ": " + words);
    }

    @Test
    void a_wrong_password_is_said() {
        plays("05020002", "0502", "0103616e6e026e6f", "0101");
        assertThatThrownBy(() -> connects(proxy("ann", "no"), "192.0.2.1"))
                .hasMessageContaining("does not accept user name and password");
    }

    @Test
    void a_proxy_that_never_answers_is_not_waited_for_longer_than_for_a_server() throws Exception {
        try (MqttClient client = MqttClient.builder().host("broker.invalid").socksProxy(proxy(null, null))
                .connectTimeoutSeconds(1).reconnect(Backoff.NONE).build()) {
            assertThatThrownBy(client::connect).isInstanceOf(MqttException.class).hasMessageContaining("timed out");
        }
    }

    @Test
    void MQTT_comes_behind_it_and_nobody_here_looks_up_the_server_s_name() throws Exception {
        CompletableFuture<Connect> heard = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept(); ScriptedServer.Peer peer = new ScriptedServer.Peer(socket)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readFully(new byte[3]);
                socket.getOutputStream().write(new byte[] {5, 0});
                in.readFully(new byte[7 + "broker.invalid".length()]);
                socket.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
                heard.complete(peer.expect(Connect.class));
                peer.send(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
                socket.getInputStream().read();
            } catch (Exception e) {
                heard.completeExceptionally(e);
            }
        });
        try (MqttClient client = MqttClient.builder().host("broker.invalid").clientId("through")
                .socksProxy(proxy(null, null)).build()) {
            client.connect();
            assertThat(heard.get().clientId()).isEqualTo("through");
        }
    }

    @Test
    void what_does_not_go_together_is_refused() {
        assertThatThrownBy(() -> MqttClient.builder().socksProxy(proxy(null, null)).webSocket("/mqtt").build())
                .hasMessage("a SOCKS proxy is for TCP and TLS only");
        assertThatThrownBy(() -> MqttClient.builder().socksProxy(proxy(null, null)).unixSocket(Path.of("x")).build())
                .hasMessage("a SOCKS proxy is for TCP and TLS only");
        assertThatThrownBy(() -> proxy(null, "pw")).hasMessage("a password without a user name");
        assertThatThrownBy(() -> proxy("a".repeat(256), null)).hasMessageContaining("more than 255 bytes");
        assertThatThrownBy(() -> new SocksProxy("a", 0, null, null)).hasMessageContaining("port 0");
        assertThat(proxy("ann", "secret").toString()).doesNotContain("secret");
    }
}
