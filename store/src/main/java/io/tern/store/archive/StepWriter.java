package io.tern.store.archive;

import io.tern.store.table.Batch;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Turns what a [Step] gathered into the changes of one batch, by looking at what the table holds already.
final class StepWriter {

    /// So many keys in a row are deleted one by one; more by one range, which costs later reads something.
    static final int SINGLE_DELETES = 64;

    private final Table table;
    private final SessionCache sessions;
    private final Transactions transactions;
    private final References references;
    private final ByteWriter value = new ByteWriter(1024);

    StepWriter(Table table, SessionCache sessions, Transactions transactions, References references) {
        this.table = table;
        this.sessions = sessions;
        this.transactions = transactions;
        this.references = references;
    }

    /// Completes the step's batch.
    ///
    /// @param position the frame that will be applied next
    void write(Step step, long position) throws IOException {
        for (long transaction : step.committed) {
            move(step, transaction);
        }
        List<Step.Session> inOrder = new ArrayList<>(step.sessions.values());
        inOrder.sort(Comparator.comparingLong(session -> session.epoch));
        for (Step.Session session : inOrder) {
            if (session.ended) {
                end(step, session);
            } else {
                session(step, session);
            }
        }
        for (Map.Entry<TopicName, Step.Retained> each : step.retained.entrySet()) {
            retained(step.batch, each.getKey().utf8(), each.getValue());
        }
        references.finish(step, position);
    }

    /// A commit came: its parts that wait in the table become entries of this step.
    private void move(Step step, long transaction) throws IOException {
        for (Transactions.Part part : transactions.remove(transaction)) {
            byte[] key = part.key();
            step.batch.delete(key);
            Step.Session session = step.session(part.epoch());
            if (part.kind() == Keys.PENDING_INBOUND) {
                session.movedInbound.set((int) part.place());
                continue;
            }
            byte[] stored = table.get(key);
            Entries.Entry entry = Entries.read(key, stored, false);
            session.end = Math.max(session.end, part.place() + 1);
            session.entries.add(new Step.Entry(part.place(), null, entry.bodyId(), entry.qos(), entry.retain(),
                    entry.identifiers(), 0, stored));
        }
    }

    private void session(Step step, Step.Session session) throws IOException {
        Bounds bounds = sessions.get(session.epoch);
        boolean changed = session.end > bounds.end;
        bounds.end = Math.max(bounds.end, session.end);
        if (session.settled != null) {
            step.known().settling(session.epoch, session.settled);
        }
        if (!bounds.isEmpty() && (session.settled != null || session.received != null)) {
            changed |= stored(step, session, bounds);
        }
        if (!transactions.isEmpty()) {
            drop(step.batch, step.references, transactions.removeIf(session.epoch, part ->
                    part.kind() == Keys.PENDING_QUEUED && session.isSettled(part.place())));
        }
        for (Step.Entry entry : session.entries) {
            changed |= entry(step, session, bounds, entry);
        }
        changed |= inbound(step, session, bounds);
        if (changed) {
            step.bounds.put(Keys.session(session.epoch, Keys.BOUNDS), bounds.value());
        }
    }

    private boolean entry(Step step, Step.Session session, Bounds bounds, Step.Entry entry) throws IOException {
        long sequence = entry.sequence();
        long epoch = session.epoch;
        if (session.isSettled(sequence)) {
            if (entry.stored() != null && entry.bodyId() != 0) {
                references.remove(step.references, entry.bodyId(), epoch, sequence);
            }
            return false;
        }
        if (isOpen(step, entry.transaction())) {
            Transactions.Part part =
                    new Transactions.Part(entry.transaction(), Keys.PENDING_QUEUED, epoch, sequence);
            encode(step, session, entry);
            put(step.batch, part.key());
            transactions.add(part);
            return false;
        }
        byte[] key = Keys.queue(epoch, sequence);
        if (session.isReceived(sequence)) {
            if (entry.stored() != null && entry.bodyId() != 0) {
                references.remove(step.references, entry.bodyId(), epoch, sequence);
            }
            step.queues.put(key, Entries.received());
            bounds.stored(sequence, 0);
            return true;
        }
        int bytes = encode(step, session, entry);
        put(step.queues, key);
        bounds.stored(sequence, bytes);
        bounds.shares |= entry.bodyId() != 0;
        return true;
    }

    private static boolean isOpen(Step step, long transaction) {
        return transaction != 0 && !step.committed.contains(transaction) && !step.known().isCommitted(transaction);
    }

