package io.tern.broker.defence;

import java.util.HashSet;
import java.util.Set;

/// Counts failed logins: who goes on failing with what he shows from one address has to wait longer each time; who has
/// failed often enough, by address, user or client identifier, is to be banned. Not for several threads.
///
/// An address is one of many clients, perhaps, of which one is broken: so its failures count only if they are of
/// several that were shown, and each login that succeeds from there counts against one that failed.
final class FailedLogins {

    /// About 5 MiB for each of the three.
    private static final int NAMES_MAX = 32_768;
    private static final int DOUBLINGS_MAX = 20;
    /// Failures with fewer names are those of broken devices rather than of somebody who tries out.
    private static final int NAMES_LEAST = 5;

    private record Pair(String address, Shown shown) {}

    /// The failures of one name.
    private static final class Failures {
        int count;
        long lastMillis;
        long waitUntilMillis;
        /// Of an address, some of what was shown.
        Set<Shown> names;
    }

    private DefenceLimits limits;
    private final Recent<Pair, Failures> pairs = new Recent<>(NAMES_MAX);
    private final Recent<String, Failures> addresses = new Recent<>(NAMES_MAX);
    private final Recent<Shown, Failures> names = new Recent<>(NAMES_MAX);

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

    private void sweep(long nowMillis) {
        pairs.sweep(each -> isOver(each, nowMillis) && nowMillis >= each.waitUntilMillis);
        addresses.sweep(each -> isOver(each, nowMillis));
        names.sweep(each -> isOver(each, nowMillis));
    }

    private boolean isOver(Failures failures, long nowMillis) {
        return nowMillis - failures.lastMillis >= limits.failureWindowMillis();
    }

    void failed(String address, Shown shown, long nowMillis) {
        if (limits.failuresBeforeDelay() == 0) {
            return;
        }
        Failures failures = counted(pairs, new Pair(address, shown), nowMillis);
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
        Failures failures = counted(addresses, address, nowMillis);
        if (failures.names == null || failures.count == 1) {
            failures.names = new HashSet<>();
        }
        int namesLeast = Math.min(NAMES_LEAST, most);
        if (failures.names.size() < namesLeast) {
            failures.names.add(shown);
        }
        if (failures.count < most || failures.names.size() < namesLeast) {
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
        Failures failures = counted(names, name, nowMillis);
        if (failures.count < most) {
            return false;
        }
        names.remove(name);
        return true;
    }

    private <K> Failures counted(Recent<K, Failures> of, K name, long nowMillis) {
        sweep(nowMillis);
        Failures failures = of.get(name, Failures::new);
        if (isOver(failures, nowMillis)) {
            failures.count = 0;
        }
        failures.count = failures.count == Integer.MAX_VALUE ? failures.count : failures.count + 1;
        failures.lastMillis = nowMillis;
        return failures;
    }

    /// @param place as `address` before
    /// @param address null if there is none
    void succeeded(String place, String address, Shown shown) {
        if (shown == null) {
            return; // Who is let in for nothing has proved nothing.
        }
        pairs.remove(new Pair(place, shown));
        Failures failures = address == null ? null : addresses.get(address);
        if (failures != null && --failures.count <= 0) {
            addresses.remove(address);
        }
    }

    /// How many are remembered, of all kinds.
    int size() {
        return pairs.size() + addresses.size() + names.size();
    }
}
