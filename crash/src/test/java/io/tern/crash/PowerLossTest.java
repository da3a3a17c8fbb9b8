package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ReasonCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The power goes: the disk has what was forced, and of the rest nothing, or some of it.
class PowerLossTest {

    private static final int KILLS = Boolean.getBoolean("tern.full") ? 100 : 5;
    private static final long DEADLINE_SECONDS = 1800;

    @TempDir
    private Path home;

    @Test
    @Timeout(DEADLINE_SECONDS)
    void what_was_acknowledged_outlives_the_power() throws Exception {
        Path data = home.resolve("data");
        new Kills("PowerLossTest", data, ForgetfulDisk.of(home, data)).survive(KILLS);
    }

    /// Else the test above would show nothing.
    @Test
    @Timeout(DEADLINE_SECONDS)
    void what_only_the_operating_system_has_does_not() throws Exception {
        Path data = home.resolve("data");
        ForgetfulDisk disk = ForgetfulDisk.of(home, data);
        Map<String, String> options = Map.of("durability", "os");
        for (boolean powerFails : new boolean[] {false, true}) {
            String id = powerFails ? "forgotten" : "remembered";
            try (BrokerProcess broker = new BrokerProcess(data, options, disk.on())) {
                try (Peer peer = Peer.durable(broker, id, null)) {
                    assertThat(peer.subscribe("#", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                }
                broker.kill();
            }
            if (powerFails) {
                disk.off(ForgetfulDisk.Rest.NOTHING, new Random());
            }
            try (BrokerProcess broker = new BrokerProcess(data, options, disk.on());
                    Peer peer = Peer.durable(broker, id, null)) {
                assertThat(peer.answer().sessionPresent()).isEqualTo(!powerFails);
            }
        }
    }
}
