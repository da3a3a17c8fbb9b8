package io.tern.bench;

import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/// Sends messages, as many as its window leaves room for.
final class Publisher extends Peer {

    static final Flag QOS = new Flag("qos", 0, 0, 2, "Of publishers and subscriptions.");

    private static final int WINDOW_MOST = 60_000;
    private static final String WINDOW_MEANING = "Messages of one publisher that are under way at most.";
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int PUBREL_HEADER = 0x62;

    private final int index;
    private final int qos;
    private final int window;
    private final PreparedPublishes frames;
    private final Arrivals[] arrivals;
    private long most = Long.MAX_VALUE;
    private long intervalNanos;
    private long dueNanos;
    private long sent;
    private long acknowledged;
    private long refused;
    private long forgiven;
    private Histogram answerLatency;
    private long[] dueByPacketId;

    /// The flag that says how large the window is, usually as large as given.
    static Flag window(int usual) {
        return new Flag("window", usual, 1, WINDOW_MOST, WINDOW_MEANING);
    }

    /// The same, where that depends on others.
    static Flag window() {
        return new Flag("window", 1, WINDOW_MOST, WINDOW_MEANING + " Default: as --qos and --rate need it");
    }

    /// @param index its number, which its payloads carry
    /// @param window most messages under way: sent, and not yet acknowledged or not yet at all that are to get them
    /// @param frames what to send
    /// @param arrivals what is known of its messages at each of those; empty if it need not wait for them
    Publisher(
            Loop loop,
            Watcher watcher,
            byte[] connect,
            int index,
            int qos,
            int window,
            PreparedPublishes frames,
            Arrivals... arrivals) {
        super(
                loop,
                watcher,
                connect,
                Packets.NO_SUBSCRIPTIONS,
                Math.max(4096, Math.min(window * frames.largestBytes(), 1 << 20)));
        this.index = index;
        this.qos = qos;
        this.window = window;
        this.frames = frames;
        this.arrivals = arrivals;
    }

    /// From now on a message is due every so often, whether or not earlier ones have come.
    void pace(long firstNanos, long everyNanos) {
        dueNanos = firstNanos;
        intervalNanos = everyNanos;
    }

    /// Notes how long after it was due each message was answered: by PUBACK, or at QoS 2 by PUBREC.
    void timeAnswers(Histogram nanos) {
        answerLatency = nanos;
        dueByPacketId = new long[0x10000];
    }

    /// It sends no more than so many, counted from the first.
    void stopAt(long messages) {
        most = messages;
    }

    /// When the next message is due; in the past if it is late.
    long dueNanos() {
        return sent < most ? dueNanos : Long.MAX_VALUE;
    }

    long sent() {
        return sent;
    }

    long refused() {
        return refused;
    }

    /// Whether all that was sent has come, and is acknowledged.
    boolean isSettled() {
        return settled() >= sent && (qos == 0 || acknowledged == sent);
    }

    /// What has come to all that are to get it; all that was sent if nobody is.
    private long settled() {
        long least = arrivals.length == 0 ? sent : Long.MAX_VALUE;
        for (Arrivals at : arrivals) {
            least = Math.min(least, at.settled());
        }
        return least;
    }

    /// Gives up on what is under way, so that a loss doesn't close the window for good.
    void forgive() {
        forgiven = sent - settled();
    }

    /// Writes what is due and fits the window and the buffer.
    void pump(long nowNanos) {
        long room = window - (sent - settled()) + forgiven;
        if (qos > 0) {
            room = Math.min(room, window - (sent - acknowledged));
        }
        room = Math.min(room, most - sent);
        int largest = frames.largestBytes();
        room = Math.min(room, roomBytes() / largest);
        while (room-- > 0 && dueNanos <= nowNanos) {
            ByteBuffer out = out(largest);
            for (Arrivals to : arrivals) {
                to.sending(sent);
            }
            int packetId = qos == 0 ? 0 : (int) (1 + sent % 0xFFFF);
            if (dueByPacketId != null) {
                dueByPacketId[packetId] = dueNanos;
            }
            frames.write(out, index, sent, packetId, dueNanos);
            sent++;
            dueNanos += intervalNanos;
        }
    }

    @Override
    void packet(ByteBuffer in, int header, int body, int end) {
        int type = header >> 4;
        boolean failed = end - body > 2 && (in.get(body + 2) & 0xFF) >= 0x80;
        if (answerLatency != null && (type == PUBACK || type == PUBREC)) {
            long nanos = System.nanoTime() - dueByPacketId[in.getShort(body) & 0xFFFF];
            answerLatency.recordValue(Math.min(answerLatency.getHighestTrackableValue(), Math.max(0, nanos)));
        }
        if (type == PUBREC && !failed) {
            acknowledge(PUBREL_HEADER, in.getShort(body) & 0xFFFF);
        } else if (type == PUBACK || type == PUBCOMP || type == PUBREC) {
            acknowledged++;
            if (failed) {
                refused++;
            }
        }
    }
}
