package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The process is killed at random moments, under load, and started again on the same folder.
class KillTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final int KILLS = FULL ? 100 : 10;
    private static final int ACKNOWLEDGED_A_ROUND = 3000;
    private static final long DEADLINE_SECONDS = 1800;
    private static final int WHILE_STARTING_PERCENT = 15;

    @TempDir
    private Path home;

    @Test
    @Timeout(DEADLINE_SECONDS)
    void what_was_acknowledged_outlives_the_process() throws Exception {
        long seed = Long.getLong("crash.seed", System.nanoTime());
        System.out.println("KillTest: seed " + seed + ", again with -Dcrash.seed=" + seed);
        Random random = new Random(seed);
        BrokerProcess broker = start(random);
        try (Storm storm = new Storm(seed)) {
            storm.begin(broker);
            int kills = 0;
            while (kills < KILLS) {
                storm.awaitAcknowledged(random.nextInt(ACKNOWLEDGED_A_ROUND), broker);
                LockSupport.parkNanos(random.nextInt((int) TimeUnit.MILLISECONDS.toNanos(5)));
                storm.brokerIsDying();
                broker = killAndStart(broker, random);
                kills++;
                while (kills < KILLS && random.nextInt(100) < WHILE_STARTING_PERCENT) {
                    LockSupport.parkNanos(random.nextLong(TimeUnit.SECONDS.toNanos(2)));
                    broker = killAndStart(broker, random);
                    kills++;
                }
                storm.goOn(broker);
            }
            storm.reckon(broker);
            System.out.println("KillTest: kills survived " + kills + ", lost 0" + storm.tale());
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        } finally {
            broker.close();
        }
    }

    private BrokerProcess killAndStart(BrokerProcess broker, Random random) throws Exception {
        boolean died = !broker.isAlive();
        broker.kill();
        if (died || broker.hasComplained()) {
            throw new AssertionError("the broker " + (died ? "ended by itself. " : "complained. ") + broker.lastWords());
        }
        return start(random);
    }

    /// The same folder, but not always the same settings.
    private BrokerProcess start(Random random) throws Exception {
        Map<String, Object> options = new TreeMap<>();
        options.put("shards", 1 + random.nextInt(2));
        if (random.nextBoolean()) {
            options.put("limits.queue_bytes", "64 KiB");
        }
        if (random.nextInt(3) > 0) {
            options.put("journal.segment_bytes", "1 MiB");
            options.put("journal.max_bytes", "4 MiB");
        }
        System.out.println("KillTest: " + options);
        return new BrokerProcess(home.resolve("data"), options, Map.of());
    }
}
