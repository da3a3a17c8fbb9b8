package io.tern.broker.defence;

/// Finds clients that come in again and again: more often within a window than is put up with. Those are kept out for a
/// while, each for itself: whoever is let in under another user name has the same client identifier for nothing. Not
/// for several threads.
final class Flapping {

    private static final int CLIENTS_MAX = 32_768;

    private static final class Connects {
        int count;
        long sinceMillis;
        long outUntilMillis;
    }

    /// What is to be done about somebody.
    enum Outcome {
        /// Nothing.
        WELCOME,
        /// He is kept out from now on.
        TOO_OFTEN,
        /// He is kept out still.
        OUT
    }

    private DefenceLimits limits;
    private final Recent<Shown, Connects> clients = new Recent<>(CLIENTS_MAX);

    Flapping(DefenceLimits limits) {
        this.limits = limits;
    }

    /// Goes by others from now on.
    void limits(DefenceLimits now) {
        limits = now;
    }

    /// Counts a connect of a client that has shown who it is.
    Outcome connects(String clientId, String userName, long nowMillis) {
        if (limits.flappingConnects() == 0) {
            return Outcome.WELCOME;
        }
        clients.sweep(each -> nowMillis >= each.outUntilMillis
                && nowMillis - each.sinceMillis >= limits.flappingWindowMillis());
        Shown name = Shown.of(userName == null ? "client" : "client of " + userName, clientId);
        Connects connects = clients.get(name, Connects::new);
        if (nowMillis < connects.outUntilMillis) {
            return Outcome.OUT;
        }
        if (nowMillis - connects.sinceMillis >= limits.flappingWindowMillis()) {
            connects.sinceMillis = nowMillis;
            connects.count = 0;
        }
        if (++connects.count <= limits.flappingConnects()) {
            return Outcome.WELCOME;
        }
        connects.count = 0;
        connects.outUntilMillis = nowMillis + limits.flappingBanMillis();
        return Outcome.TOO_OFTEN;
    }
}
