package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.journal.JournalRecords;
import java.nio.ByteBuffer;
import java.util.List;

/// Frames of [RandomJournal] as a [FrameSource]: what goes over the counter is a frame's number.
final class FakeJournal implements FrameSource {

    /// What each frame is said to take.
    static final int FRAME_BYTES = 100;

    private static final int OFFSET = 3;

    private final List<List<RandomJournal.Record>> frames;
    long durable;
    long released;

    FakeJournal(List<List<RandomJournal.Record>> frames) {
        this.frames = frames;
    }

    @Override
    public Walk walk(long sequence) {
        long[] next = {sequence};
        return handler -> {
            if (next[0] > durable) {
                return false;
            }
            assertThat(next[0]).isGreaterThan(released);
            byte[] bytes = ByteBuffer.allocate(OFFSET + FRAME_BYTES + 1).putLong(OFFSET, next[0]).array();
            handler.frame(next[0], bytes, OFFSET, FRAME_BYTES);
            next[0]++;
            return true;
        };
    }

    void read(byte[] bytes, int offset, int length, JournalRecords records) {
        assertThat(length).isEqualTo(FRAME_BYTES);
        frames.get((int) ByteBuffer.wrap(bytes).getLong(offset) - 1).forEach(record -> record.accept(records));
    }

    @Override
    public long durable() {
        return durable;
    }

    @Override
    public long heldBytes() {
        return (durable - released) * FRAME_BYTES;
    }

    @Override
    public void released(long upTo) {
        assertThat(upTo).isBetween(released, durable);
        released = upTo;
    }
}
