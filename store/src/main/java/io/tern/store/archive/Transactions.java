package io.tern.store.archive;

import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The parts of transactions that stand in the table and wait for their commit. There are as many as messages of QoS 2
/// between their first and last part when a step ended, so those of the last moment.
final class Transactions {

    /// @param kind one of [Keys#PENDING_QUEUED] and [Keys#PENDING_INBOUND]
    /// @param place the sequence or the packet identifier
    record Part(long transaction, int kind, long epoch, long place) {

        byte[] key() {
            return Keys.pending(transaction, kind, epoch, place);
        }

        static Part of(byte[] key) throws IOException {
            ByteReader in = Keys.read(key);
            return new Part(in.ordered(), in.octet(), in.ordered(), in.ordered());
        }
    }

    private final Map<Long, List<Part>> byTransaction = new HashMap<>();
    private final Map<Long, List<Part>> byEpoch = new HashMap<>();

    void load(Table table) throws IOException {
        byte[] all = Keys.kind(Keys.PENDING);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                add(Part.of(cursor.key()));
            }
        }
    }

    boolean isEmpty() {
        return byTransaction.isEmpty();
    }

    boolean has(long epoch) {
        return byEpoch.containsKey(epoch);
    }

    void add(Part part) {
        byTransaction.computeIfAbsent(part.transaction, id -> new ArrayList<>()).add(part);
        byEpoch.computeIfAbsent(part.epoch, epoch -> new ArrayList<>()).add(part);
    }

    /// Takes out all parts of a transaction.
    List<Part> remove(long transaction) {
        List<Part> parts = byTransaction.remove(transaction);
        if (parts == null) {
            return List.of();
        }
        for (Part part : parts) {
            List<Part> ofSession = byEpoch.get(part.epoch);
            ofSession.remove(part);
            if (ofSession.isEmpty()) {
                byEpoch.remove(part.epoch);
            }
        }
        return parts;
    }

    /// Takes out the parts of a session that are no longer wanted.
    List<Part> removeIf(long epoch, Predicate<Part> unwanted) {
        List<Part> ofSession = byEpoch.get(epoch);
        if (ofSession == null) {
            return List.of();
        }
        List<Part> removed = new ArrayList<>();
        for (Iterator<Part> each = ofSession.iterator(); each.hasNext(); ) {
            Part part = each.next();
            if (unwanted.test(part)) {
                each.remove();
                removed.add(part);
                List<Part> others = byTransaction.get(part.transaction);
                others.remove(part);
                if (others.isEmpty()) {
                    byTransaction.remove(part.transaction);
                }
            }
        }
        if (ofSession.isEmpty()) {
            byEpoch.remove(epoch);
        }
        return removed;
    }

    /// Takes out all.
    List<Part> removeAll() {
        List<Part> all = new ArrayList<>();
        byTransaction.values().forEach(all::addAll);
        byTransaction.clear();
        byEpoch.clear();
        return all;
    }
}
