package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.cli.conformance.Peer;
import io.tern.wire.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Who keeps a client identifier when its doorkeeper answers late and in any order.
class ConformanceTakeoverTest {

    private static final byte[] CONNECT = HexFormat.of().parseHex("101200044d5154540402003c00067468726f6e65");
    private static final byte[] PINGREQ = {(byte) 0xC0, 0};
    private static final int ROUNDS = 100;
    private static final int CONNECTIONS_A_ROUND = 100;

    @Test
    @Spec({"MQTT-3.1.4-3", "3.1.1:MQTT-3.1.4-2"})
    void the_client_that_connected_last_stays() throws IOException {
        List<Consumer<Verdict>> waiting = new ArrayList<>();
        MemoryPeer peer = new MemoryPeer(Options.DEFAULTS, (client, password, answer) -> waiting.add(answer));
        Random random = new Random(1);
        Peer.Link before = null;
        for (int round = 0; round < ROUNDS; round++) {
            List<Peer.Link> links = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS_A_ROUND; i++) {
                Peer.Link link = peer.open();
                link.send(CONNECT);
                links.add(link);
            }
            Collections.shuffle(waiting, random);
            waiting.forEach(answer -> {
                answer.accept(Verdict.ANYBODY);
                peer.settle();
            });
            waiting.clear();
            Peer.Link last = links.getLast();
            for (Peer.Link each : links) {
                assertThat(ended(peer, each)).isEqualTo(each != last);
            }
            if (before != null) {
                assertThat(ended(peer, before)).isTrue();
            }
            last.send(PINGREQ);
            assertThat(last.receive(peer.nowMillis() + 1000)).isEqualTo(new byte[] {(byte) 0xD0, 0});
            before = last;
        }
        assertThat(peer.sessions()).isEqualTo(1);
        assertThat(peer.bugs()).isZero();
    }

    /// Reads what has come, until nothing more does.
    private static boolean ended(Peer peer, Peer.Link link) throws IOException {
        while (true) {
            byte[] bytes = link.receive(peer.nowMillis());
            if (bytes == null || bytes.length == 0) {
                return bytes != null;
            }
        }
    }
}
