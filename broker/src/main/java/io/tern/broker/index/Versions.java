package io.tern.broker.index;

import java.util.concurrent.atomic.AtomicLongArray;

/// Tells whether a match found earlier may still be used.
///
/// One counter a stripe of first levels, and one for the filters that begin with a wildcard, which every sum includes.
/// The counters only rise, so an equal sum means that neither has moved. Two first levels in one stripe cost a needless
/// look-up, nothing else.
final class Versions {

    // Counters lie 128 bytes apart, so that shards that subscribe don't disturb those that publish elsewhere.
    private static final int SPACING = 16;

    private final int stripes;
    private final AtomicLongArray counters;

    /// @param stripes a power of two, at most 256
    Versions(int stripes) {
        this.stripes = stripes;
        // One more for filters that begin with a wildcard, which every topic may match, and room around.
        this.counters = new AtomicLongArray((stripes + 2) * SPACING);
    }

    /// @param text topic, or filter that does not begin with a wildcard
    /// @return which stripe its first level belongs to
    int stripe(String text) {
        int hash = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/') {
                break;
            }
            hash = 31 * hash + c;
        }
        return hash * 0x9E3779B9 >>> 24 & stripes - 1;
    }

    long sum(int stripe) {
        return counters.get(place(stripe)) + counters.get(place(stripes));
    }

    void bump(String filter) {
        char first = filter.charAt(0);
        boolean everywhere = first == '+' || first == '#';
        counters.getAndIncrement(place(everywhere ? stripes : stripe(filter)));
    }

    private static int place(int stripe) {
        return (stripe + 1) * SPACING;
    }
}
