package io.tern.client;

/// When to send PINGREQ, and when to give the server up for dead. Pure state; milliseconds of any steady clock.
///
/// A PINGREQ is due when nothing was sent for the Keep Alive [MQTT-3.1.2-20], and also when nothing was received for
/// it: a client that only publishes at QoS 0 would else never notice a dead server. The server is dead when, after
/// a PINGREQ, nothing at all arrives for a Keep Alive.
final class KeepAlive {

    /// What has to happen now.
    enum Due { NOTHING, PING, DEAD }

    private long intervalMillis;
    private long lastSentMillis;
    private long lastReceivedMillis;
    private boolean pingOutstanding;
    private boolean paused;

    /// Starts afresh with a new connection.
    ///
    /// @param seconds the Keep Alive in force, 0 for none
    void start(int seconds, long nowMillis) {
        intervalMillis = seconds * 1_000L;
        lastSentMillis = nowMillis;
        lastReceivedMillis = nowMillis;
        pingOutstanding = false;
        paused = false;
    }

    void stop() {
        intervalMillis = 0;
        pingOutstanding = false;
    }

    void sent(long nowMillis) {
        lastSentMillis = nowMillis;
    }

    void received(long nowMillis) {
        lastReceivedMillis = nowMillis;
        pingOutstanding = false;
    }

    /// While we don't read, silence says nothing about the server: its clock rests.
    void readingPaused(boolean nowPaused, long nowMillis) {
        paused = nowPaused;
        lastReceivedMillis = nowMillis;
    }

    void pinged(long nowMillis) {
        pingOutstanding = true;
        lastSentMillis = nowMillis;
        lastReceivedMillis = nowMillis;
    }

    /// @return the time at which [#due] has to be asked again, or Long.MAX_VALUE
    long deadlineMillis() {
        if (intervalMillis == 0) {
            return Long.MAX_VALUE;
        }
        if (paused) {
            return lastSentMillis + intervalMillis;
        }
        return pingOutstanding
                ? lastReceivedMillis + intervalMillis
                : Math.min(lastSentMillis, lastReceivedMillis) + intervalMillis;
    }

    Due due(long nowMillis) {
        if (nowMillis < deadlineMillis()) {
            return Due.NOTHING;
        }
        return pingOutstanding && !paused ? Due.DEAD : Due.PING;
    }
}
