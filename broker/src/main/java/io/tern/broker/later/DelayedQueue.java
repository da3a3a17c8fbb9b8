package io.tern.broker.later;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One queue of messages in the order in which they are due. For the shard's thread.
///
/// A message's sequence is its time and, behind it, a number of its own, so that no two are the same. All that are due
/// before the horizon stand in memory, the others on disk only; they are read when there is room again. What comes
/// while that is being read is kept aside, since it may be in what is read or not.
final class DelayedQueue {

    /// Messages of one queue that are in memory,
    static final int WINDOW_MESSAGES = 10_000;
    /// and how much they may take.
    private static final long WINDOW_BYTES = 8L * 1024 * 1024;
    /// While memory is tight, so many must do.
    private static final int TIGHT_MESSAGES = 64;
    /// What is read at once.
    private static final int READ_BYTES = 256 * 1024;
    /// What a message takes here besides itself and its topic.
    static final int ENTRY_BYTES = 120;

    /// Behind all sequences.
    static final long END = 1L << 62;

    private final ShardThread thread;
    private final Safety safety;
    private final ShardMemory memory;
    private final DelayedTally tally;
    private final long epoch;
    private final TreeMap<Long, Message> window = new TreeMap<>();
    private long windowBytes;
    /// What is due before is in memory.
    private long horizon;
    /// Of what is due before it is known whose it is.
    private long learntTo;
    private long messages;
    private int number;
    /// The highest sequence that was taken out since it was due: what is read is behind it.
    private long polledTo;
    /// What is not safe yet; bounded by what may be staged.
    private final Map<Long, Message> unsafe = new HashMap<>();
    private boolean reading;
    /// What was made safe while the queue is read, and belongs behind the horizon.
    private final TreeMap<Long, Message> aside = new TreeMap<>();
    /// From here on not all that came aside is there.
    private long asideTo = END;
    /// What else is to be read: the answers to requests of an operator, as many as wait there.
    private final ArrayDeque<Runnable> wanted = new ArrayDeque<>();

    /// A queue of this process, with nothing in it.
    DelayedQueue(ShardThread thread, Safety safety, ShardMemory memory, DelayedTally tally, long epoch) {
        this(thread, safety, memory, tally, epoch, 0, END);
    }

    /// A queue.
    ///
    /// @param messages how many a process before this one has left in it
    /// @param learntTo what is due before is in memory
    DelayedQueue(
            ShardThread thread,
            Safety safety,
            ShardMemory memory,
            DelayedTally tally,
            long epoch,
            long messages,
            long learntTo) {
        this.thread = thread;
        this.safety = safety;
        this.memory = memory;
        this.tally = tally;
        this.epoch = epoch;
        this.messages = messages;
        this.horizon = learntTo;
        this.learntTo = learntTo;
    }

    long epoch() {
        return epoch;
    }

    /// A place in this queue that no message ever had.
    long sequence(long dueMillis) {
        assert !isUsedUp();
        return DueSequence.of(Math.min(dueMillis, DueSequence.DUE_MILLIS_MAX), number++);
    }

    /// Whether it has given all the numbers that it has.
    boolean isUsedUp() {
        return number == DueSequence.NUMBERS;
    }

    /// How many messages are in it, and on their way out.
    long messages() {
        return messages;
    }

    /// A message was staged.
    void staged(long sequence, Message message) {
        messages++;
        memory.add(bytes(message));
        unsafe.put(sequence, message);
        safety.whenSafe(() -> safe(sequence));
    }

    private void safe(long sequence) {
        Message message = unsafe.remove(sequence);
        if (sequence < horizon) {
            put(window, sequence, message);
            windowBytes += bytes(message);
            trim();
        } else if (reading && sequence < asideTo) {
            put(aside, sequence, message);
            if (aside.size() > WINDOW_MESSAGES) {
                Map.Entry<Long, Message> last = aside.pollLastEntry();
                asideTo = last.getKey();
                memory.add(-bytes(last.getValue()));
            }
        } else {
            memory.add(-bytes(message));
        }
    }

    private static void put(TreeMap<Long, Message> into, long sequence, Message message) {
        Message before = into.put(sequence, message);
        assert before == null : "two messages have one place";
    }

    /// Sends to the disk what has no room here, the latest first.
    private void trim() {
        int most = memory.isTight() ? TIGHT_MESSAGES : WINDOW_MESSAGES;
        while (safety.keeps() && window.size() > 1 && (window.size() > most || windowBytes > WINDOW_BYTES)
                && window.lastKey() > polledTo) {
            Map.Entry<Long, Message> last = window.pollLastEntry();
            horizon = last.getKey();
            asideTo = Math.min(asideTo, horizon);
            windowBytes -= bytes(last.getValue());
            memory.add(-bytes(last.getValue()));
        }
    }

