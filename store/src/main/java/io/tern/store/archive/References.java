package io.tern.store.archive;

import io.tern.store.table.Batch;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Bodies that queue entries share, and who refers to them: a body lives as long as there is a key that says so.
/// Nothing is counted, so that a batch may be applied twice.
///
/// Whoever takes a reference away marks the body as suspect in the same batch; [Sweep] looks at suspects later.
final class References {

    /// Most bodies whose size is remembered.
    private static final int SIZES = 4096;

    private final Table table;
    private final Map<Long, Integer> sizes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > SIZES;
        }
    };
    /// Those of this step, with their sizes: the table doesn't have them yet.
    private final Map<Long, Integer> written = new HashMap<>();
    private final Set<Long> suspects = new HashSet<>();
    private boolean suspected = true;
    private final ByteWriter value = new ByteWriter(1024);

    References(Table table) {
        this.table = table;
    }

    /// Writes a reference, and with the first of a step the body, if it was told in this step.
    ///
    /// @return what the body takes
    int add(Step step, long bodyId, long epoch, long sequence) throws IOException {
        step.references.put(Keys.reference(bodyId, epoch, sequence), Archive.NOTHING);
        Integer bytes = written.get(bodyId);
        if (bytes != null) {
            return bytes;
        }
        Step.Body body = step.bodies.get(bodyId);
        if (body != null) {
            return write(step.batch, bodyId, body);
        }
        bytes = sizes.get(bodyId);
        return bytes != null ? bytes : load(bodyId);
    }

    /// A body is gone.
    void forget(long bodyId) {
        sizes.remove(bodyId);
    }

    private int load(long bodyId) throws IOException {
        byte[] key = Keys.body(bodyId);
        byte[] stored = table.get(key);
        if (stored == null) {
            throw new DamagedTableException(
                    "the archive has no shared message " + bodyId + ", but the journal refers to it");
        }
        ByteReader in = new ByteReader(key, stored, 0);
        in.varint();
        sizes.put(bodyId, in.left());
        return in.left();
    }

    private int write(Batch batch, long bodyId, Step.Body body) {
        value.clear().varint(body.frame());
        int headBytes = value.size();
        MessageForm.write(body.message(), value);
        batch.put(Keys.body(bodyId), value.copy());
        written.put(bodyId, value.size() - headBytes);
        return value.size() - headBytes;
    }

    /// Takes a reference away.
    void remove(Batch batch, long bodyId, long epoch, long sequence) {
        batch.delete(Keys.reference(bodyId, epoch, sequence));
        suspect(batch, bodyId);
    }

    private void suspect(Batch batch, long bodyId) {
        if (suspects.add(bodyId)) {
            batch.put(Keys.suspect(bodyId), Archive.NOTHING);
            suspected = true;
        }
    }

    /// Whether a body was marked since this was asked last, or may have been before the archive was opened.
    boolean suspected() {
        boolean answer = suspected;
        suspected = false;
        return answer;
    }

    /// Writes bodies that nothing refers to yet but a later frame may, and ends the batch.
    ///
    /// @param position the frame that will be applied next
    void finish(Step step, long position) {
        step.bodies.forEach((id, body) -> {
            if (!written.containsKey(id) && step.known().mayBeReferred(id, body.frame(), position)) {
                write(step.batch, id, body);
                suspect(step.references, id);
            }
        });
        endBatch();
    }

    /// What was remembered of one batch is forgotten.
    void endBatch() {
        written.clear();
        suspects.clear();
    }
}
