package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.extension.ExtendWith;

/// What scenarios are made of. Each uses names of its own, so nothing is left over from the one before.
@ExtendWith(StageExtension.class)
@DisplayNameGeneration(MethodNames.class)
abstract class Scenario {

    /// Longer than any scenario. 0 would do for all but Paho Python, which takes it for the time that a WebSocket
    /// handshake may take.
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final Stage stage;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /// First level of all this scenario's topics.
    protected final String root;

    protected Scenario(Stage stage) {
        this.stage = stage;
        this.root = stage.name();
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        assertThat(stage.complaints()).as("what the broker complained of").isEmpty();
    }

    /// A client with a name of its own and a clean session, without a will.
    protected Setup setup(Variant variant) {
        return new Setup(variant, stage.port(variant.transport()), stage.name(), true, null, KEEP_ALIVE_SECONDS);
    }

    protected Cable cable(Variant variant) throws IOException {
        Cable cable = new Cable(stage.port(variant.transport()));
        open.push(cable);
        return cable;
    }

    /// A client that isn't connected yet; it is closed after the scenario.
    protected ForeignClient client(Setup setup) throws Exception {
        ForeignClient client = stage.client(setup);
        open.push(client);
        return client;
    }

    protected ForeignClient connected(Setup setup) throws Exception {
        ForeignClient client = client(setup);
        client.connect();
        return client;
    }

    protected ForeignClient connected(Variant variant) throws Exception {
        return connected(setup(variant));
    }

    /// That the next message received is that one, at that QoS, without RETAIN.
    protected static void assertReceives(ForeignClient client, Message message, int qos) throws Exception {
        assertReceives(client, message, qos, false);
    }

    /// The texts of all that is received up to that message.
    protected static List<String> receiveUntil(Message last, ForeignClient client, Variant variant) throws Exception {
        List<String> received = new ArrayList<>();
        do {
            String text = client.receive().text();
            if (!variant.repeatsQos2() || !received.contains(text)) {
                received.add(text);
            }
        } while (!received.getLast().equals(last.text()));
        return received;
    }

    protected static void assertReceives(ForeignClient client, Message message, int qos, boolean retain)
            throws Exception {
        Message received = client.receive();
        assertThat(received.topic()).isEqualTo(message.topic());
        if (message.payload().length <= 1000) {
            assertThat(received.payload()).isEqualTo(message.payload());
        } else {
            assertThat(Arrays.mismatch(received.payload(), message.payload()))
                    .as("where the payload differs").isEqualTo(-1);
        }
        assertThat(received.qos()).as("QoS of %s", received).isEqualTo(qos);
        assertThat(received.retain()).as("RETAIN of %s", received).isEqualTo(retain);
    }
}
