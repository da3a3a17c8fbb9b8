package io.tern.broker.defence;

/// Failed logins of one address, or of one name, within a window of time that goes along: each counts until the window
/// has passed it, whatever comes after. To an eighth of the window. Not for several threads.
final class Tries {

    private static final int PARTS = 8;

    private final int[] counts = new int[PARTS];
    private final Shown[] names;
    private final long[] nameMillis;
    private long part;
    private long lastMillis;

    /// @param namesMost how many names are told apart; 0 if they don't matter
    Tries(int namesMost) {
        names = new Shown[namesMost];
        nameMillis = new long[namesMost];
    }

    /// Counts one more.
    ///
    /// @param shown by what somebody wanted to be let in
    /// @param windowMillis how long it counts
    /// @return how many there are in the window, with it
    int failed(Shown shown, long windowMillis, long nowMillis) {
        goOn(windowMillis, nowMillis);
        int at = Math.floorMod(part, PARTS);
        counts[at] = counts[at] == Integer.MAX_VALUE / PARTS ? counts[at] : counts[at] + 1;
        lastMillis = nowMillis;
        met(shown, windowMillis, nowMillis);
        return count();
    }

    private void goOn(long windowMillis, long nowMillis) {
        long now = Math.floorDiv(nowMillis, Math.max(1, windowMillis / PARTS));
        long parts = now < part ? PARTS : Math.min(PARTS, now - part); // Backwards after the window was changed.
        for (int i = 0; i < parts; i++) {
            counts[Math.floorMod(now - i, PARTS)] = 0;
        }
        part = now;
    }

    private void met(Shown shown, long windowMillis, long nowMillis) {
        int free = -1;
        for (int i = 0; i < names.length; i++) {
            if (shown.equals(names[i])) {
                nameMillis[i] = nowMillis;
                return;
            }
            if (names[i] == null || nowMillis - nameMillis[i] >= windowMillis) {
                free = i;
            }
        }
        if (free >= 0) {
            names[free] = shown;
            nameMillis[free] = nowMillis;
        }
    }

    /// How many names were shown within the window, as far as they are told apart.
    int names(long windowMillis, long nowMillis) {
        int within = 0;
        for (int i = 0; i < names.length; i++) {
            within += names[i] != null && nowMillis - nameMillis[i] < windowMillis ? 1 : 0;
        }
        return within;
    }

    /// One less, the oldest.
    ///
    /// @return whether none are left
    boolean succeeded() {
        for (int i = PARTS - 1; i >= 0; i--) {
            int at = Math.floorMod(part - i, PARTS);
            if (counts[at] > 0) {
                counts[at]--;
                break;
            }
        }
        return count() == 0;
    }

    boolean isOver(long windowMillis, long nowMillis) {
        return nowMillis - lastMillis >= windowMillis;
    }

    private int count() {
        int count = 0;
        for (int each : counts) {
            count += each;
        }
        return count;
    }
}
