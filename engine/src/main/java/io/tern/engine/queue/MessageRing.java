package io.tern.engine.queue;

import io.tern.api.Message;
import java.util.Arrays;

/// Messages by their sequence number, without gaps, in a ring that grows and is let go when it is empty.
///
/// A place whose message is gone stays until it is the first.
final class MessageRing {

    private static final int FIRST_CAPACITY = 8;
    /// A ring larger than this is let go when it is empty.
    private static final int KEPT_CAPACITY = 64;

    private static final Message[] NO_MESSAGES = {};
    private static final byte[] NO_STATES = {};

    private Message[] messages = NO_MESSAGES;
    private byte[] states = NO_STATES;
    private Origin[] origins;
    private long first;
    private long end;

    /// The oldest sequence that is here; if none is, the one that comes next.
    long first() {
        return first;
    }

    /// One more than the newest sequence.
    long end() {
        return end;
    }

    boolean isEmpty() {
        return first == end;
    }

    /// How many places there is memory for.
    int capacity() {
        return messages.length;
    }

    /// Appends a message.
    ///
    /// @param message null for a place that stays empty
    /// @param state what the caller wants to know again
    /// @param origin the same, mostly null
    /// @return its sequence
    long add(Message message, int state, Origin origin) {
        if (end - first == messages.length) {
            grow();
        }
        int at = at(end);
        messages[at] = message;
        states[at] = (byte) state;
        if (origin != null) {
            if (origins == null) {
                origins = new Origin[messages.length];
            }
            origins[at] = origin;
        }
        return end++;
    }

    /// Moves on to a sequence: with empty places, or without any if nothing is here.
    ///
    /// @param state of the empty places
    void skipTo(long sequence, int state) {
        if (isEmpty()) {
            first = sequence;
            end = sequence;
        }
        while (end < sequence) {
            add(null, state, null);
        }
    }

    /// Takes the first place away.
    void removeFirst() {
        assert !isEmpty();
        int at = at(first);
        messages[at] = null;
        if (origins != null) {
            origins[at] = null;
        }
        first++;
        if (isEmpty() && messages.length > KEPT_CAPACITY) {
            letGo();
        }
    }

    /// Takes everything away.
    void clear() {
        letGo();
        first = end;
    }

    private void letGo() {
        messages = NO_MESSAGES;
        states = NO_STATES;
        origins = null;
    }

    Message message(long sequence) {
        return messages[at(sequence)];
    }

    void forgetMessage(long sequence) {
        messages[at(sequence)] = null;
    }

    int state(long sequence) {
        return states[at(sequence)];
    }

    void state(long sequence, int state) {
        states[at(sequence)] = (byte) state;
    }

    Origin origin(long sequence) {
        return origins == null ? null : origins[at(sequence)];
    }

    /// @return what was there
    Origin takeOrigin(long sequence) {
        Origin origin = origin(sequence);
        if (origin != null) {
            origins[at(sequence)] = null;
        }
        return origin;
    }

    private int at(long sequence) {
        assert sequence >= first && sequence <= end : sequence;
        return (int) sequence & messages.length - 1;
    }

    private void grow() {
        int capacity = messages.length == 0 ? FIRST_CAPACITY : messages.length * 2;
        Message[] largerMessages = new Message[capacity];
        byte[] largerStates = new byte[capacity];
        Origin[] largerOrigins = origins == null ? null : new Origin[capacity];
        for (long sequence = first; sequence < end; sequence++) {
            int from = at(sequence);
            int to = (int) sequence & capacity - 1;
            largerMessages[to] = messages[from];
            largerStates[to] = states[from];
            if (largerOrigins != null) {
                largerOrigins[to] = origins[from];
            }
        }
        Arrays.fill(messages, null);
        messages = largerMessages;
        states = largerStates;
        origins = largerOrigins;
    }
}
