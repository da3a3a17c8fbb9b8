package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tern.client.Backoff;
import io.tern.client.ClientTls;
import io.tern.client.MqttClient;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What the log says of clients who don't get through TLS.
class HandshakeLogTest {

    private static final byte[] HALF_A_HELLO = {0x16, 3, 1, 2, 0, 1};

    private final TestAuthority authority = TestAuthority.of("root");
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private void fails(int port, TestAuthority.Kind kind, TestAuthority by) throws Exception {
        TestFiles own = by.issue(kind, "press-7").write(folder, "own");
        ClientTls tls = ClientTls.builder().authorities(folder.resolve("ca.crt"))
                .identity(own.certificate(), own.key(), null).build();
        try (MqttClient client = MqttClient.builder().host("localhost").port(port).tls(tls)
                .reconnect(Backoff.NONE).build()) {
            assertThatThrownBy(client::connect).isInstanceOf(Exception.class);
        }
    }

    @Test
    @Timeout(120)
    void the_reason_is_said_once_a_minute_and_listener_and_not_of_who_hangs_up() throws Exception {
        authority.write(folder, "ca");
        TestFiles files = authority.issue("server", "localhost", "127.0.0.1").write(folder, "server");
        String listener = "{port: 0, tls: {certificate: %s, key: %s, client_ca: %s/ca.crt}}"
                .formatted(files.certificate(), files.key(), folder);
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                data_dir: %s/data
                listeners:
                  one: %s
                  other: %s
                """.formatted(folder, listener, listener));
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getLevel() == Level.INFO) {
                    heard.add(event.getFormattedMessage());
                }
            }
        };
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ListenerCounters.class);
        logger.addAppender(appender);
        try (Server server = Server.start(Settings.read(config))) {
            try (Socket scanner = new Socket(InetAddress.getLoopbackAddress(), server.port("one"))) {
                scanner.getOutputStream().write(HALF_A_HELLO);
            }
            fails(server.port("one"), TestAuthority.Kind.ED25519, authority);
            fails(server.port("one"), TestAuthority.Kind.EC, TestAuthority.of("stranger"));
            fails(server.port("other"), TestAuthority.Kind.EC, TestAuthority.of("stranger"));
            while (heard.size() < 2) {
                Thread.onSpinWait();
            }
        } finally {
            logger.detachAppender(appender);
        }
        assertThat(heard).hasSize(2);
        assertThat(heard.getFirst()).contains("one", "TLS handshake failed: ", "1 failed so far");
        assertThat(heard.getLast()).contains("other", "TLS handshake failed: ", "1 failed so far");
    }
}
