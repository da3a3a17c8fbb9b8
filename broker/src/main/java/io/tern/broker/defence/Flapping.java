package io.tern.broker.defence;

/// Finds clients that connect again and again: more often within a window than is put up with. Not for several threads.
final class Flapping {

    private static final int CLIENTS_MAX = 65_536;

    private static final class Connects {
        int count;
        long sinceMillis;
    }

    private DefenceLimits limits;
    private final Recent<Connects> clients = new Recent<>(CLIENTS_MAX);

    Flapping(DefenceLimits limits) {
        this.limits = limits;
    }

    /// Goes by others from now on.
    void limits(DefenceLimits now) {
        limits = now;
    }

    /// Counts a connect.
    ///
    /// @return whether there were too many
    boolean tooOften(String clientId, long nowMillis) {
        if (limits.flappingConnects() == 0) {
            return false;
        }
        Connects connects = clients.get(clientId, Connects::new);
        if (nowMillis - connects.sinceMillis >= limits.flappingWindowMillis()) {
            connects.sinceMillis = nowMillis;
            connects.count = 0;
        }
        if (++connects.count <= limits.flappingConnects()) {
            return false;
        }
        clients.remove(clientId);
        return true;
    }
}
