package io.tern.broker.defence;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts connections, open ones and new ones a second, in all, by listener and by address. For any thread: without
/// limits it is one addition, and with them only those wait for each other whose addresses lie in the same part.
final class Admissions {

    private static final int PARTS = 64;
    private static final int ADDRESSES_MAX = 65_536;

    /// What is known of some of the addresses; its monitor guards it.
    private static final class Part {
        final Recent<String, TokenBucket> buckets = new Recent<>(ADDRESSES_MAX / PARTS);
        final Map<String, Integer> open = new HashMap<>();
    }

    private volatile DefenceLimits limits;
    private final int perAddress;
    private final Part[] parts = new Part[PARTS];
    private final Map<String, TokenBucket> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /// @param limits what is put up with; how many may come from one address stays as it is here
    Admissions(DefenceLimits limits) {
        this.limits = limits;
        this.perAddress = limits.connectionsPerAddress();
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Part();
        }
    }

    /// Asks for one more, which has to be given back with [#gone].
    ///
    /// @param address what it counts by; null if it has none
    /// @return false if that is too many
    boolean admits(String listener, String address, long nowMillis) {
        int most = limits.connections();
        if (open.incrementAndGet() > most && most > 0) {
            open.decrementAndGet();
            return false;
        }
        if (!admitsFrom(address, nowMillis)) {
            open.decrementAndGet();
            return false;
        }
        if (!inTime(listener, nowMillis)) {
            gone(address);
            return false;
        }
        return true;
    }

    private boolean admitsFrom(String address, long nowMillis) {
        if (address == null || perAddress == 0 && limits.connectsPerSecondPerAddress() == 0) {
            return true;
        }
        Part part = part(address);
        synchronized (part) {
            int each = limits.connectsPerSecondPerAddress(); // Here, so that no bucket has the rate from before.
            int fromThere = part.open.getOrDefault(address, 0);
            if (perAddress > 0 && fromThere >= perAddress) {
                return false;
            }
            if (each > 0
                    && !part.buckets.get(address, () -> new TokenBucket(each, each, nowMillis)).tryTake(nowMillis)) {
                return false;
            }
            if (perAddress > 0) {
                part.open.put(address, fromThere + 1);
            }
            return true;
        }
    }

    private boolean inTime(String listener, long nowMillis) {
        if (limits.connectsPerSecond() == 0) {
            return true;
        }
        TokenBucket bucket = listeners.computeIfAbsent(listener, name -> {
            int all = limits.connectsPerSecond();
            return all == 0 ? null : new TokenBucket(all, all, nowMillis);
        });
        if (bucket == null) {
            return true;
        }
        synchronized (bucket) {
            return bucket.tryTake(nowMillis);
        }
    }

    private Part part(String address) {
        int hash = address.hashCode();
        return parts[(hash ^ hash >>> 16) & PARTS - 1];
    }

    /// One less.
    void gone(String address) {
        open.decrementAndGet();
        if (perAddress > 0 && address != null) {
            Part part = part(address);
            synchronized (part) {
                part.open.computeIfPresent(address, (each, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /// Goes by others from now on, and forgets how many there were in the last second: their rates have changed.
    void limits(DefenceLimits now) {
        limits = now;
        listeners.clear();
        for (Part part : parts) {
            synchronized (part) {
                part.buckets.clear();
            }
        }
    }

    int open() {
        return open.get();
    }
}
