package io.tern.bench;

/// The messages of one publisher at one subscriber, which has to get them in the order sent [MQTT-4.6.0-6].
///
/// As long as all is well this costs a comparison and an addition. The ranges that were passed over are kept, to tell
/// late from repeated: the newest 64; what belongs to an older one counts as repeated.
final class InOrder implements Arrivals {

    private static final int GAPS = 64;

    private long expected;
    private long missing;
    private long duplicated;
    private long outOfOrder;
    private long[] gaps;
    private int gapCount;

    @Override
    public void sending(long sequence) {
        // The order alone tells what is missing.
    }

    @Override
    public void came(long sequence) {
        if (sequence == expected) {
            expected++;
        } else if (sequence > expected) {
            missing += sequence - expected;
            gap(expected, sequence);
            expected = sequence + 1;
        } else if (fill(sequence)) {
            missing--;
            outOfOrder++;
        } else {
            duplicated++;
        }
    }

    private void gap(long from, long to) {
        if (from == to) {
            return;
        }
        if (gaps == null) {
            gaps = new long[2 * GAPS];
        }
        if (gapCount == GAPS) {
            System.arraycopy(gaps, 2, gaps, 0, 2 * (GAPS - 1));
            gapCount--;
        }
        gaps[2 * gapCount] = from;
        gaps[2 * gapCount + 1] = to;
        gapCount++;
    }

    private boolean fill(long sequence) {
        for (int i = 0; i < gapCount; i++) {
            long from = gaps[2 * i];
            long to = gaps[2 * i + 1];
            if (sequence >= from && sequence < to) {
                gapCount--;
                System.arraycopy(gaps, 2 * (i + 1), gaps, 2 * i, 2 * (gapCount - i));
                gap(from, sequence);
                gap(sequence + 1, to);
                return true;
            }
        }
        return false;
    }

    @Override
    public long settled() {
        return expected;
    }

    @Override
    public long lost(long sent) {
        return missing + sent - expected;
    }

    @Override
    public long duplicated() {
        return duplicated;
    }

    @Override
    public long outOfOrder() {
        return outOfOrder;
    }
}