    /// @return what the entry is charged with; its bytes are in [#value]
    private int encode(Step step, Step.Session session, Step.Entry entry) throws IOException {
        value.clear();
        if (entry.stored() != null) {
            value.raw(entry.stored());
            return Entries.read(Keys.queue(session.epoch, entry.sequence()), entry.stored(), false).bytes();
        }
        if (entry.bodyId() != 0) {
            int bodyBytes = references.add(step, entry.bodyId(), session.epoch, entry.sequence());
            Entries.writeShared(
                    entry.bodyId(), bodyBytes, entry.qos(), entry.retain(), entry.identifiers(), value);
            return Entries.sharedBytes(bodyBytes);
        }
        Entries.writeOwn(entry.message(), entry.qos(), entry.retain(), entry.identifiers(), value);
        return Entries.ownBytes(value.size());
    }

    private void put(Batch batch, byte[] key) {
        batch.put(key, key.length, value.array(), 0, value.size());
    }

    /// What was settled and received of the entries in the table.
    ///
    /// @return whether there was anything
    private boolean stored(Step step, Step.Session session, Bounds bounds) throws IOException {
        long epoch = session.epoch;
        boolean changed = session.received != null && received(step, session, bounds);
        Ranges settled = session.settled;
        if (settled == null) {
            return changed;
        }
        int index = settled.firstEndingAfter(bounds.first);
        if (index == settled.count() || settled.first(index) >= bounds.storedEnd) {
            return changed;
        }
        boolean firstGone = settled.first(index) <= bounds.first;
        try (Cursor cursor =
                table.cursor(Keys.queue(epoch, bounds.first), Keys.queue(epoch, bounds.storedEnd))) {
            for (; index < settled.count() && settled.first(index) < bounds.storedEnd; index++) {
                remove(step, cursor, epoch, settled.first(index), settled.end(index), bounds);
            }
            if (firstGone) {
                findFirst(cursor, settled, epoch, bounds);
            }
        }
        return true;
    }

    private void remove(Step step, Cursor cursor, long epoch, long from, long toExclusive, Bounds bounds)
            throws IOException {
        List<byte[]> singles = new ArrayList<>();
        int removed = 0;
        seek(cursor, epoch, from);
        for (; cursor.valid(); cursor.next()) {
            byte[] key = cursor.key();
            long sequence = QueueReader.sequence(key);
            if (sequence >= toExclusive) {
                break;
            }
            Entries.Entry entry = Entries.read(key, cursor.value(), false);
            bounds.removed(entry.bytes());
            if (entry.bodyId() != 0) {
                references.remove(step.references, entry.bodyId(), epoch, sequence);
            }
            if (removed++ < SINGLE_DELETES) {
                singles.add(key);
            }
        }
        if (removed > SINGLE_DELETES) {
            step.queues.deleteRange(Keys.queue(epoch, from), Keys.queue(epoch, toExclusive));
        } else {
            singles.forEach(step.queues::delete);
        }
    }

    /// Goes on to a sequence that is not before the cursor's. Mostly that is the next one.
    private static void seek(Cursor cursor, long epoch, long sequence) throws IOException {
        if (cursor.valid() && QueueReader.sequence(cursor.key()) < sequence) {
            cursor.next();
        }
        if (cursor.valid() && QueueReader.sequence(cursor.key()) < sequence) {
            cursor.seek(Keys.queue(epoch, sequence));
        }
    }

    /// The cursor still sees what the batch deletes.
    private static void findFirst(Cursor cursor, Ranges settled, long epoch, Bounds bounds) throws IOException {
        cursor.seek(Keys.queue(epoch, bounds.first));
        while (cursor.valid()) {
            long at = QueueReader.sequence(cursor.key());
            if (!settled.contains(at)) {
                bounds.first = at;
                return;
            }
            seek(cursor, epoch, settled.end(settled.firstEndingAfter(at)));
        }
        bounds.emptied();
    }

    private boolean received(Step step, Step.Session session, Bounds bounds) throws IOException {
        boolean changed = false;
        Ranges received = session.received;
        for (int i = 0; i < received.count(); i++) {
            long from = Math.max(received.first(i), bounds.first);
            long end = Math.min(received.end(i), bounds.storedEnd);
            for (long sequence = from; sequence < end; sequence++) {
                byte[] key = Keys.queue(session.epoch, sequence);
                byte[] before = session.isSettled(sequence) ? null : table.get(key);
                if (before != null) {
                    Entries.Entry entry = Entries.read(key, before, false);
                    bounds.bytes -= entry.bytes();
                    if (entry.bodyId() != 0) {
                        references.remove(step.references, entry.bodyId(), session.epoch, sequence);
                    }
                    step.queues.put(key, Entries.received());
                    changed = true;
                }
            }
        }
        return changed;
    }

