package io.tern.broker.index;

/// Hashes one level of a topic in place, without making a string of it.
///
/// The level is read as a polynomial and evaluated at a secret point modulo the prime 2^61 - 1. Two different levels
/// then collide with a chance of some 2^-31 whoever has chosen them, so that nobody can send filters that all fall into
/// one place of a table.
final class LevelHash {

    private static final long PRIME = (1L << 61) - 1;

    private final long point;

    /// @param secret any number; its lower 61 bits are used
    LevelHash(long secret) {
        // 2^20 and up: a point of 0 or 1 would not tell levels apart.
        this.point = (secret & PRIME) % (PRIME - (1L << 21)) + (1L << 20);
    }

    /// @param text topic or filter
    /// @param from where the level starts
    /// @param to where it ends, exclusive
    int of(String text, int from, int to) {
        long sum = to - from;
        int i = from;
        // Three chars are one coefficient of 48 bits; the length in front tells a short last one apart.
        for (; i + 3 <= to; i += 3) {
            sum = times(sum) + ((long) text.charAt(i) << 32 | (long) text.charAt(i + 1) << 16 | text.charAt(i + 2));
        }
        if (i < to) {
            long rest = text.charAt(i);
            sum = times(sum) + (i + 1 < to ? rest << 16 | text.charAt(i + 1) : rest);
        }
        long mixed = times(sum) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    /// @param factor below 2^62
    /// @return a number congruent to factor * point, below 2^61 + 4
    private long times(long factor) {
        long high = Math.multiplyHigh(factor, point);
        long low = factor * point;
        long folded = (low & PRIME) + (low >>> 61 | high << 3);
        return (folded & PRIME) + (folded >>> 61);
    }
}
