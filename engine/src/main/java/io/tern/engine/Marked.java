package io.tern.engine;

import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.QueueHolder;

/// What the broker notes at a session for itself, so that it need not look for it. None of it is session state as MQTT
/// has it.
public abstract class Marked implements QueueHolder {

    private final int shard;
    private long fanoutStamp;
    private int fanoutPlace;
    private int place = NOWHERE;
    private long connectStamp;
    private long generation;
    private Allowance allowance = Allowance.ANY;
    private long storedBytes;
    private Object reviewer;

    /// @param shard number of the shard that owns it
    Marked(int shard) {
        this.shard = shard;
    }

    /// @return number of the shard that owns it
    public final int shard() {
        return shard;
    }

    @Override
    public final int place() {
        return place;
    }

    @Override
    public final void place(int newPlace) {
        place = newPlace;
    }

    /// The fan-out that met this session last.
    ///
    /// @return as given to [#fanout], 0 before
    public final long fanoutStamp() {
        return fanoutStamp;
    }

    /// Where that fan-out keeps what this session's subscriptions ask for together.
    ///
    /// @return as given to [#fanout]
    public final int fanoutPlace() {
        return fanoutPlace;
    }

    /// Marks this session as met by a fan-out, so that several matching subscriptions make one delivery.
    ///
    /// @param stamp of the fan-out, never 0
    /// @param newPlace where it keeps what it gathers
    public final void fanout(long stamp, int newPlace) {
        fanoutStamp = stamp;
        fanoutPlace = newPlace;
    }

    /// It has a new connection.
    ///
    /// @param stamp order of the CONNECT among all
    final void connected(long stamp) {
        connectStamp = stamp;
        generation++;
    }

    /// @return order of its last CONNECT among all
    public final long connectStamp() {
        return connectStamp;
    }

    /// @return how many connections it has had, so that a timer can tell whether it was set for the present one
    public final long generation() {
        return generation;
    }

    /// Says whose allowance its queue takes up, before there is one.
    final void allowance(Allowance newAllowance) {
        allowance = newAllowance;
    }

    /// @return as it was said, [Allowance#ANY] before
    public final Allowance allowance() {
        return allowance;
    }

    /// Its queue takes so much on disk now.
    final void stores(long bytes) {
        if (bytes != storedBytes) {
            allowance.stored(shard, bytes - storedBytes);
            storedBytes = bytes;
        }
    }

    /// Its client's rights are looked at: nothing is sent before [Session#reviewed].
    ///
    /// @param by who looks; nobody else any more
    public final void review(Object by) {
        reviewer = by;
    }

    /// @return who looks at its client's rights, or null
    public final Object reviewer() {
        return reviewer;
    }
}
