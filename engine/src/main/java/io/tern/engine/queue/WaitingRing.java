package io.tern.engine.queue;

import io.tern.api.Message;
import java.util.List;

/// Messages that wait, in the order of their sequences. Sequences may be missing: what is taken out of the middle
/// leaves a hole, and holes are taken back when their places are needed, so that there are never many more places than
/// messages.
///
/// Messages are found by their places, which grow from [#first] to [#end] and stay the same until something is added.
final class WaitingRing {

    /// What comes back stands before it: there is no negative place.
    private static final long FIRST_PLACE = 1L << 40;
    private static final int FIRST_CAPACITY = 8;
    /// A ring larger than this is let go when it is empty.
    private static final int KEPT_CAPACITY = 64;
    /// So many parts of all places may be holes when a ring that is full gets larger.
    private static final int HOLES_PART = 4;

    private static final Message[] NO_MESSAGES = {};
    private static final byte[] NO_STATES = {};
    private static final long[] NO_SEQUENCES = {};

    private final Memory memory;
    private long bytes;
    private Message[] messages = NO_MESSAGES;
    private byte[] states = NO_STATES;
    private long[] sequences = NO_SEQUENCES;
    private Origin[] origins;
    private long first = FIRST_PLACE;
    private long end = FIRST_PLACE;
    private int holes;

    /// @param memory charged with what is here
    WaitingRing(Memory memory) {
        this.memory = memory;
    }

    /// The place of the oldest message, which is never a hole.
    long first() {
        return first;
    }

    /// One more than the last place.
    long end() {
        return end;
    }

    boolean isEmpty() {
        return first == end;
    }

    /// How many messages are here.
    int size() {
        return (int) (end - first) - holes;
    }

    /// What the messages are charged with, see [Message#costBytes].
    long bytes() {
        return bytes;
    }

    /// How many places there is memory for.
    int capacity() {
        return messages.length;
    }

    /// Appends a message.
    ///
    /// @param sequence higher than all that are here
    /// @param state what the caller wants to know again
    /// @param origin the same, mostly null
    void add(long sequence, Message message, int state, Origin origin) {
        assert isEmpty() || sequence > sequence(end - 1) : sequence;
        makeRoom(1);
        hold(message);
        put(end++, sequence, message, state, origin);
    }

    /// Puts a message to its place, which mostly is behind all others.
    ///
    /// @param sequence that of none that is here
    /// @param state as in [#add]
    /// @param origin as in [#add]
    void insert(long sequence, Message message, int state, Origin origin) {
        if (isEmpty() || sequence > sequence(end - 1)) {
            add(sequence, message, state, origin);
            return;
        }
        if (holes > 0) {
            compact(messages.length); // It may have left one of them.
        }
        makeRoom(1);
        long to = behind(sequence);
        if (to - first < end - to) {
            first--;
            to--;
            for (long place = first; place < to; place++) {
                move(place + 1, place);
            }
        } else {
            for (long place = end++; place > to; place--) {
                move(place - 1, place);
            }
        }
        hold(message);
        put(to, sequence, message, state, origin);
    }