    /// When the next is due that is in memory.
    ///
    /// @return milliseconds since 1970, [Long#MAX_VALUE] if there is none
    long firstMillis() {
        return window.isEmpty() ? Long.MAX_VALUE : DueSequence.dueMillis(window.firstKey());
    }

    /// Takes the next out, which is on its way from now on.
    ///
    /// @return null if there is none in memory
    Map.Entry<Long, Message> poll() {
        Map.Entry<Long, Message> first = window.pollFirstEntry();
        if (first != null) {
            windowBytes -= bytes(first.getValue());
            polledTo = Math.max(polledTo, first.getKey());
        }
        return first;
    }

    /// Takes one out, which is on its way from now on.
    ///
    /// @return null if it isn't in memory, and safe; what is kept aside is not, as long as it is
    Message take(long sequence) {
        Message message = window.remove(sequence);
        if (message != null) {
            windowBytes -= bytes(message);
        }
        return message;
    }

    /// One that was on its way is over.
    void gone(Message message) {
        messages--;
        memory.add(-bytes(message));
    }

    /// One is over that was on disk only.
    void goneUnread() {
        messages--;
    }

    /// Whether it is known whose a message is.
    boolean isLearnt(long sequence) {
        return sequence < learntTo;
    }

    private static long bytes(Message message) {
        return ENTRY_BYTES + message.costBytes();
    }

    /// Reads a part of it as soon as nobody else does.
    ///
    /// @param from the first sequence
    /// @param end one more than the last
    /// @param maxBytes about how much
    void read(long from, long end, int maxBytes, Consumer<Store.Reading> then) {
        wanted.add(() -> ask(from, end, maxBytes, then));
        goOn();
    }

    /// Whether a message was staged and is not safe yet.
    boolean isUnsafe(long sequence) {
        return unsafe.containsKey(sequence);
    }

    /// Whether a sequence may be on disk only.
    boolean mayBeOnDisk(long sequence) {
        return sequence >= horizon;
    }

    /// What is in memory from a sequence on.
    SortedMap<Long, Message> inMemory(long from) {
        return window.tailMap(from);
    }

    /// Reads what is wanted next, if anything is.
    void goOn() {
        if (reading || !safety.keeps()) {
            return;
        }
        if (!wanted.isEmpty()) {
            wanted.poll().run();
        } else if (horizon != END && window.size() < WINDOW_MESSAGES / 2 && windowBytes < WINDOW_BYTES / 2
                && !(memory.isTight() && window.size() >= TIGHT_MESSAGES / 2)) {
            ask(horizon, END, READ_BYTES, this::take);
        } else if (learntTo != END && messages > 0) {
            ask(learntTo, END, READ_BYTES, this::learn);
        }
    }

    private void ask(long from, long end, int maxBytes, Consumer<Store.Reading> then) {
        reading = true;
        asideTo = END;
        safety.read(epoch, from, end, maxBytes, false, answer -> {
            thread.steps().add(Steps.LOAN * answer.messages().size());
            reading = false;
            try {
                then.accept(answer);
            } finally {
                aside.values().forEach(each -> memory.add(-bytes(each)));
                aside.clear();
            }
            goOn();
        });
    }

    /// Takes what was read in behind the horizon.
    private void take(Store.Reading answer) {
        long to = Math.min(Math.min(answer.next(), END), asideTo);
        for (Stored each : answer.messages()) {
            boolean comes = unsafe.containsKey(each.sequence()) || aside.containsKey(each.sequence());
            if (each.sequence() < to && !comes) {
                memory.add(bytes(each.message()));
                put(window, each.sequence(), each.message());
                windowBytes += bytes(each.message());
            }
            if (each.sequence() < to && !isLearnt(each.sequence())) {
                tally.learnt(each.message(), thread.number());
            }
        }
        for (Map.Entry<Long, Message> first = aside.firstEntry(); first != null && first.getKey() < to;
                first = aside.firstEntry()) {
            aside.pollFirstEntry();
            put(window, first.getKey(), first.getValue());
            windowBytes += bytes(first.getValue());
        }
        horizon = to;
        learntTo = Math.max(learntTo, to);
        trim();
    }

    private void learn(Store.Reading answer) {
        for (Stored each : answer.messages()) {
            if (!isLearnt(each.sequence())) {
                tally.learnt(each.message(), thread.number());
            }
        }
        learntTo = Math.max(learntTo, Math.min(answer.next(), END));
    }
}
