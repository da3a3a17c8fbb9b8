package io.tern.broker.index;


/// The lists of an entry, one a shard that has ever had a subscriber since the entry has more than one.
///
/// The map itself is immutable and is replaced as a whole; the lists in it are their shards' own and are shared by all
/// copies.
final class Slots {

    private final long shards;
    private final SubscriberList[] lists;

    private Slots(long shards, SubscriberList[] lists) {
        this.shards = shards;
        this.lists = lists;
    }

    static Slots of(Subscriber sole) {
        return new Slots(1L << sole.shard(), new SubscriberList[] {new SubscriberList(sole)});
    }

    /// @return null if that shard has none
    SubscriberList list(int shard) {
        return (shards & 1L << shard) == 0 ? null : lists[rank(shard)];
    }

    /// @return a copy with an empty list for a shard that has none yet
    Slots with(int shard) {
        assert list(shard) == null;
        int rank = rank(shard);
        SubscriberList[] more = new SubscriberList[lists.length + 1];
        System.arraycopy(lists, 0, more, 0, rank);
        more[rank] = new SubscriberList();
        System.arraycopy(lists, rank, more, rank + 1, lists.length - rank);
        return new Slots(shards | 1L << shard, more);
    }

    private int rank(int shard) {
        return Long.bitCount(shards & ((1L << shard) - 1));
    }
}
