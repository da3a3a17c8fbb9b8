package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.store.table.DamagedTableException;
import io.tern.wire.TopicName;

/// The bytes of a queue entry: a byte that says what it is, subscription identifiers if there are any, then the message
/// itself, or the id of a shared one and what that takes, or nothing if the receiver has it. A delayed message is all
/// that follows the first byte, with its publisher and its owner.
final class Entries {

    /// What one entry says.
    ///
    /// @param delayed whether it stands in a queue of delayed messages
    /// @param bodyId of the shared message, 0 if there is none
    /// @param bytes what it is charged with in its queue
    /// @param message 0 to 2 kinds have none: null if it is shared or received
    record Entry(
            int qos, boolean retain, int[] identifiers, boolean delayed, long bodyId, int bytes, Message message) {}

    private static final int KIND = 3;
    private static final int OWN = 0;
    private static final int SHARED = 1;
    private static final int RECEIVED = 2;
    private static final int DELAYED = 3;
    private static final int EXACTLY_ONCE = 4;
    private static final int RETAIN = 8;
    private static final int IDENTIFIERS = 16;
    private static final int KNOWN = 31;

    /// A shared entry's own part of what it takes.
    private static final int SHARED_BYTES = 32;

    private Entries() {}

    static void writeOwn(Message message, int qos, boolean retain, int[] identifiers, ByteWriter out) {
        writeHead(OWN, qos, retain, identifiers, out);
        MessageForm.write(message, out);
    }

    static void writeShared(
            long bodyId, int bodyBytes, int qos, boolean retain, int[] identifiers, ByteWriter out) {
        writeHead(SHARED, qos, retain, identifiers, out);
        out.varint(bodyId).varint(bodyBytes);
    }

    static void writeDelayed(Message message, ByteWriter out) {
        out.octet(DELAYED);
        MessageForm.write(message, out);
    }

    static byte[] received() {
        return new byte[] {RECEIVED | EXACTLY_ONCE};
    }

    private static void writeHead(int kind, int qos, boolean retain, int[] identifiers, ByteWriter out) {
        assert qos == 1 || qos == 2 : qos;
        boolean some = identifiers != null && identifiers.length > 0;
        out.octet(kind | (qos == 2 ? EXACTLY_ONCE : 0) | (retain ? RETAIN : 0) | (some ? IDENTIFIERS : 0));
        if (some) {
            out.varint(identifiers.length);
            for (int identifier : identifiers) {
                out.varint(identifier);
            }
        }
    }

    /// What an entry with a message of its own is charged with: the length of its value. A delayed one is charged with
    /// what it costs, since that is what those who delay messages are limited by.
    static int ownBytes(int valueBytes) {
        return valueBytes;
    }

    /// What a shared entry is charged with: as if it had the message for itself, since that is what a queue's limit
    /// means.
    static int sharedBytes(int bodyBytes) {
        return SHARED_BYTES + bodyBytes;
    }

    /// @param withMessage false to leave the message out, where only the rest is asked for
    static Entry read(byte[] key, byte[] value, boolean withMessage) throws DamagedTableException {
        ByteReader in = new ByteReader(key, value, 0);
        int head = in.octet();
        if (head > KNOWN) {
            throw in.damaged("its first byte is " + head);
        }
        int[] identifiers = null;
        if ((head & IDENTIFIERS) != 0) {
            identifiers = new int[in.small(in.left())];
            for (int i = 0; i < identifiers.length; i++) {
                identifiers[i] = in.small(268_435_455);
            }
        }
        int qos = (head & EXACTLY_ONCE) != 0 ? 2 : 1;
        boolean retain = (head & RETAIN) != 0;
        return switch (head & KIND) {
            case OWN -> new Entry(qos, retain, identifiers, false, 0, ownBytes(value.length),
                    withMessage ? MessageForm.read(in) : null);
            case SHARED -> {
                long bodyId = in.varint();
                if (bodyId <= 0) {
                    throw in.damaged("it refers to " + bodyId);
                }
                int bytes = sharedBytes(in.small(Integer.MAX_VALUE - SHARED_BYTES));
                yield new Entry(qos, retain, identifiers, false, bodyId, bytes, null);
            }
            case RECEIVED -> new Entry(qos, retain, identifiers, false, 0, 0, null);
            default -> {
                if (head != DELAYED) {
                    throw in.damaged("its first byte is " + head);
                }
                yield delayed(in, withMessage);
            }
        };
    }

    /// What a damaged value still says of where a delayed message goes.
    ///
    /// @return null if it is none, or that can't be read
    static TopicName delayedTopic(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(key, value, 0);
        try {
            if (in.octet() != DELAYED) {
                return null;
            }
            in.octet();
            return MessageForm.topic(in);
        } catch (DamagedTableException e) {
            return null;
        }
    }

    private static Entry delayed(ByteReader in, boolean withMessage) throws DamagedTableException {
        if (withMessage) {
            Message message = MessageForm.read(in);
            return new Entry(message.qos(), message.retain(), null, true, 0, message.costBytes(), message);
        }
        MessageForm.Outline outline = MessageForm.readOutline(in);
        return new Entry(outline.qos(), outline.retain(), null, true, 0, outline.costBytes(), null);
    }
}
