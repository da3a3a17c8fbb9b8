package io.tern.bench;

/// Arrivals where only every n-th message of the publisher goes, since the others go to other topics in turn.
///
/// @param each what has come, counted without the others
/// @param n number of topics that the publisher sends to
record EveryNth(Arrivals each, int n) implements Arrivals {

    @Override
    public void sending(long sequence) {
        each.sending(sequence / n);
    }

    @Override
    public void came(long sequence) {
        each.came(sequence / n);
    }

    @Override
    public long settled() {
        return each.settled() * n;
    }

    @Override
    public long lost(long sent) {
        return each.lost(sent / n);
    }

    @Override
    public long duplicated() {
        return each.duplicated();
    }

    @Override
    public long outOfOrder() {
        return each.outOfOrder();
    }
}
