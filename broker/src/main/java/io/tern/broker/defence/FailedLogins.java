package io.tern.broker.defence;

/// Counts failed logins: who goes on failing with what he shows from one address has to wait longer each time; who has
/// failed often enough, by address, user or client identifier, is to be banned. Not for several threads.
///
/// An address is one of many clients, perhaps, of which one is broken: so its failures count only if they are of
/// several that were shown, and each login that succeeds from there counts against one that failed.
final class FailedLogins {

    /// About 5 MiB for each of the three, and for the addresses twice as much.
    private static final int NAMES_MAX = 32_768;
    private static final int DOUBLINGS_MAX = 20;
    /// Failures with fewer names are those of broken devices rather than of somebody who tries out.
    private static final int NAMES_LEAST = 5;

    private record Pair(String address, Shown shown) {}

    /// Those in a row of one who shows the same from one address.
    private static final class Failures {
        int count;
        long lastMillis;
        long waitUntilMillis;
    }

    private DefenceLimits limits;
    private final Recent<Pair, Failures> pairs = new Recent<>(NAMES_MAX);
    private final Recent<String, Tries> addresses = new Recent<>(NAMES_MAX);
    private final Recent<Shown, Tries> names = new Recent<>(NAMES_MAX);

    FailedLogins(DefenceLimits limits) {
        this.limits = limits;
    }

    /// Goes by others from now on.
    void limits(DefenceLimits now) {
        limits = now;
    }

    /// @return false if it is too early for another attempt
    boolean permits(String address, Shown shown, long nowMillis) {
        sweep(nowMillis);
        Failures failures = pairs.get(new Pair(address, shown));
        return failures == null || nowMillis >= failures.waitUntilMillis;
    }

    /// Forgets failures in a row of one who has been let in.
    void forget(String place, Shown shown) {
        pairs.remove(new Pair(place, shown));
    }

    private void sweep(long nowMillis) {
        long windowMillis = limits.failureWindowMillis();
        pairs.sweep(each -> isOver(each, nowMillis) && nowMillis >= each.waitUntilMillis);
        addresses.sweep(each -> each.isOver(windowMillis, nowMillis));
        names.sweep(each -> each.isOver(windowMillis, nowMillis));
    }

    private boolean isOver(Failures failures, long nowMillis) {
        return nowMillis - failures.lastMillis >= limits.failureWindowMillis();
    }

    void failed(String address, Shown shown, long nowMillis) {
        if (limits.failuresBeforeDelay() == 0) {
            return;
        }
        sweep(nowMillis);
        Failures failures = pairs.get(new Pair(address, shown), Failures::new);
        if (isOver(failures, nowMillis)) {
            failures.count = 0;
        }
        failures.count = failures.count == Integer.MAX_VALUE ? failures.count : failures.count + 1;
        failures.lastMillis = nowMillis;
        int over = failures.count - limits.failuresBeforeDelay();
        if (over > 0) {
            long delay = limits.firstDelayMillis() << Math.min(over - 1, DOUBLINGS_MAX);
            failures.waitUntilMillis = nowMillis + Math.min(delay, limits.longestDelayMillis());
        }
    }

    /// Counts one failure of an address.
    ///
    /// @return whether it is to be banned now
    boolean tooManyFrom(String address, Shown shown, long nowMillis) {
        int most = limits.failuresPerAddress();
        if (most == 0) {
            return false;
        }
        sweep(nowMillis);
        int namesLeast = Math.min(NAMES_LEAST, most);
        Tries tries = addresses.get(address, () -> new Tries(namesLeast));
        int count = tries.failed(shown, limits.failureWindowMillis(), nowMillis);
        if (count < most || tries.names(limits.failureWindowMillis(), nowMillis) < namesLeast) {
            return false;
        }
        addresses.remove(address);
        return true;
    }

    /// Counts one failure.
    ///
    /// @param name what it goes by, told apart from other kinds
    /// @param most failures within the window that are put up with; 0 for any number
    /// @return whether it is to be banned now
    boolean tooMany(Shown name, int most, long nowMillis) {
        if (most == 0) {
            return false;
        }
        sweep(nowMillis);
        Tries tries = names.get(name, () -> new Tries(0));
        if (tries.failed(name, limits.failureWindowMillis(), nowMillis) < most) {
            return false;
        }
        names.remove(name);
        return true;
    }

    /// @param place as `address` before
    /// @param address null if there is none
    void succeeded(String place, String address, Shown shown) {
        if (shown == null) {
            return; // Who is let in for nothing has proved nothing.
        }
        forget(place, shown);
        Tries tries = address == null ? null : addresses.get(address);
        if (tries != null && tries.succeeded()) {
            addresses.remove(address);
        }
    }

    /// How many are remembered, of all kinds.
    int size() {
        return pairs.size() + addresses.size() + names.size();
    }
}
