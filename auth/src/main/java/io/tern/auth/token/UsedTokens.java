package io.tern.auth.token;

import io.tern.api.ConnectionInfo;
import io.tern.auth.work.Digest;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/// Tokens that may be used once and have been: remembered until they expire, by hashes, and bounded. When it is full of
/// tokens that have not expired nothing more is taken: better none than one twice. For any thread.
final class UsedTokens {

    private static final int TOKENS_MAX = 100_000;

    /// @param by the connection on which it was, as long as that is there
    private record Used(long untilMillis, WeakReference<ConnectionInfo> by) {}

    private final int tokensMax;
    private final Map<Digest, Used> used = new HashMap<>();
    private long sweptMillis;

    UsedTokens() {
        this(TOKENS_MAX);
    }

    UsedTokens(int tokensMax) {
        this.tokensMax = tokensMax;
    }

    /// What came of it.
    enum Outcome {
        /// It is new, and used from now on.
        FIRST,
        /// It was used before.
        REPEATED,
        /// There is no room to remember it.
        FULL
    }

    /// @param by the connection that shows it. On that one it may be shown again: a login is judged twice if the
    ///     configuration is read meanwhile
    synchronized Outcome use(String issuer, String id, ConnectionInfo by, long expiresAtMillis, long nowMillis) {
        Digest key = Digest.of(issuer + "\0" + id);
        Used before = used.get(key);
        if (before != null && before.untilMillis > nowMillis) {
            return before.by.refersTo(by) ? Outcome.FIRST : Outcome.REPEATED;
        }
        if (used.size() >= tokensMax && nowMillis - sweptMillis >= 1_000) {
            sweptMillis = nowMillis;
            used.values().removeIf(each -> each.untilMillis <= nowMillis);
        }
        if (used.size() >= tokensMax) {
            return Outcome.FULL;
        }
        used.put(key, new Used(expiresAtMillis, new WeakReference<>(by)));
        return Outcome.FIRST;
    }
}
