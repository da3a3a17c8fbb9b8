package io.tern.engine.outbound;

/// How many messages of QoS 1 and 2 are under way to one receiver, and how many may be: as many as it answers in two of
/// its round trips, or in one and 50 ms if that is more [MQTT-3.3.4-9].
///
/// A receiver that answers all it has read once a turn, or that is far away, can't get more than a window a turn or a
/// round trip. So the window must not be what holds it up: while it does, how fast answers come is measured, and the
/// window follows. A receiver that is slow by itself gets no more by a larger window, and so none: what waits for it
/// stays in the queue, where it can still be dropped, expire or be written to the disk.
///
/// Beyond what there is at first, messages under way take at most half of the memory that their queue may have. It
/// begins anew with each connection. The shard's thread only.
final class SendWindow {

    /// What an answer may take besides the round trip: a turn of the receiver's.
    private static final int TURN_MILLIS = 50;
    /// Who answers less than a window in so many times what it should take is measured by what it does answer.
    private static final int PATIENCE = 4;

    private int underWay;
    private int first;
    private int most;
    private int window;
    /// Whether a message waits for the window, and so answers are counted;
    private boolean measuring;
    /// since when,
    private long sinceMillis;
    /// and how many came.
    private int answered;
    /// The message whose answer shows the round trip, -1 if none is awaited.
    private long probe = -1;
    private long probeMillis;
    private boolean probeAmongFew;
    /// The shortest round trip, -1 if it isn't known.
    private long tripMillis = -1;

    /// A connection begins, or ends: nothing is under way.
    ///
    /// @param receiver null if there is none
    void begin(Receiver receiver) {
        if (receiver == null) {
            begin(0, 0);
        } else {
            begin(receiver.inFlightFirstMessages(), receiver.inFlightMessages());
        }
    }

    /// @param newFirst how many may be at first, and at least
    /// @param newMost how many may ever be
    void begin(int newFirst, int newMost) {
        first = newFirst;
        most = newMost;
        window = newFirst;
        underWay = 0;
        measuring = false;
        probe = -1;
        tripMillis = -1;
    }

    /// How many are under way.
    int underWay() {
        return underWay;
    }

    /// How many may be, if there is memory.
    int messages() {
        return window;
    }

    /// Whether one more may be.
    ///
    /// @param sentBytes what those under way take
    /// @param queue whose memory they share
    boolean isOpen(long sentBytes, Backlog queue) {
        return underWay < first || underWay < window && sentBytes <= queue.roomBytes() / 2;
    }

    /// How many more may be, for who looks ahead: at most as many as at first.
    int roomMessages() {
        return Math.min(first, window - underWay);
    }

    /// One more is under way.
    void sent() {
        underWay++;
    }

    /// One that was under way is a shared group's again.
    void takenBack() {
        underWay--;
    }

    /// A message has to wait, since as many as may be are under way.
    ///
    /// @param last the sequence sent last, if that was just now; else -1
    void full(long last, long nowMillis) {
        if (probe < 0 && last >= 0) {
            probe = last;
            probeMillis = nowMillis;
            probeAmongFew = window == first;
        }
        if (!measuring) {
            measuring = true;
            sinceMillis = nowMillis;
            answered = 0;
        }
    }

    /// The receiver has answered for good.
    ///
    /// @param inOrder whether messages were sent in the order of their sequences
    void answered(long sequence, boolean inOrder, long nowMillis) {
        underWay--;
        if (probe >= 0 && (inOrder ? sequence >= probe : sequence == probe)) {
            trip(nowMillis - probeMillis);
            probe = -1;
        }
        if (!measuring) {
            return;
        }
        answered++;
        long tookMillis = nowMillis - sinceMillis;
        if (tripMillis >= 0 && (answered >= window || tookMillis > PATIENCE * roundMillis())) {
            measuring = false;
            follow(answered * roundMillis() / Math.max(1, tookMillis));
        }
    }

    /// Answers that become much slower come from a slower receiver, or from farther away: that shows behind few.
    private void follow(long messages) {
        if (messages < window / 2 && window > first) {
            window = first;
            tripMillis = -1;
            probe = -1;
        } else {
            window = Math.clamp(messages, first, most);
        }
    }

    /// Behind many others an answer takes longer. Behind few it shows the way as it is now, which may have become
    /// longer.
    private void trip(long millis) {
        tripMillis = tripMillis < 0 || probeAmongFew ? millis : Math.min(tripMillis, millis);
    }

    /// The time in which a window should be answered.
    private long roundMillis() {
        return tripMillis + Math.max(TURN_MILLIS, tripMillis);
    }
}
