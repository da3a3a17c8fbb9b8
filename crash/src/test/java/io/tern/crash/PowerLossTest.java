package io.tern.crash;

import java.nio.file.Path;
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
}
