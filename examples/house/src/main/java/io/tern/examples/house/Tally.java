package io.tern.examples.house;

/// Counts of messages.
///
/// @param owed acknowledged by the broker to their publishers
/// @param got different ones that arrived
/// @param lost owed, but not got
/// @param twice arrivals of one that had arrived before
/// @param disordered arrivals behind one that was published later
record Tally(long owed, long got, long lost, long twice, long disordered) {

    static final Tally NONE = new Tally(0, 0, 0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(owed + other.owed, got + other.got, lost + other.lost, twice + other.twice,
                disordered + other.disordered);
    }
}
