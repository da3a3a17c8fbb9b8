package io.tern.crash;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The process dies; the machine lives on.
class KillTest {

    private static final int KILLS = Boolean.getBoolean("tern.full") ? 100 : 10;
    private static final long DEADLINE_SECONDS = 1800;

    @TempDir
    private Path home;

    @Test
    @Timeout(DEADLINE_SECONDS)
    void what_was_acknowledged_outlives_the_process() throws Exception {
        new Kills("KillTest", home.resolve("data"), Machine.RELIABLE).survive(KILLS);
    }
}
