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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
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
        assertThat(queue.hasFirst()).isTrue();
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
        queue.askedFrom = -1;
        for (Stored each : stored) {
            if (queue.isTaken(each)) {
                queue.readBack(each.sequence(), each.message(), each.qos(), null);
            }
        }
        queue.readTo(new Store.Reading(stored, end));
    }

    /// Five messages, of which two members have the first and the next two; then the first comes back, and what is in
    /// memory is let go of.
    ///
    /// @return what the other member has
    private List<Loan> firstOnDiskOnly() {
        for (int i = 0; i < 5; i++) {
            queue.add(message(i), 1, null, false, true, 0);
        }
        Loan first = lend();
        List<Loan> others = List.of(lend(), lend());
        queue.putBack(List.of(first));
        trim();
        assertThat(queue.hasFirst()).isFalse();
        return others;
    }

    private void trim() {
        long memoryBytes = host.memoryBytes;
        host.memoryBytes = 0;
        queue.trim(0);
        host.memoryBytes = memoryBytes;
    }

    private List<Long> drained() {
        List<Long> got = new ArrayList<>();
        while (!queue.isEmpty()) {
            queue.readAhead(0);
            if (queue.askedFrom >= 0) {
                answer(queue.end());
            }
            while (queue.hasFirst()) {
                Loan loan = lend();
                assertThat(loan.message.payload()).isEqualTo(message(loan.sequence).payload());
                assertThat(loan.state & Flags.QOS).isEqualTo(1);
                got.add(loan.sequence);
            }
        }
        return got;
    }

    @Test
    void behind_what_was_let_go_of_in_memory_meanwhile() {
        queue.putBack(firstOnDiskOnly());

        assertThat(drained()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void among_what_was_let_go_of_when_they_are_let_go_of_in_their_turn() {
        queue.putBack(firstOnDiskOnly());
        trim();

        assertThat(drained()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void nothing_is_sent_before_what_comes_first_and_is_on_disk_only() {
        queue.putBack(firstOnDiskOnly());
        assertThat(queue.hasFirst()).isFalse();

        queue.readAhead(Integer.MAX_VALUE);
        answer(5);

        assertThat(queue.hasFirst()).isTrue();
        assertThat(queue.first()).isZero();
    }

    @Test
    void whatever_is_lent_comes_back_is_let_go_of_and_read_nothing_is_lost_and_all_comes_in_order() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            TreeSet<Long> waiting = new TreeSet<>();
            List<Loan> lent = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        long next = queue.end();
                        assertThat(queue.add(message(next), 1, null, false, true, 0)).isEqualTo(next);
                        waiting.add(next);
                    }
                    case 3, 4 -> {
                        if (queue.hasFirst()) {
                            assertThat(queue.first()).as("seed %d", seed).isEqualTo(waiting.pollFirst());
                            lent.add(lend());
                        }
                    }
                    case 5 -> {
                        Collections.shuffle(lent, random);
                        List<Loan> back = new ArrayList<>(lent.subList(0, random.nextInt(lent.size() + 1)));
                        lent.removeAll(back);
                        back.sort(Comparator.comparingLong(Loan::sequence));
                        queue.putBack(back);
                        back.forEach(each -> waiting.add(each.sequence));
                    }
                    case 6 -> trim();
                    default -> {
                        queue.readAhead(0);
                        if (queue.askedFrom >= 0) {
                            answer(random.nextLong(queue.askedFrom, queue.end() + 1));
                        }
                    }
                }
                assertThat(queue.size()).as("seed %d", seed).isEqualTo(waiting.size());
            }
            assertThat(drained()).as("seed %d", seed).containsExactlyElementsOf(waiting);
        }
    }
}
