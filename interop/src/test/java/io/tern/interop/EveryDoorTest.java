package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testkit.TestBroker;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerOptions;
import io.tern.transport.tls.TlsOptions;
import io.tern.wire.MqttVersion;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each client through each door that it knows, TCP, TLS, WebSocket and WebSocket in TLS: all that applications build
/// on, once. docs/interoperability.md shows what is played here.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(StageExtension.class)
@DisplayNameGeneration(MethodNames.class)
final class EveryDoorTest {

    private static final int KEEP_ALIVE_SECONDS = 60;

    private final Stage stage;
    private final TestAuthority authority = TestAuthority.of("root");
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Path ca;
    private TestBroker broker;

    EveryDoorTest(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        ca = authority.write(folder, "ca");
        TestFiles files = authority.issue(TestAuthority.Kind.RSA, "server", "localhost", "127.0.0.1")
                .write(folder, "server");
        TlsOptions tls = TlsOptions.of(files.certificate(), files.key());
        broker = TestBroker.builder()
                .listener(ListenerOptions.tcp("tls", "127.0.0.1", 0).withTls(tls))
                .listener(ListenerOptions.ws("wss", "127.0.0.1", 0).withTls(tls))
                .start();
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @AfterAll
    void stop() {
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    static Stream<Variant> doors() {
        return Arrays.stream(Maker.values())
                .filter(maker -> maker.missing().isEmpty())
                .flatMap(maker -> maker.everywhere().stream())
                .filter(each -> each.toString().contains(System.getProperty("tern.interop.only", "")));
    }

    private Setup setup(Variant variant) {
        int port = switch (variant.transport()) {
            case TCP -> broker.port();
            case WS -> broker.wsPort();
            default -> broker.listener(variant.transport().toString()).port();
        };
        return new Setup(variant, port, stage.name(), true, null, KEEP_ALIVE_SECONDS,
                variant.transport().isSecure() ? ca : null);
    }

    private ForeignClient connected(Setup setup) throws Exception {
        ForeignClient client = stage.client(setup);
        open.push(client);
        client.connect();
        return client;
    }

    private static void hears(ForeignClient client, String topic, String text, int qos) throws Exception {
        Message heard = client.receive();
        assertThat(heard.topic()).isEqualTo(topic);
        assertThat(heard.text()).isEqualTo(text);
        if (heard.qos() != Message.UNKNOWN_QOS) {
            assertThat(heard.qos()).isEqualTo(qos);
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("doors")
    void connect_publish_subscribe_retain_resume_and_leave_a_will(Variant variant) throws Exception {
        int maximumQos = variant.maker().maximumQos();
        String root = stage.name();
        ForeignClient other = connected(setup(new Variant(Maker.HIVEMQ, Transport.TCP, MqttVersion.V5)));
        other.subscribe(root + "/out/#", 2);
        other.publish(Message.of(root + "/in", "retained", 1).retained());

        ForeignClient client = connected(setup(variant).durable());
        assertThat(client.subscribe(root + "/in", maximumQos)).isEqualTo(maximumQos);
        hears(client, root + "/in", "retained", 1);
        for (int qos = 0; qos <= maximumQos; qos++) {
            other.publish(Message.of(root + "/in", "in at " + qos, qos));
            hears(client, root + "/in", "in at " + qos, qos);
            client.publish(Message.of(root + "/out", "out at " + qos, qos));
            hears(other, root + "/out", "out at " + qos, qos);
        }

        client.disconnect();
        other.publish(Message.of(root + "/in", "while away", 1));
        client.connect();
        hears(client, root + "/in", "while away", 1);

        Setup mortal = setup(variant).withWill(Message.of(root + "/out", "gone", 1));
        Cable cable = new Cable(mortal.port());
        open.push(cable);
        ForeignClient cut = connected(mortal.through(cable));
        cable.cut();
        cut.lost();
        hears(other, root + "/out", "gone", 1);
    }
}
