package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.broker.turn.ShardThread;
import java.util.List;
import java.util.function.Consumer;

/// How one shard reads retained messages from the disk: for so many sessions at once, and no more. For its thread.
final class RetainedReads {

    /// Sessions for which is read at once; the others wait.
    private static final int UNDER_WAY_MAX = 16;
    /// Besides these, so many may wait for what stands in the journal alone, and nobody waits for them.
    private static final int POSTPONED_MAX = 256;

    private final ShardThread thread;
    private final Store store;
    private int underWay;
    private int postponed;

    RetainedReads(ShardThread thread, Store store) {
        this.thread = thread;
        this.store = store;
    }

    /// For how many it may be read besides those for whom it is.
    int left() {
        return UNDER_WAY_MAX - underWay;
    }

    /// Reads some messages; only if [#left] says so.
    ///
    /// @param then takes what was found, null for what was not, in the order asked for
    void read(List<RetainedId> wanted, Consumer<List<Message>> then) {
        underWay++;
        Reading reading = new Reading();
        store.readRetained(wanted, thread.loop(), reading::waits, messages -> {
            thread.enter();
            reading.ends();
            then.accept(messages);
        });
    }

    /// One that was asked for.
    private final class Reading {
        private boolean isPostponed;

        /// It may take long: what the archive has is read for others meanwhile.
        void waits() {
            thread.enter();
            if (postponed < POSTPONED_MAX) {
                isPostponed = true;
                postponed++;
                underWay--;
            }
        }

        void ends() {
            if (isPostponed) {
                postponed--;
            } else {
                underWay--;
            }
        }
    }
}
