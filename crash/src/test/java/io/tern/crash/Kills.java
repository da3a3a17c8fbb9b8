package io.tern.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Kills a broker at random moments, under load, and starts it again on the same folder; the numbers of a seed.
final class Kills {

    private static final int ACKNOWLEDGED_A_ROUND = 3000;
    private static final int WHILE_STARTING_PERCENT = 15;

    private final String name;
    private final Path data;
    private final Machine machine;
    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Storm storm = new Storm(seed);
    private BrokerProcess broker;
    private int survived;

    /// @param name for what is printed
    /// @param data the broker's data folder
    Kills(String name, Path data, Machine machine) {
        this.name = name;
        this.data = data;
        this.machine = machine;
    }

    /// Does it.
    ///
    /// @throws AssertionError if anything that was acknowledged is lost, or comes twice at QoS 2
    void survive(int kills) throws Exception {
        System.out.println(name + ": seed " + seed + ", again with -Dcrash.seed=" + seed);
        try (storm) {
            start();
            storm.begin(broker);
            while (survived < kills) {
                storm.awaitAcknowledged(random.nextInt(ACKNOWLEDGED_A_ROUND), broker);
                LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(5)));
                storm.brokerIsDying();
                kill();
                while (survived < kills && random.nextInt(100) < WHILE_STARTING_PERCENT) {
                    LockSupport.parkNanos(random.nextLong(TimeUnit.SECONDS.toNanos(2)));
                    kill();
                }
                storm.goOn(broker);
            }
            storm.reckon(broker);
            System.out.println(name + ": kills survived " + survived + ", lost 0" + storm.tale());
            int exitCode = broker.stop();
            if (exitCode != 0) {
                throw new AssertionError("the broker ends with " + exitCode + ". " + broker.lastWords());
            }
        } finally {
            if (broker != null) {
                broker.close();
            }
        }
    }

    private void kill() throws Exception {
        boolean died = !broker.isAlive();
        broker.kill();
        if (died || broker.hasComplained()) {
            throw new AssertionError(
                    (died ? "The broker ended by itself" : "The broker complained") + storm.tale() + broker.lastWords());
        }
        machine.off(random);
        survived++;
        start();
    }

    /// The same folder, but not always the same settings.
    private void start() throws IOException {
        Map<String, Object> options = new TreeMap<>();
        options.put("shards", 1 + random.nextInt(2));
        if (random.nextBoolean()) {
            options.put("limits.queue_bytes", "64 KiB");
        }
        if (random.nextInt(3) > 0) {
            options.put("journal.segment_bytes", "1 MiB");
            options.put("journal.max_bytes", "4 MiB");
        }
        broker = new BrokerProcess(data, options, machine.on());
    }
}