    /// @return the place of the first message behind a sequence; there are no holes
    private long behind(long sequence) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (sequence(middle) < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void move(long from, long to) {
        put(to, sequence(from), message(from), state(from), origin(from));
        clear(from);
    }

    /// Puts messages to their places among the others.
    ///
    /// @param back in the order of their sequences, none of which is here
    void putBack(List<? extends Lent> back) {
        if (holes > 0) {
            compact(messages.length); // What comes back may have left one of them.
        }
        makeRoom(back.size());
        long from = first;
        first -= back.size();
        long to = first;
        for (Lent each : back) {
            while (from < end && sequence(from) < each.sequence()) {
                put(to++, sequence(from), message(from), state(from), origin(from));
                clear(from++);
            }
            hold(each.message());
            put(to++, each.sequence(), each.message(), each.state(), null);
        }
    }

    private void hold(Message message) {
        bytes += message.costBytes();
        memory.hold(message);
    }

    private void letGo(Message message) {
        bytes -= message.costBytes();
        memory.letGo(message);
    }

    private void put(long place, long sequence, Message message, int state, Origin origin) {
        int at = at(place);
        messages[at] = message;
        states[at] = (byte) state;
        sequences[at] = sequence;
        if (origin != null && origins == null) {
            origins = new Origin[messages.length];
        }
        if (origins != null) {
            origins[at] = origin;
        }
    }

    /// Takes a message away.
    void remove(long place) {
        letGo(message(place));
        clear(place);
        holes++;
        dropHoles();
    }

    /// Takes the oldest message away.
    void removeFirst() {
        letGo(message(first));
        clear(first);
        first++;
        if (holes > 0) {
            dropHoles();
        } else if (isEmpty()) {
            emptied();
        }
    }

    private void clear(long place) {
        messages[at(place)] = null;
        if (origins != null) {
            origins[at(place)] = null;
        }
    }

    private void dropHoles() {
        while (first < end && message(first) == null) {
            first++;
            holes--;
        }
        if (isEmpty()) {
            emptied();
        }
    }

    private void emptied() {
        if (messages.length > KEPT_CAPACITY) {
            letGoOfPlaces();
        }
    }

    /// Takes everything away.
    void clear() {
        for (long place = first; place < end; place++) {
            if (message(place) != null) {
                letGo(message(place));
            }
        }
        assert bytes == 0 : bytes;
        letGoOfPlaces();
        first = end;
        holes = 0;
    }

    private void letGoOfPlaces() {
        messages = NO_MESSAGES;
        states = NO_STATES;
        sequences = NO_SEQUENCES;
        origins = null;
    }

    /// Where a message stands.
    ///
    /// @return its place, -1 if it isn't here
    long place(long sequence) {
        long low = first;
        long high = end - 1;
        while (low <= high) {
            long middle = low + (high - low) / 2;
            long there = sequence(middle);
            if (there == sequence) {
                return message(middle) == null ? -1 : middle;
            }
            if (there < sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /// Where what somebody lent stands.
    ///
    /// @return its place, or -1
    long find(Lender lender) {
        long place = place(lender.place());
        return place >= 0 && origin(place) == lender ? place : -1;
    }

    /// @return null for a hole
    Message message(long place) {
        return messages[at(place)];
    }

    /// @return also of a hole what it was
    long sequence(long place) {
        return sequences[at(place)];
    }

    int state(long place) {
        return states[at(place)];
    }

    void state(long place, int state) {
        states[at(place)] = (byte) state;
    }

    Origin origin(long place) {
        return origins == null ? null : origins[at(place)];
    }

    private int at(long place) {
        assert place >= first && place <= end : place;
        return (int) place & messages.length - 1;
    }

    private void makeRoom(int count) {
        int capacity = messages.length;
        if (end - first + count <= capacity) {
            return;
        }
        int needed = size() + count;
        boolean larger = needed > capacity || holes * HOLES_PART < capacity;
        capacity = Math.max(FIRST_CAPACITY, larger ? 2 * capacity : capacity);
        while (capacity < needed) {
            capacity *= 2;
        }
        compact(capacity);
    }

    /// Moves all messages to the first places of new arrays.
    private void compact(int capacity) {
        Message[] fromMessages = messages;
        byte[] fromStates = states;
        long[] fromSequences = sequences;
        Origin[] fromOrigins = origins;
        int mask = fromMessages.length - 1;
        messages = new Message[capacity];
        states = new byte[capacity];
        sequences = new long[capacity];
        origins = null;
        long to = first;
        for (long from = first; from < end; from++) {
            int at = (int) from & mask;
            if (fromMessages[at] != null) {
                Origin origin = fromOrigins == null ? null : fromOrigins[at];
                put(to++, fromSequences[at], fromMessages[at], fromStates[at], origin);
            }
        }
        end = to;
        holes = 0;
    }
}
