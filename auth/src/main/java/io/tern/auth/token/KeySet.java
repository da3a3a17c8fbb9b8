package io.tern.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import io.tern.api.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A key set that is fetched, on a thread of its own: when it has become old, while the last one is used, and when a
/// token names a key that isn't there, though not more often than every few seconds. Who brings a token waits for that
/// only if nothing is known, or if his was the first to name that key. When it can't be fetched the last one is used up
/// to an age; then there are none.
///
/// With pins only keys with one of these thumbprints (RFC 7638) are taken, whoever answers. Secrets are never taken:
/// what is published for everybody to verify by must not be what signs.
final class KeySet implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private static final long AGAIN_MILLIS = 5_000;

    private record Known(List<JWK> keys, long fetchedMillis) {

        List<JWK> fitting(String keyId) {
            return keyId == null ? keys : keys.stream().filter(key -> keyId.equals(key.getKeyID())).toList();
        }
    }

    private final Supplier<String> fetch;
    private final long refreshMillis;
    private final long keepMillis;
    private final Set<String> pins;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Known known;
    private CompletableFuture<Boolean> fetching = CompletableFuture.completedFuture(true);
    private long triedMillis = Long.MIN_VALUE / 2;

    /// @param fetch brings the set as JSON, or null; may block
    KeySet(Supplier<String> fetch, long refreshMillis, long keepMillis, Set<String> pins, Clock clock) {
        this.fetch = fetch;
        this.refreshMillis = refreshMillis;
        this.keepMillis = keepMillis;
        this.pins = pins;
        this.clock = clock;
    }

    @Override
    public List<JWK> keys(String keyId) {
        long now = clock.nowMillis();
        if (isTooOld(known, now)) {
            begin(now);
            latest().join();
            return isTooOld(known, now) ? null : known.fitting(keyId);
        }
        if (now - known.fetchedMillis >= refreshMillis) {
            begin(now);
        }
        List<JWK> fitting = known.fitting(keyId);
        if (!fitting.isEmpty()) {
            return fitting;
        }
        if (begin(now)) {
            latest().join();
            fitting = known.fitting(keyId);
        }
        // Whether there is such a key isn't known while the set can't be had: no fault of who has named it.
        return fitting.isEmpty() && !latest().getNow(false) ? null : fitting;
    }

    private boolean isTooOld(Known any, long now) {
        return any == null || now - any.fetchedMillis >= keepMillis;
    }

    private CompletableFuture<Boolean> latest() {
        lock.lock();
        try {
            return fetching;
        } finally {
            lock.unlock();
        }
    }

    /// @return false if it is being fetched already, or was tried lately
    private boolean begin(long now) {
        lock.lock();
        try {
            if (!fetching.isDone() || now - triedMillis < AGAIN_MILLIS) {
                return false;
            }
            triedMillis = now;
            CompletableFuture<Boolean> begun = new CompletableFuture<>();
            fetching = begun;
            Thread.ofVirtual().name("keys").start(() -> {
                try {
                    begun.complete(fetched(now));
                } finally {
                    begun.complete(false); // Whatever was thrown: others wait for it.
                }
            });
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the set is here
    private boolean fetched(long now) {
        try {
            String json = fetch.get();
            if (json == null) {
                return false;
            }
            known = new Known(trusted(StaticKeys.set(json)), now);
            return true;
        } catch (IllegalArgumentException e) {
            LOG.warn("the key set is not usable: {}", e.getMessage());
            return false;
        }
    }

    private List<JWK> trusted(List<JWK> fetched) {
        List<JWK> trusted = new ArrayList<>();
        for (JWK key : fetched) {
            if (KeyType.OCT.equals(key.getKeyType())) {
                LOG.warn("a fetched key is a secret and not used");
            } else if (isPinned(key)) {
                trusted.add(key);
            } else {
                LOG.warn("a fetched key is not pinned and not used");
            }
        }
        return trusted;
    }

    private boolean isPinned(JWK key) {
        try {
            return pins.isEmpty() || pins.contains(key.computeThumbprint().toString());
        } catch (JOSEException e) {
            LOG.debug("a key without a thumbprint", e);
            return false;
        }
    }
}
