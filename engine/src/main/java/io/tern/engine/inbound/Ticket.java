package io.tern.engine.inbound;

/// What somebody waits for until a message is safe: one part for each shard, and each record, that owes it.
///
/// Made by the publisher's shard; carried to other shards and back, but touched only by its own.
public abstract class Ticket {

    private int parts = 1;

    /// A ticket with one part, which is its maker's: done when everything has been handed out.
    protected Ticket() {}

    /// One more has to be done.
    public final void addPart() {
        parts++;
    }

    /// One part is done; with the last all is.
    public final void partDone() {
        assert parts > 0;
        if (--parts == 0) {
            done();
        }
    }

    /// All parts are done. Called once.
    protected abstract void done();

    /// The transaction that the parts belong to, see [io.tern.api.Records#committed].
    ///
    /// @return 0 for none
    public long transaction() {
        return 0;
    }
}
