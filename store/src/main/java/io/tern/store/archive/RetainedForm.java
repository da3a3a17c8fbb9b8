package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.store.table.DamagedTableException;
import io.tern.wire.TopicName;

/// The bytes of a topic's retained message: what it is, the sequence of the change, then the message; or, of one that
/// was cleared, the frame that said so. A cleared one is kept for a while, lest an older message come after it.
final class RetainedForm {

    /// @param message null if it was cleared
    /// @param frame that cleared it
    record Content(long sequence, Message message, long frame) {}

    private static final int SET = 0;
    private static final int CLEARED = 1;

    private RetainedForm() {}

    static void write(Message message, long sequence, ByteWriter out) {
        out.octet(SET).varint(sequence);
        MessageForm.write(message, out);
    }

    static void writeCleared(long sequence, long frame, ByteWriter out) {
        out.octet(CLEARED).varint(sequence).varint(frame);
    }

    static long sequence(byte[] key, byte[] value) throws DamagedTableException {
        ByteReader in = new ByteReader(key, value, 0);
        in.octet();
        return in.varint();
    }

    static TopicName topic(byte[] key) throws DamagedTableException {
        ByteReader in = Keys.read(key);
        byte[] utf8 = in.rest();
        try {
            return TopicName.ofUtf8(utf8, 0, utf8.length);
        } catch (IllegalArgumentException e) {
            throw in.damaged(e.getMessage());
        }
    }

    /// @return null if it was cleared
    static MessageForm.Outline readOutline(byte[] key, byte[] value) throws DamagedTableException {
        ByteReader in = new ByteReader(key, value, 0);
        int kind = in.octet();
        in.varint();
        return kind == SET ? MessageForm.readOutline(in) : null;
    }

    static Content read(byte[] key, byte[] value) throws DamagedTableException {
        ByteReader in = new ByteReader(key, value, 0);
        int kind = in.octet();
        long sequence = in.varint();
        return switch (kind) {
            case SET -> new Content(sequence, MessageForm.read(in), 0);
            case CLEARED -> new Content(sequence, null, in.varint());
            default -> throw in.damaged("its kind is " + kind);
        };
    }
}
