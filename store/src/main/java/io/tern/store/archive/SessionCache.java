package io.tern.store.archive;

import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The [Bounds] of sessions, those used last at hand.
final class SessionCache {

    /// Most sessions kept between two steps, about 120 bytes each.
    static final int SESSIONS = 65_536;

    private final Table table;
    private final LinkedHashMap<Long, Bounds> bounds = new LinkedHashMap<>(16, 0.75f, true);

    SessionCache(Table table) {
        this.table = table;
    }

    /// @return those of that session, empty ones if it has none; to be changed only together with the table
    Bounds get(long epoch) throws IOException {
        Bounds found = bounds.get(epoch);
        if (found == null) {
            found = load(epoch);
            bounds.put(epoch, found);
        }
        return found;
    }

    private Bounds load(long epoch) throws IOException {
        byte[] key = Keys.session(epoch, Keys.BOUNDS);
        byte[] value = table.get(key);
        if (value == null) {
            return new Bounds();
        }
        Bounds loaded = Bounds.read(key, value);
        if (loaded.inbound != null) {
            loadInbound(epoch, loaded.inbound);
        }
        return loaded;
    }

    private void loadInbound(long epoch, BitSet inbound) throws IOException {
        byte[] from = Keys.session(epoch, Keys.INBOUND);
        try (Cursor cursor = table.cursor(from, Keys.after(from))) {
            for (; cursor.valid(); cursor.next()) {
                inbound.set(packetId(cursor.key()));
            }
        }
    }

    /// @return the packet id at the end of a key
    static int packetId(byte[] key) {
        return (key[key.length - 2] & 0xFF) << 8 | key[key.length - 1] & 0xFF;
    }

    void remove(long epoch) {
        bounds.remove(epoch);
    }

    /// Lets go of those not used for longest. Not within a step.
    void trim() {
        Iterator<Map.Entry<Long, Bounds>> eldest = bounds.entrySet().iterator();
        for (int surplus = bounds.size() - SESSIONS; surplus > 0; surplus--) {
            eldest.next();
            eldest.remove();
        }
    }
}