    private boolean inbound(Step step, Step.Session session, Bounds bounds) {
        BitSet now = bounds.inbound == null ? new BitSet() : (BitSet) bounds.inbound.clone();
        now.or(session.movedInbound);
        for (int i = 0; i < session.inboundCount(); i++) {
            now.set(session.packetId(i), session.opens(i));
        }
        for (Step.InboundPart part : session.inboundParts) {
            if (isOpen(step, part.transaction())) {
                Transactions.Part waiting = new Transactions.Part(
                        part.transaction(), Keys.PENDING_INBOUND, session.epoch, part.packetId());
                step.batch.put(waiting.key(), Archive.NOTHING);
                transactions.add(waiting);
            } else {
                now.set(part.packetId());
            }
        }
        BitSet changes = bounds.inbound == null ? (BitSet) now.clone() : (BitSet) bounds.inbound.clone();
        if (bounds.inbound != null) {
            changes.xor(now);
        }
        for (int id = changes.nextSetBit(0); id >= 0; id = changes.nextSetBit(id + 1)) {
            byte[] key = Keys.inbound(session.epoch, id);
            if (now.get(id)) {
                step.batch.put(key, Archive.NOTHING);
            } else {
                step.batch.delete(key);
            }
        }
        boolean flagChanged = now.isEmpty() != (bounds.inbound == null);
        bounds.inbound = now.isEmpty() ? null : now;
        return flagChanged;
    }

    private void end(Step step, Step.Session session) throws IOException {
        long epoch = session.epoch;
        Batch batch = step.batch;
        for (Step.Entry entry : session.entries) {
            if (entry.stored() != null && entry.bodyId() != 0) {
                references.remove(step.references, entry.bodyId(), epoch, entry.sequence());
            }
        }
        if (!transactions.isEmpty()) {
            drop(batch, step.references, transactions.removeIf(epoch, part -> true));
        }
        Bounds bounds = sessions.get(epoch);
        if (bounds.shares) {
            batch.put(Keys.ended(epoch), new ByteWriter(9).varint(bounds.first).copy());
        } else if (!bounds.isEmpty()) {
            deleteAll(step.queues, Keys.queue(epoch, bounds.first), Keys.queue(epoch, bounds.storedEnd));
        }
        byte[] all = Keys.session(epoch);
        if (session.touched) {
            batch.deleteRange(all, Keys.after(all));
        } else if (bounds.end > 0 || isThere(epoch, Keys.HEAD) || isThere(epoch, Keys.GROUP)
                || isThere(epoch, Keys.DELAYED)) {
            deleteAll(batch, all, Keys.after(all));
        }
        sessions.remove(epoch);
    }

    private boolean isThere(long epoch, int part) throws IOException {
        return table.get(Keys.session(epoch, part)) != null;
    }

    private void deleteAll(Batch batch, byte[] from, byte[] toExclusive) throws IOException {
        List<byte[]> singles = new ArrayList<>();
        try (Cursor cursor = table.cursor(from, toExclusive)) {
            for (; cursor.valid() && singles.size() <= SINGLE_DELETES; cursor.next()) {
                singles.add(cursor.key());
            }
        }
        if (singles.size() > SINGLE_DELETES) {
            batch.deleteRange(from, toExclusive);
        } else {
            singles.forEach(batch::delete);
        }
    }

    /// Parts that will never be committed, or don't matter any more.
    ///
    /// @param referencesBatch where references are taken away; may be the same
    void drop(Batch batch, Batch referencesBatch, List<Transactions.Part> parts) throws IOException {
        for (Transactions.Part part : parts) {
            byte[] key = part.key();
            if (part.kind() == Keys.PENDING_QUEUED) {
                Entries.Entry entry = Entries.read(key, table.get(key), false);
                if (entry.bodyId() != 0) {
                    references.remove(referencesBatch, entry.bodyId(), part.epoch(), part.place());
                }
            }
            batch.delete(key);
        }
    }

    private void retained(Batch batch, byte[] topic, Step.Retained change) throws IOException {
        byte[] key = Keys.retained(topic);
        byte[] before = table.get(key);
        if (before != null && RetainedForm.sequence(key, before) > change.sequence()) {
            return;
        }
        value.clear();
        if (change.message() == null) {
            RetainedForm.writeCleared(change.sequence(), change.frame(), value);
            batch.put(Keys.cleared(change.frame(), topic), Archive.NOTHING);
        } else {
            RetainedForm.write(change.message(), change.sequence(), value);
        }
        put(batch, key);
    }
}
