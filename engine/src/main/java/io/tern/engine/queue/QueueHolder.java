package io.tern.engine.queue;

/// Somebody for whom messages wait, and who can give room when memory gets tight. Owned by one shard, and touched on
/// its thread only.
public interface QueueHolder {

    /// Its [#place] when it has none.
    int NOWHERE = -1;

    /// Where the broker has it among those for whom messages wait.
    ///
    /// @return as given to [#place(int)], [#NOWHERE] before
    int place();

    /// Remembers that for the broker.
    ///
    /// @param newPlace at least 0, or [#NOWHERE] if it isn't there
    void place(int newPlace);

    /// Whether messages wait for it still.
    ///
    /// @return false if it has nothing to give
    boolean isWaitedFor();

    /// Makes room, if more waits here than there is memory for by now: a slice of it.
    ///
    /// @return whether there was anything to do
    boolean trim();
}
