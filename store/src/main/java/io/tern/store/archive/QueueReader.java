package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Stored;
import io.tern.store.table.Cursor;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads queues back. Shared messages that were read lately are kept, since many queues hold the same ones: they get
/// the very same [Message], so that it takes memory once.
final class QueueReader {

    /// Most bytes of shared messages kept, as [Message#costBytes] counts them.
    static final int KEPT_BYTES = 4 << 20;

    /// What an entry counts for that has no message any more.
    private static final int RECEIVED_BYTES = 64;

    private final Table table;
    private final SessionCache sessions;
    private final Map<Long, Message> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    QueueReader(Table table, SessionCache sessions) {
        this.table = table;
        this.sessions = sessions;
    }

    /// @return the sequence in an entry's key
    static long sequence(byte[] key) throws DamagedTableException {
        ByteReader in = Keys.read(key);
        in.ordered();
        return in.ordered();
    }

    QueueSlice read(long epoch, long fromSequence, long endSequence, long maxBytes) throws IOException {
        Bounds bounds = sessions.get(epoch);
        sessions.trim();
        long from = Math.max(fromSequence, bounds.first);
        long end = Math.min(endSequence, bounds.storedEnd);
        if (bounds.isEmpty() || from >= end) {
            return new QueueSlice(List.of(), false);
        }
        List<Stored> messages = new ArrayList<>();
        long bytes = 0;
        try (Cursor cursor = table.cursor(Keys.queue(epoch, from), Keys.queue(epoch, end))) {
            for (; cursor.valid(); cursor.next()) {
                if (!messages.isEmpty() && bytes >= maxBytes) {
                    return new QueueSlice(messages, true);
                }
                byte[] key = cursor.key();
                Entries.Entry entry = Entries.read(key, cursor.value(), true);
                Message message = entry.bodyId() == 0 ? entry.message() : body(key, entry.bodyId());
                messages.add(new Stored(sequence(key), message, entry.qos(), entry.retain(), entry.identifiers()));
                bytes += message == null ? RECEIVED_BYTES : message.costBytes();
            }
        }
        return new QueueSlice(messages, false);
    }

    private Message body(byte[] referrer, long id) throws IOException {
        Message message = kept.get(id);
        if (message == null) {
            message = load(table, referrer, id);
            if (message.costBytes() <= KEPT_BYTES) {
                kept.put(id, message);
                keptBytes += message.costBytes();
                trim();
            }
        }
        return message;
    }

    private void trim() {
        var eldest = kept.values().iterator();
        while (keptBytes > KEPT_BYTES) {
            keptBytes -= eldest.next().costBytes();
            eldest.remove();
        }
    }

    /// @param referrer key of the entry that refers to it
    static Message load(Table table, byte[] referrer, long id) throws IOException {
        byte[] key = Keys.body(id);
        byte[] value = table.get(key);
        if (value == null) {
            throw new DamagedTableException(
                    "the archive's " + Keys.describe(referrer) + " refers to shared message " + id
                            + ", which isn't there");
        }
        ByteReader in = new ByteReader(key, value, 0);
        in.varint();
        return MessageForm.read(in);
    }
}
