package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.store.disk.MemoryDisk;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;

/// What waits for a slow disk is bounded by what it says that it takes: small records take no more than a quarter above
/// that, large ones twice as much, since they lie in a buffer that doubles.
class StagedWeightTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final JournalOptions SMALL = new JournalOptions(256 * 1024, 4 * 1024 * 1024, 2);
    private static final double SMALL_MAX = 1.25;
    private static final double LARGE_MAX = 2.25;

    private final Bench loop = new Bench();
    private Segments segments;
    private Committer committer;

    @BeforeEach
    void open() throws IOException {
        segments = Segments.open(new MemoryDisk(1L << 30), SMALL, 0, () -> 77);
        committer = new Committer(segments, true, () -> 0, nanos -> { }, failure -> { });
    }

    private void weigh(int count, Staging staging, double most, IntConsumer one) {
        for (int i = 0; i < count; i++) {
            one.accept(i);
        }
        long othersBytes = GraphLayout.parseInstance(committer, segments, loop).totalSize();
        long weightBytes = GraphLayout.parseInstance(committer, segments, loop, staging).totalSize() - othersBytes;
        assertThat(weightBytes).isBetween(staging.stagedBytes() / 4L, (long) (most * staging.stagedBytes()));
    }

    private Staging staging() {
        return new Staging(committer, segments.ids(), loop, loop);
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 33_000, 65_000, 66_000, 100_000})
    void small_records(int count) {
        Staging staging = staging();
        weigh(count, staging, SMALL_MAX, i -> staging.inboundOpened(5, i, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 33_000, 65_000, 66_000, 100_000})
    void what_is_settled_out_of_order(int count) {
        Staging staging = staging();
        weigh(count, staging, SMALL_MAX, i -> staging.settled(5, 2L * i));
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 9_000})
    void messages(int count) {
        Staging staging = staging();
        Message message = new Message(
                TopicName.of("t"), new byte[1000], 1, false, Properties.NONE, null, Message.NEVER);
        weigh(count, staging, LARGE_MAX, i -> staging.queued(5, i, message, 1, false, null, 0));
    }
}
