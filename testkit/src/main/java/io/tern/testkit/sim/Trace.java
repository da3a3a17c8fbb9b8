package io.tern.testkit.sim;

/// What has happened: a hash of all of it, and the last events in words.
final class Trace {

    private static final int KEPT = 64;

    private record Event(int step, Object who, String what, long a, long b, Object detail) {
        @Override
        public String toString() {
            return step + " " + who + " " + what + " " + a + " " + b + (detail == null ? "" : " " + detail);
        }
    }

    /// With `-Dsim.trace=true` every event is printed.
    private final boolean printed = Boolean.getBoolean("sim.trace");
    private final Event[] last = new Event[KEPT];
    private long count;
    private long hash = 0xCBF29CE484222325L;
    private int step;

    void step(int number) {
        step = number;
    }

    /// Notes an event.
    ///
    /// @param who somebody with a name that doesn't change
    /// @param what a word
    /// @param a a number that tells
    /// @param b another
    void event(Object who, String what, long a, long b) {
        event(who, what, a, b, null);
    }

    /// @param detail something immutable, shown after a failure; not part of the hash
    void event(Object who, String what, long a, long b, Object detail) {
        hash = (hash ^ what.hashCode()) * 0x100000001B3L;
        hash = (hash ^ a) * 0x100000001B3L;
        hash = (hash ^ b ^ hash >>> 29) * 0x100000001B3L;
        Event event = new Event(step, who, what, a, b, detail);
        last[(int) (count++ % KEPT)] = event;
        if (printed) {
            System.out.println(event);
        }
    }

    long hash() {
        return hash;
    }

    /// @return the last events, one a line, oldest first
    String tail() {
        StringBuilder text = new StringBuilder();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            text.append("  ").append(last[(int) (i % KEPT)]).append('\n');
        }
        return text.toString();
    }
}
