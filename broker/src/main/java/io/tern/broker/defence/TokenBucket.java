package io.tern.broker.defence;

/// So much a second, and a little more at once: fills steadily up to its size, and may be overdrawn by one taking, for
/// which all later ones wait. For one thread at a time.
public final class TokenBucket {

    private final double perMilli;
    private final double size;
    private double tokens;
    private long filledMillis;

    /// Begins full.
    ///
    /// @param perSecond what comes in, more than 0
    /// @param size most that is kept for later, at least 1
    /// @param nowMillis the time
    public TokenBucket(double perSecond, double size, long nowMillis) {
        this.perMilli = perSecond / 1000;
        this.size = size;
        this.tokens = size;
        this.filledMillis = nowMillis;
    }

    private void fill(long nowMillis) {
        if (nowMillis > filledMillis) {
            tokens = Math.min(size, tokens + (nowMillis - filledMillis) * perMilli);
            filledMillis = nowMillis;
        }
    }

    /// Takes one if there is one.
    ///
    /// @param nowMillis the time
    /// @return false if there is none
    public boolean tryTake(long nowMillis) {
        fill(nowMillis);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /// Takes some, whether they are there or not.
    ///
    /// @param amount how many
    /// @param nowMillis the time
    public void take(double amount, long nowMillis) {
        fill(nowMillis);
        tokens -= amount;
    }

    /// When there will be something again.
    ///
    /// @param nowMillis the time
    /// @return that time, not later than now if there is something
    public long readyAtMillis(long nowMillis) {
        fill(nowMillis);
        return tokens > 0 ? nowMillis : nowMillis + (long) Math.ceil((1 - tokens) / perMilli);
    }

    /// Whether it is full: it remembers nothing then.
    boolean isFull(long nowMillis) {
        fill(nowMillis);
        return tokens >= size;
    }
}
