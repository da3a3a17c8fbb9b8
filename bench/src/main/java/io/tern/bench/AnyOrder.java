package io.tern.bench;

/// The messages of one publisher at a shared subscription: each has to come once, to whom and in which order doesn't
/// matter. A ring of bits remembers the last 65,536 sent.
final class AnyOrder implements Arrivals {

    /// So many of the newest are remembered.
    static final int REMEMBERED = 65_536;

    private final long[] seen = new long[REMEMBERED / 64];
    private long distinct;
    private long duplicated;

    @Override
    public void sending(long sequence) {
        seen[word(sequence)] &= ~(1L << sequence);
    }

    @Override
    public void came(long sequence) {
        int word = word(sequence);
        long bit = 1L << sequence;
        if ((seen[word] & bit) == 0) {
            seen[word] |= bit;
            distinct++;
        } else {
            duplicated++;
        }
    }

    private static int word(long sequence) {
        return (int) (sequence & REMEMBERED - 1) >> 6;
    }

    @Override
    public long settled() {
        return distinct;
    }

    @Override
    public long lost(long sent) {
        return sent - distinct;
    }

    @Override
    public long duplicated() {
        return duplicated;
    }

    @Override
    public long outOfOrder() {
        return 0;
    }
}
