package io.tern.store.archive;

import io.tern.store.table.Batch;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Clears away, a few keys at a time, what others have left behind: the queues of ended sessions that shared bodies,
/// bodies that nothing refers to, marks of cleared topics. Each slice is a batch of its own, and may be repeated.
final class Sweep {

    /// Most bodies whose living reference is remembered.
    private static final int HINTS = 16_384;

    private final Table table;
    private final References references;

    /// A key that referred to a body when it was last looked at. Many sessions let go of the same bodies, one after the
    /// other: without it each look would walk over the remains of all references before.
    private final Map<Long, byte[]> hints = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
            return size() > HINTS;
        }
    };

    /// Where the walk over suspects goes on; null when it begins anew.
    private byte[] suspectAt;

    /// The position at which the last whole walk over suspects began, and whether some were left for later.
    private long walkedAt;
    private boolean left;

    Sweep(Table table, References references) {
        this.table = table;
        this.references = references;
    }

    /// @return whether there is more to do at this position
    boolean step(int keys, long position, Known known) throws IOException {
        int rest = ended(keys);
        if (rest == 0) {
            return true;
        }
        if (suspectAt == null) {
            if (!references.suspected() && !(left && position >= walkedAt + Archive.BODY_FRAMES)) {
                return false;
            }
            walkedAt = position;
            left = false;
            suspectAt = Keys.kind(Keys.SUSPECT);
        }
        return suspects(rest, position, known);
    }

    /// @return how many keys may still be looked at
    private int ended(int keys) throws IOException {
        int rest = keys;
        byte[] all = Keys.kind(Keys.ENDED);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; rest > 0 && cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                ByteReader value = new ByteReader(key, cursor.value(), 0);
                rest -= ended(key, Keys.read(key).ordered(), value.varint(), rest);
            }
        }
        return rest;
    }

    /// @return how many keys were looked at, at least 1
    private int ended(byte[] mark, long epoch, long from, int keys) throws IOException {
        byte[] queue = Keys.queue(epoch);
        Batch batch = new Batch();
        int looked = 0;
        long at = from;
        try (Cursor cursor = table.cursor(Keys.queue(epoch, from), Keys.after(queue))) {
            for (; cursor.valid() && looked < keys; cursor.next()) {
                byte[] key = cursor.key();
                Entries.Entry entry = Entries.read(key, cursor.value(), false);
                at = QueueReader.sequence(key);
                if (entry.bodyId() != 0) {
                    references.remove(batch, entry.bodyId(), epoch, at);
                }
                at++;
                looked++;
                if (looked <= StepWriter.SINGLE_DELETES) {
                    batch.delete(key);
                }
            }
            if (looked > StepWriter.SINGLE_DELETES) {
                batch.deleteRange(Keys.queue(epoch, from), Keys.queue(epoch, at));
            }
            if (cursor.valid()) {
                batch.put(mark, new ByteWriter(9).varint(at).copy());
            } else {
                batch.delete(mark);
            }
        }
        references.endBatch();
        table.write(batch);
        return Math.max(1, looked);
    }

    private boolean suspects(int keys, long position, Known known) throws IOException {
        Batch batch = new Batch();
        byte[] all = Keys.kind(Keys.SUSPECT);
        try (Cursor cursor = table.cursor(suspectAt, Keys.after(all))) {
            int looked = 0;
            for (; cursor.valid() && looked < keys; cursor.next()) {
                byte[] key = cursor.key();
                look(batch, key, Keys.read(key).ordered(), position, known);
                looked++;
            }
            suspectAt = cursor.valid() ? cursor.key() : null;
        }
        table.write(batch);
        return suspectAt != null;
    }

    private void look(Batch batch, byte[] mark, long id, long position, Known known) throws IOException {
        if (isReferred(id)) {
            batch.delete(mark);
            return;
        }
        byte[] key = Keys.body(id);
        byte[] body = table.get(key);
        if (body != null) {
            long frame = new ByteReader(key, body, 0).varint();
            if (known.mayBeReferred(id, frame, position)) {
                left = true;
                return;
            }
            batch.delete(key);
            references.forget(id);
        }
        hints.remove(id);
        batch.delete(mark);
    }

    private boolean isReferred(long id) throws IOException {
        byte[] first = Keys.references(id);
        byte[] end = Keys.after(first);
        byte[] hint = hints.get(id);
        if (hint != null && (table.get(hint) != null || find(id, hint, end))) {
            return true;
        }
        return find(id, first, hint == null ? end : hint);
    }

    private boolean find(long id, byte[] from, byte[] toExclusive) throws IOException {
        try (Cursor cursor = table.cursor(from, toExclusive)) {
            if (cursor.valid()) {
                hints.put(id, cursor.key());
                return true;
            }
            return false;
        }
    }

    /// Forgets that topics were cleared before a frame.
    ///
    /// @return whether there may be more
    boolean cleared(long frame, int keys) throws IOException {
        Batch batch = new Batch();
        byte[] all = Keys.kind(Keys.CLEARED);
        byte[] end = frame == Long.MAX_VALUE ? Keys.after(all) : Keys.cleared(frame);
        int looked = 0;
        try (Cursor cursor = table.cursor(all, end)) {
            for (; cursor.valid() && looked < keys; cursor.next()) {
                byte[] mark = cursor.key();
                ByteReader in = Keys.read(mark);
                long clearedIn = in.ordered();
                byte[] key = Keys.retained(in.rest());
                byte[] value = table.get(key);
                if (value != null) {
                    RetainedForm.Content content = RetainedForm.read(key, value);
                    if (content.message() == null && content.frame() == clearedIn) {
                        batch.delete(key);
                    }
                }
                batch.delete(mark);
                looked++;
            }
        }
        table.write(batch);
        return looked == keys;
    }
}
