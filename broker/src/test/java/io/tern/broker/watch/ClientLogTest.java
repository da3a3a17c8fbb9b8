package io.tern.broker.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of clients that were refused something.
class ClientLogTest {

    private static final ConnectionInfo CONNECTION =
            new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("10.0.0.7", 4711));

    private final Counters counters = new Counters();
    private final List<String> lines = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private final ClientLog log = new ClientLog(counters, () -> nowMillis, SecurityEvent.Sink.NONE, lines::add);

    private static ClientInfo client(String id) {
        return new ClientInfo(id, "ann", MqttVersion.V5, CONNECTION);
    }

    private void refuse(String id) {
        log.refused(client(id), ReasonCode.NOT_AUTHORIZED, "only the server publishes to $SYS");
    }

    @Test
    void a_refused_client_is_named_with_the_reason() {
        refuse("edge1");
        assertThat(lines).containsExactly("refused to let in client 'edge1' of user 'ann' (from 10.0.0.7:4711 at"
                + " listener mqtt): NOT_AUTHORIZED, only the server publishes to $SYS");
        assertThat(counters.refused(ReasonCode.NOT_AUTHORIZED)).isEqualTo(1);
    }

    @Test
    void what_a_client_has_chosen_is_escaped_in_reasons_too() {
        log.refused(client("c"), ReasonCode.NOT_AUTHORIZED, "its will to a\u202E\u001B[2J\nb is not allowed");
        assertThat(lines).singleElement().asString().endsWith("its will to a\\u202E\\u001B[2J\\u000Ab is not allowed");
    }

    @Test
    void once_a_minute_and_then_how_often_it_was() {
        for (int i = 0; i < 5; i++) {
            refuse("edge1");
        }
        refuse("edge2");
        log.willDenied(client("edge1"), Access.publish("t", 0, false));
        assertThat(lines).hasSize(3);
        lines.clear();
        nowMillis += 60_000;
        refuse("edge1");
        assertThat(lines).singleElement().asString().endsWith(" (and 4 times since that was said last)");
        assertThat(counters.refused(ReasonCode.NOT_AUTHORIZED)).isEqualTo(7);
    }

    @Test
    void clients_with_ever_new_and_long_names_fill_neither_the_log_nor_the_memory() {
        for (int i = 0; i < 3 * ClientLog.CLIENTS_MAX; i++) {
            refuse(i + "x".repeat(60_000));
        }
        assertThat(lines).hasSize(ClientLog.LINES_PER_MINUTE).allMatch(line -> line.length() < 300);
        nowMillis += 60_000;
        lines.clear();
        refuse("y");
        long unsaid = 3 * ClientLog.CLIENTS_MAX - ClientLog.LINES_PER_MINUTE;
        assertThat(lines).first().isEqualTo(unsaid + " more of such lines in the minute before");
    }
}
