package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.tern.keys.Identity;
import io.tern.testkit.TestBroker;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.testpki.TestIdentity;
import io.tern.transport.ListenerOptions;
import io.tern.transport.tls.ClientAuth;
import io.tern.transport.tls.TlsOptions;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of other makers with TLS: with a certificate of their own where it is asked for, and not without.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayNameGeneration(MethodNames.class)
final class SecureTest {

    private static final int LIFE_SECONDS = 30;
    private static final char[] ANY = "any".toCharArray();

    private final TestAuthority authority = TestAuthority.of("root");
    private final TestIdentity own = authority.issue(TestAuthority.Kind.RSA, "press-7");
    private Path ca;
    private Path otherCa;
    private TestFiles ownFiles;
    private TestBroker broker;

    @BeforeAll
    void start(@TempDir Path folder) {
        ca = authority.write(folder, "ca");
        otherCa = TestAuthority.of("other").write(folder, "other");
        ownFiles = own.write(folder, "client");
        TestFiles files = authority.issue("server", "localhost", "127.0.0.1").write(folder, "server");
        TlsOptions tls = TlsOptions.of(files.certificate(), files.key());
        TlsOptions asking = tls.withClients(ca, ClientAuth.REQUIRED, null);
        broker = TestBroker.builder()
                .listener(ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls))
                .listener(ListenerOptions.tcp("mutual", "127.0.0.1", 0).withTls(asking))
                .listener(ListenerOptions.ws("wss", "127.0.0.1", 0).withTls(asking))
                .start();
    }

    @AfterAll
    void stop() {
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    private int port(String listener) {
        return broker.listener(listener).port();
    }

    private KeyStore trusted() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.certificate());
        return store;
    }

    private TrustManagerFactory trust() throws Exception {
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted());
        return managers;
    }

    private KeyManagerFactory keys() throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(new Identity(own.key(), own.chain()).keyStore(ANY), ANY);
        return managers;
    }

    private SSLContext context(boolean withKey) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withKey ? keys().getKeyManagers() : null, trust().getTrustManagers(), null);
        return context;
    }

    private static MqttClient paho(int port, String id, SSLContext tls) throws MqttException {
        MqttClient client = new MqttClient("ssl://localhost:" + port, id, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(tls.getSocketFactory());
        options.setConnectionTimeout(LIFE_SECONDS);
        try {
            client.connect(options);
            return client;
        } catch (MqttException e) {
            client.close();
            throw e;
        }
    }

    @Test
    void Paho_for_Java() throws Exception {
        for (String listener : List.of("mqtts", "mutual")) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            try (MqttClient client = paho(port(listener), "paho", context(true))) {
                client.subscribe("paho/" + listener, 1, (topic, message) -> received.add(message.toString()));
                client.publish("paho/" + listener, "hello".getBytes(), 1, false);
                assertThat(received.poll(LIFE_SECONDS, TimeUnit.SECONDS)).isEqualTo("hello");
                client.disconnect();
            }
        }
        assertThatThrownBy(() -> paho(port("mutual"), "paho", context(false))).isInstanceOf(MqttException.class);
    }

    private Mqtt5BlockingClient hiveMq(String listener, boolean withKey) throws Exception {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .serverHost("localhost")
                .serverPort(port(listener))
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(trust())
                        .keyManagerFactory(withKey ? keys() : null)
                        .build());
        if (listener.equals("wss")) {
            builder = builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
        }
        return builder.buildBlocking();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtts", "mutual", "wss"})
    void HiveMQ_client(String listener) throws Exception {
        Mqtt5BlockingClient client = hiveMq(listener, true);
        try (Mqtt5BlockingClient.Mqtt5Publishes messages = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.connect();
            client.subscribeWith().topicFilter("hivemq/" + listener).qos(MqttQos.EXACTLY_ONCE).send();
            byte[] big = new byte[100_000];
            client.publishWith().topic("hivemq/" + listener).qos(MqttQos.EXACTLY_ONCE).payload(big).send();
            assertThat(messages.receive(LIFE_SECONDS, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .isEqualTo(big);
        } finally {
            client.disconnect();
        }
        if (!listener.equals("mqtts")) {
            Mqtt5BlockingClient without = hiveMq(listener, false);
            assertThatThrownBy(without::connect).isNotNull();
        }
    }

    private static int run(List<String> command) throws Exception {
        try (Child child = new Child(command.getFirst(), command, Map.of(), LIFE_SECONDS, line -> {})) {
            return child.awaitEnd();
        }
    }

    private List<String> mosquitto(String program, String listener, Path authorities, boolean withKey) {
        List<String> command = new ArrayList<>(List.of(program, "-h", "localhost", "-p",
                String.valueOf(port(listener)), "--cafile", authorities.toString(), "-t", "mosquitto/" + listener));
        if (withKey) {
            command.addAll(List.of("--cert", ownFiles.certificate().toString(), "--key", ownFiles.key().toString()));
        }
        return command;
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
    void mosquitto_s_commands(String version) throws Exception {
        assumeTrue(Tools.HAS_MOSQUITTO, "left out: mosquitto");
        for (String listener : List.of("mqtts", "mutual")) {
            boolean asked = listener.equals("mutual");
            CompletableFuture<String> received = new CompletableFuture<>();
            CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
            List<String> sub = new ArrayList<>(List.of("stdbuf", "-oL"));
            sub.addAll(with(mosquitto("mosquitto_sub", listener, ca, asked),
                    "-d", "-C", "1", "-q", "1", "--tls-version", version, "--tls-alpn", "mqtt"));
            try (Child subscriber = new Child("mosquitto_sub", sub, Map.of(), LIFE_SECONDS, line -> {
                if (line.startsWith("Subscribed")) {
                    subscribed.complete(true);
                } else if (line.equals("hello")) {
                    received.complete(line);
                }
            })) {
                Waiting.await(subscribed, "mosquitto_sub");
                assertThat(run(with(mosquitto("mosquitto_pub", listener, ca, asked),
                        "-m", "hello", "-q", "1", "--tls-version", version))).isZero();
                Waiting.await(received, "mosquitto_sub");
                assertThat(subscriber.awaitEnd()).isZero();
            }
        }
        List<String> untrusting = with(mosquitto("mosquitto_pub", "mqtts", otherCa, false), "-m", "a");
        assertThat(run(with(untrusting, "--tls-version", version))).isNotZero();
        List<String> without = with(mosquitto("mosquitto_pub", "mutual", ca, false), "-m", "a");
        assertThat(run(with(without, "-q", "1", "--tls-version", version))).isNotZero();
    }
}
