package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.DurableQueue;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Lent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages that a shared group has lent come back to their places, also when what stands before these is on disk only.
class GivenBackTest {

    private record Loan(long sequence, Message message, int state) implements Lent {}

    private final FakeHost host = new FakeHost();
    private final Queue queue = new Queue();

    /// Says of itself what a group's queue does.
    private final class Queue extends DurableQueue {

        private long askedFrom = -1;

        Queue() {
            super(host);
        }

        @Override
        public boolean keeps() {
            return true;
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public void settled(long sequence) {}

        @Override
        public void dropped(Message message, DropReason reason) {
            throw new AssertionError(message + " is dropped: " + reason);
        }

        @Override
        public void droppedUnread(long messages, DropReason reason) {
            throw new AssertionError(messages + " are dropped: " + reason);
        }

        @Override
        public void overwhelmed() {}

        @Override
        public boolean filling() {
            return false;
        }

        @Override
        public void read(long from, long to, int maxBytes, boolean durable) {
            askedFrom = from;
        }
    }

    private static Message message(long number) {
        return Messages.of("" + number, 1);
    }

    private Loan lend() {
        Loan loan = new Loan(queue.first(), queue.firstMessage(), queue.firstState());
        queue.removeFirst();
        return loan;
    }

    /// Brings what was asked for, up to a sequence.
    private void answer(long end) {
        List<Stored> stored = new ArrayList<>();
        for (long sequence = queue.askedFrom; sequence < end; sequence++) {
            stored.add(new Stored(sequence, message(sequence), 1, false, null));
        }
        for (Stored each : stored) {
            if (queue.isTaken(each.sequence())) {
                queue.readBack(each.sequence(), each.message(), each.qos(), null);
            }
        }
        queue.readTo(new Store.Reading(stored, end));
    }

    @Test
    void behind_what_was_let_go_of_in_memory_meanwhile() {
        for (int i = 0; i < 5; i++) {
            queue.add(message(i), 1, null, false, true, 0);
        }
        Loan first = lend();
        List<Loan> others = List.of(lend(), lend());

        queue.putBack(List.of(first));
        long memoryBytes = host.memoryBytes;
        host.memoryBytes = 0;
        assertThat(queue.trim(0)).isTrue();
        assertThat(queue.hasFirst()).isFalse();
        host.memoryBytes = memoryBytes;
        queue.putBack(others);
        queue.readAhead(0);
        answer(5);

        for (long sequence = 0; sequence < 5; sequence++) {
            assertThat(queue.first()).isEqualTo(sequence);
            assertThat(queue.firstMessage().payload()).isEqualTo(message(sequence).payload());
            assertThat(queue.firstState() & Flags.QOS).isEqualTo(1);
            queue.removeFirst();
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void trimmed_again_before_what_was_let_go_of_is_read() {
        for (int i = 0; i < 5; i++) {
            queue.add(message(i), 1, null, false, true, 0);
        }
        Loan first = lend();
        List<Loan> others = List.of(lend(), lend());

        queue.putBack(List.of(first));
        long memoryBytes = host.memoryBytes;
        host.memoryBytes = 0;
        assertThat(queue.trim(0)).isTrue();
        queue.putBack(others);
        queue.trim(0);
        host.memoryBytes = memoryBytes;
        List<Long> got = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            queue.readAhead(0);
            if (queue.askedFrom >= 0 && queue.isSpilled()) {
                answer(5);
            }
        }
        while (queue.hasFirst()) {
            got.add(queue.first());
            queue.removeFirst();
        }
        assertThat(got).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void nothing_is_sent_before_what_comes_first_and_is_on_disk_only() {
        for (int i = 0; i < 5; i++) {
            queue.add(message(i), 1, null, false, true, 0);
        }
        Loan first = lend();
        List<Loan> others = List.of(lend(), lend());
        queue.putBack(List.of(first));
        long memoryBytes = host.memoryBytes;
        host.memoryBytes = 0;
        queue.trim(0);
        host.memoryBytes = memoryBytes;

        queue.putBack(others);
        assertThat(queue.hasFirst()).isFalse();
        queue.readAhead(Integer.MAX_VALUE);
        answer(5);

        assertThat(queue.first()).isZero();
        assertThat(queue.hasFirst()).isTrue();
    }
}
