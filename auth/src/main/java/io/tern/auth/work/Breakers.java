package io.tern.auth.work;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Spares a service that fails, without letting one client make it fail for all: what can't be connected to is down for
/// everybody; but what fails when it is asked may fail for what it was asked, and so it is spared for those from that
/// place alone, until it has failed for several places without a success between. For any thread.
public final class Breakers {

    private static final int PLACES_MAX = 10_000;
    /// So many places are not one client any more.
    private static final int PLACES_LEAST = 5;

    private final int failuresMax;
    private final long openMillis;
    private final Breaker all;
    private final Map<String, Breaker> byPlace = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Breaker> eldest) {
            return size() > PLACES_MAX;
        }
    };
    private final Set<String> failing = new HashSet<>();

    /// Begins as if all was well.
    ///
    /// @param failuresMax failures in a row that are put up with, at least 1
    /// @param openMillis for how long nothing is let through then
    public Breakers(int failuresMax, long openMillis) {
        this.failuresMax = failuresMax;
        this.openMillis = openMillis;
        this.all = new Breaker(failuresMax, openMillis);
    }

    /// Asks whether the service may be called. Who is told so should report how it went.
    ///
    /// @param place for whom
    /// @param nowMillis the time
    /// @return false to do without it
    public synchronized boolean permits(String place, long nowMillis) {
        Breaker own = byPlace.get(place);
        return (own == null || own.permits(nowMillis)) && all.permits(nowMillis);
    }

    /// Reports that it has answered.
    ///
    /// @param place for whom
    public synchronized void succeeded(String place) {
        all.succeeded();
        failing.clear();
        byPlace.remove(place);
    }

    /// Reports that it could not be connected to.
    ///
    /// @param nowMillis the time
    /// @return true if it is spared from now on
    public synchronized boolean unreachable(long nowMillis) {
        return all.failed(nowMillis);
    }

    /// Reports that it did not answer, or that it had failed itself.
    ///
    /// @param place for whom
    /// @param nowMillis the time
    /// @return true if it is spared from now on, at least for those from there
    public synchronized boolean failed(String place, long nowMillis) {
        boolean own = byPlace.computeIfAbsent(place, each -> new Breaker(failuresMax, openMillis)).failed(nowMillis);
        if (failing.size() < PLACES_LEAST) {
            failing.add(place);
        }
        return failing.size() >= PLACES_LEAST ? all.failed(nowMillis) | own : own;
    }
}
