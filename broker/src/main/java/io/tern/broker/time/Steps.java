package io.tern.broker.time;

/// What one shard does from the end of one turn to that of the next, counted in steps of about a delivery to one
/// subscriber, 0.1 us, so that a turn has an end whatever clients send. For the shard's thread.
///
/// A connection that has sent more than its share goes on in the next turn. While few have much to be done the share
/// is large, and a single publisher is taken as it comes; the more there are, the sooner everybody else has a turn.
public final class Steps {

    /// A packet, without what follows from it.
    public static final int PACKET = 4;
    /// One subscription made or ended.
    static final int SUBSCRIPTION = 16;
    /// One message retained, or taken away.
    public static final int RETAINED = 32;
    /// A message that a shared group lends,
    public static final int LOAN = 4;
    /// or drops since it is too old.
    public static final int DROP = 12;
    /// A CONNECT that is looked at.
    public static final int CONNECT = 128;
    /// Whatever is done to each of many.
    public static final int ONE_OF_MANY = 32;
    /// A rule that is asked for.
    public static final int RULING = 8;
    /// An answer, or what else has waited for the disk.
    public static final int ACTION = 4;
    /// A topic with a retained message that is looked at.
    public static final int TOPIC = 4;
    /// A session that ends, without what waits in it.
    public static final int SESSION = 32;
    /// So many nodes of the index looked at for a match are one.
    public static final int NODES = 4;
    /// So many characters of a filter, which are up to as many levels, are one.
    static final int CHARACTERS = 2;

    /// Of all connections together in a turn.
    public static final int TURN_MAX = 65_536;
    /// Of one connection, however many there are.
    public static final int SHARE_MIN = 4_096;

    private int done;
    private int share = TURN_MAX;
    /// Connections that had as much to do as the least share, in this turn.
    private int busy;
    private int longest;

    /// What it takes to make or end a subscription.
    public static int of(String filter) {
        return SUBSCRIPTION + filter.length() / CHARACTERS;
    }

    /// Something was done.
    public void add(int steps) {
        done += steps;
    }

    /// What was done in this turn.
    public int done() {
        return done;
    }

    /// Up to where a connection may go that begins now.
    public int shareEnd() {
        return done + Math.max(SHARE_MIN, Math.min(share, TURN_MAX - done));
    }

    /// A connection has had its share, or all that it wanted.
    ///
    /// @param taken by it
    public void took(int taken) {
        busy += taken >= SHARE_MIN ? 1 : 0;
    }

    /// The turn is over.
    public void turned() {
        longest = Math.max(longest, done);
        share = TURN_MAX / Math.max(1, busy);
        done = 0;
        busy = 0;
    }

    /// The longest turn so far.
    public int longest() {
        return longest;
    }
}
