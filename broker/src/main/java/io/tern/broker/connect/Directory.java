package io.tern.broker.connect;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which shard owns which client: the one on which the first CONNECT of its session arrived, for as long as the session
/// lives. Any thread.
public final class Directory {

    /// Where a client's session lives.
    ///
    /// @param shard number of the shard
    /// @param epoch which of the client's sessions: higher for later ones
    record Home(int shard, long epoch) {}

    private final ConcurrentHashMap<String, Home> homes = new ConcurrentHashMap<>();
    private final AtomicLong epochs;

    /// @param firstEpoch sessions get higher ones
    public Directory(long firstEpoch) {
        epochs = new AtomicLong(firstEpoch);
    }

    /// A session that a process before this one has left lives here from now on.
    ///
    /// @param clientId whose, with no home yet
    /// @param shard where
    /// @param epoch as it was
    public void recover(String clientId, int shard, long epoch) {
        homes.put(clientId, new Home(shard, epoch));
    }

    /// An epoch for something that has no client.
    ///
    /// @return higher than all before
    public long newEpoch() {
        return epochs.incrementAndGet();
    }

    /// Finds a client's home, or makes it here. Of two that claim at once, one gets it and both see that.
    ///
    /// @param clientId whose
    /// @param shard the caller's
    /// @return whose it is now
    Home claim(String clientId, int shard) {
        Home home = homes.get(clientId);
        if (home != null) {
            return home;
        }
        Home mine = new Home(shard, epochs.incrementAndGet());
        home = homes.putIfAbsent(clientId, mine);
        return home == null ? mine : home;
    }

    /// Makes a client's home anew for its next session, on the shard where the one before has ended and still keeps the
    /// place.
    ///
    /// @param clientId whose
    /// @param ended epoch of the session that has ended
    /// @param shard the caller's
    /// @return whose it is now
    Home renew(String clientId, long ended, int shard) {
        return homes.compute(clientId, (id, home) -> home == null || home.epoch() == ended
                ? new Home(shard, epochs.incrementAndGet())
                : home);
    }

    /// The session has ended. Does nothing if the client has a later one by now.
    ///
    /// @param clientId whose
    /// @param epoch of the session that ended
    void release(String clientId, long epoch) {
        homes.computeIfPresent(clientId, (id, home) -> home.epoch() == epoch ? null : home);
    }

    /// Finds a client's home.
    ///
    /// @param clientId whose
    /// @return null if it has no session
    Home find(String clientId) {
        return homes.get(clientId);
    }

    /// Where a client's session lives.
    ///
    /// @param clientId whose
    /// @return number of the shard; -1 if it has none
    public int shardOf(String clientId) {
        Home home = homes.get(clientId);
        return home == null ? -1 : home.shard();
    }

    /// How many sessions there are.
    ///
    /// @return count, a moment old
    public int size() {
        return homes.size();
    }
}
