package io.tern.auth.token;

import java.util.HashMap;
import java.util.Map;

/// Tokens that may be used once and have been: remembered until they expire, and bounded. When it is full of tokens
/// that have not expired nothing more is taken: better none than one twice. For any thread.
final class UsedTokens {

    private static final int TOKENS_MAX = 100_000;

    private final int tokensMax;
    private final Map<String, Long> until = new HashMap<>();
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

    synchronized Outcome use(String issuer, String id, long expiresAtMillis, long nowMillis) {
        String key = issuer + "\0" + id;
        Long before = until.get(key);
        if (before != null && before > nowMillis) {
            return Outcome.REPEATED;
        }
        if (until.size() >= tokensMax && nowMillis - sweptMillis >= 1_000) {
            sweptMillis = nowMillis;
            until.values().removeIf(end -> end <= nowMillis);
        }
        if (until.size() >= tokensMax) {
            return Outcome.FULL;
        }
        until.put(key, expiresAtMillis);
        return Outcome.FIRST;
    }
}
