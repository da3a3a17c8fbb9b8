package io.tern.broker.defence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Control;
import io.tern.api.Identity;
import io.tern.api.SecurityEvent;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whatever is banned, the operator on this machine can take it back.
class OperatorBansTest {

    private static final SocketAddress HERE = new InetSocketAddress("127.0.0.1", 4711);
    private static final SocketAddress HERE_TOO = UnixDomainSocketAddress.of("/run/tern.sock");
    private static final SocketAddress ELSEWHERE = new InetSocketAddress("10.0.0.1", 4711);
    private static final byte[] SECRET = "secret".getBytes(StandardCharsets.US_ASCII);

    private final Bans bans = new Bans();
    private final Defence defence = new Defence(DefenceLimits.NONE, bans, SecurityEvent.Sink.NONE);

    private static ConnectionInfo from(SocketAddress remote) {
        return new ConnectionInfo("mqtt", "tcp", remote);
    }

    private static ClientInfo client(String user, SocketAddress remote) {
        return new ClientInfo("tool", user, MqttVersion.V5, from(remote));
    }

    private static ClientInfo known(String source, SocketAddress remote) {
        return client(null, remote).with(Identity.of(source).withUserName(Control.OPERATOR));
    }

    private ReasonCode refusal(ClientInfo client) {
        return defence.refusal(client, Shown.of(client, SECRET, null), 0);
    }

    private ReasonCode entering(ClientInfo client) {
        return defence.entering(client, Shown.of(client, SECRET, null), 0);
    }

    @Test
    void no_ban_keeps_the_operator_out_and_all_others_are() {
        for (Map.Entry<Ban.Kind, String> each : List.of(
                Map.entry(Ban.Kind.ADDRESS, "127.0.0.1"),
                Map.entry(Ban.Kind.ADDRESS, "0.0.0.0/0"),
                Map.entry(Ban.Kind.CLIENT, "tool"),
                Map.entry(Ban.Kind.CLIENT_REGEX, ".*"),
                Map.entry(Ban.Kind.USER, Control.OPERATOR),
                Map.entry(Ban.Kind.USER_REGEX, ".*"))) {
            bans.add(new Ban(each.getKey(), each.getValue(), "ann", "", 0, Ban.FOR_EVER));
            for (SocketAddress here : List.of(HERE, HERE_TOO)) {
                assertThat(defence.admits(from(here), 0)).as("%s", each).isTrue();
                assertThat(refusal(client(Control.OPERATOR, here))).as("%s", each).isNull();
                assertThat(entering(known(Control.OPERATOR_SOURCE, here))).as("%s", each).isNull();
            }
            String other = each.getKey() == Ban.Kind.USER ? Control.OPERATOR : "ann";
            assertThat(refusal(client(other, ELSEWHERE))).as("%s", each)
                    .isEqualTo(each.getValue().equals("127.0.0.1") ? null : ReasonCode.BANNED);
            assertThat(entering(known("jwt", HERE))).as("%s", each).isEqualTo(ReasonCode.BANNED);
            bans.remove(each.getKey(), each.getValue());
        }
    }

    @Test
    void who_is_banned_on_this_machine_and_is_not_the_operator_is_told_so() {
        bans.add(new Ban(Ban.Kind.ADDRESS, "127.0.0.0/8", "ann", "", 0, Ban.FOR_EVER));
        bans.add(new Ban(Ban.Kind.ADDRESS, "10.0.0.1", "ann", "", 0, Ban.FOR_EVER));
        assertThat(defence.admits(from(HERE), 0)).isTrue();
        assertThat(refusal(client("ann", HERE))).isEqualTo(ReasonCode.BANNED);
        assertThat(defence.admits(from(ELSEWHERE), 0)).isFalse();
    }
}
