package io.tern.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import io.tern.api.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A key set that is fetched: anew when it has become old, and when a token names a key that isn't there, though not
/// more often than every few seconds. When it can't be fetched the last one is used up to an age; then there are none.
///
/// With pins only keys with one of these thumbprints (RFC 7638) are taken, whoever answers.
final class KeySet implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private static final long AGAIN_MILLIS = 5_000;

    private final Supplier<String> fetch;
    private final long refreshMillis;
    private final long keepMillis;
    private final Set<String> pins;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<JWK> keys;
    private volatile long fetchedMillis;
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
        List<JWK> known = keys;
        boolean old = known == null || now - fetchedMillis >= refreshMillis;
        if (old || fitting(known, keyId).isEmpty()) {
            known = refreshed(now);
        }
        if (known == null || now - fetchedMillis >= keepMillis) {
            return null;
        }
        return fitting(known, keyId);
    }

    private List<JWK> refreshed(long now) {
        lock.lock();
        try {
            if (now - triedMillis >= AGAIN_MILLIS) {
                triedMillis = now;
                String json = fetch.get();
                if (json != null) {
                    keys = pinned(StaticKeys.set(json));
                    fetchedMillis = now;
                }
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("the key set is not usable: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
        return keys;
    }

    private List<JWK> pinned(List<JWK> fetched) {
        if (pins.isEmpty()) {
            return fetched;
        }
        List<JWK> trusted = new ArrayList<>();
        for (JWK key : fetched) {
            try {
                if (pins.contains(key.computeThumbprint().toString())) {
                    trusted.add(key);
                }
            } catch (JOSEException e) {
                LOG.debug("a key without a thumbprint", e);
            }
        }
        if (trusted.size() < fetched.size()) {
            LOG.warn("{} of {} fetched keys are not pinned and not used", fetched.size() - trusted.size(),
                    fetched.size());
        }
        return trusted;
    }

    private static List<JWK> fitting(List<JWK> all, String keyId) {
        return keyId == null ? all : all.stream().filter(key -> keyId.equals(key.getKeyID())).toList();
    }
}
