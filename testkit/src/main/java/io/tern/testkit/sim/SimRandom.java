package io.tern.testkit.sim;

import java.util.random.RandomGenerator;

/// Numbers that depend on the seed alone.
final class SimRandom implements RandomGenerator {

    private long state;

    SimRandom(long seed) {
        state = seed;
        nextLong();
    }

    /// SplitMix64: every seed, also a small one, gives a sequence of its own.
    @Override
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /// @return 0 to bound - 1
    int below(int bound) {
        return (int) ((nextLong() >>> 33) * bound >>> 31);
    }

    /// @return low to high, both included
    int between(int low, int high) {
        return low + below(high - low + 1);
    }

    boolean chance(int perMille) {
        return below(1000) < perMille;
    }

    int pick(int... values) {
        return values[below(values.length)];
    }

    /// Most often a small number, sometimes all: how much of something is handled at once.
    ///
    /// @return 1 to available
    int portion(int available) {
        return switch (below(4)) {
            case 0 -> 1;
            case 1 -> between(1, available);
            default -> available;
        };
    }
}
