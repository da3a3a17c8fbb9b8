package io.tern.broker.defence;

/// Counts failed logins: who goes on failing with one user name from one address has to wait longer each time; who has
/// failed often enough, by address, user or client identifier, is to be banned. Not for several threads.
final class FailedLogins {

    private static final int NAMES_MAX = 65_536;
    private static final int DOUBLINGS_MAX = 20;

    /// The failures of one name.
    private static final class Failures {
        int count;
        long lastMillis;
        long waitUntilMillis;
    }

    private DefenceLimits limits;
    private final Recent<Failures> pairs = new Recent<>(NAMES_MAX);
    private final Recent<Failures> single = new Recent<>(NAMES_MAX);

    FailedLogins(DefenceLimits limits) {
        this.limits = limits;
    }

    /// Goes by others from now on.
    void limits(DefenceLimits now) {
        limits = now;
    }

    /// @return false if it is too early for another attempt
    boolean permits(String address, String user, long nowMillis) {
        Failures failures = pairs.get(pair(address, user));
        return failures == null || nowMillis >= failures.waitUntilMillis;
    }

    private static String pair(String address, String user) {
        return address + " " + user;
    }

    void failed(String address, String user, long nowMillis) {
        Failures failures = counted(pairs, pair(address, user), nowMillis);
        int over = failures.count - limits.failuresBeforeDelay();
        if (limits.failuresBeforeDelay() > 0 && over > 0) {
            long delay = limits.firstDelayMillis() << Math.min(over - 1, DOUBLINGS_MAX);
            failures.waitUntilMillis = nowMillis + Math.min(delay, limits.longestDelayMillis());
        }
    }

    /// Counts one failure.
    ///
    /// @param name what it goes by, told apart from other kinds
    /// @param most failures within the window that are put up with; 0 for any number
    /// @return whether it is to be banned now
    boolean tooMany(String name, int most, long nowMillis) {
        if (most == 0) {
            return false;
        }
        Failures failures = counted(single, name, nowMillis);
        if (failures.count < most) {
            return false;
        }
        single.remove(name);
        return true;
    }

    private Failures counted(Recent<Failures> of, String name, long nowMillis) {
        Failures failures = of.get(name, Failures::new);
        if (nowMillis - failures.lastMillis >= limits.failureWindowMillis()) {
            failures.count = 0;
        }
        failures.count++;
        failures.lastMillis = nowMillis;
        return failures;
    }

    void succeeded(String address, String user) {
        pairs.remove(pair(address, user));
    }
}
