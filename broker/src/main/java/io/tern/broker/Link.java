package io.tern.broker;

import io.tern.api.ClientInfo;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.broker.time.Steps;
import io.tern.broker.time.Timer;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.engine.outbound.Outlet;
import io.tern.wire.Auth;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.UnsubAck;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;

/// One connection on its shard: bytes through the decoder into the channel, packets through the encoder into the
/// connection's output buffer. Its timer watches for CONNECT, then for the keep-alive.
final class Link extends Timer implements ConnectionHandler, Outlet {

    /// So many bytes are sent without waiting for the end of the turn.
    private static final int FLUSH_BYTES = 64 * 1024;

    /// So many bytes of answers are kept for a client whose output buffer is full; then it is heard no more until it
    /// reads.
    private static final int UNREAD_ANSWERS_BYTES = 64 * 1024;

    /// What a connection takes, here and in the transport, without what is under way.
    private static final int OBJECTS_BYTES = 4096;

    private final Connection connection;
    private final Decoder decoder;
    private final Channel channel;
    private Shard shard;
    /// Place in the shard's list of links.
    int place;
    /// Whether it is in the shard's list of those to be flushed.
    boolean dirty;
    /// Whether it is in the shard's list of those to go on parsing.
    boolean revived;
    /// Who its client has said it is, if it may have to say so anew; else null.
    ClientInfo claimed;
    /// The exchange of AUTH packets that is under way, if any.
    Object exchange;
    /// Hand-over lanes that were full when it fed them; it parses nothing until there are none.
    int fullLanes;
    /// Whether it waits for the journal, which has too much to write; it parses nothing until it hasn't.
    private boolean restsForJournal;
    /// Decisions about its client that are awaited; it parses nothing until there are none.
    int awaited;
    /// Who was let in here, if it counts as his connection.
    ClientInfo entered;
    /// Whether it has ended, for those on other threads who work for it.
    volatile boolean gone;
    /// Measures what its client publishes; null if it isn't limited.
    Throttle.Meter meter;
    /// What its client was denied; null if that was nothing yet.
    Denials denials;
    private boolean reading = true;
    private boolean closed;
    private boolean shed;
    private int unflushedBytes;
    /// First byte of the packet written last, and how many such packets in a row are not counted yet.
    private byte lastHeader;
    private int uncounted;
    private long heldBytes;
    /// What a packet takes that waits to be decided or answered: its CONNECT, or a long request.
    private long packetBytes;
    /// Bytes of answers written since the output buffer is full.
    private int unreadAnswerBytes;
    /// What the output buffer takes, as far as it is counted.
    private int outputBytes;
    /// Among those who leave much unread; null before it ever did.
    private Unsent.Place unsentPlace;
    /// Whether somebody waits to hear that it may write again.
    private boolean heldBack;
    /// What was in the output buffer when the client was looked at last, to see whether it reads at all.
    private int unsentBytes;

    Link(Shard shard, Connection connection) {
        this.shard = shard;
        this.connection = connection;
        this.decoder = new Decoder(Decoder.Receiver.SERVER, shard.limits().packetBytes());
        this.channel = new Channel(shard, connection.info(), this);
        hold(OBJECTS_BYTES);
    }

    private void hold(long bytes) {
        shard.memory().add(bytes - heldBytes);
        heldBytes = bytes;
    }

    /// Counts what the output buffer takes. When all clients together hold what they may, whoever leaves most unread
    /// makes room.
    private void holdOutput() {
        int bytes = connection.outputBytes();
        if (bytes == outputBytes || closed || shed) {
            return;
        }
        boolean grows = bytes > outputBytes;
        shard.memory().add(bytes - outputBytes);
        outputBytes = bytes;
        if (bytes > Unsent.FREE_BYTES || unsentPlace != null) {
            unsentPlace = unsentPlace == null ? new Unsent.Place(this) : unsentPlace;
            shard.links().unsent().put(unsentPlace, bytes, !grows);
        }
        if (grows && shard.memory().roomBytes(true) == 0) {
            shard.links().unsent().shed();
        }
    }

    private void letGoOutput() {
        shard.memory().add(-outputBytes);
        outputBytes = 0;
        if (unsentPlace != null) {
            shard.links().unsent().put(unsentPlace, 0, true);
        }
    }

    /// Sends what was written in this turn, since more may be taken than is.
    ///
    /// @return false if that is nothing
    boolean flushedMore() {
        boolean more = unflushedBytes > 0;
        if (more) {
            flush();
        }
        return more;
    }

    /// It has to make room: its output buffer goes at once, in the midst of whatever is being done.
    void shed() {
        shed = true;
        letGoOutput();
        connection.abort();
    }

    /// The turn is over in which it was shed.
    void wasShed() {
        shard.counters().count(Counters.Event.SHED);
        shard.thread().guarded(channel, () ->
                channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for what this client doesn't read"));
    }

    /// Keeps what is unread for later, unless all clients together have too much of that kind.
    private void holdUnread() {
        decoder.hold();
        int unreadBytes = decoder.heldBytes();
        if (closed || OBJECTS_BYTES + packetBytes + unreadBytes == heldBytes) {
            return;
        }
        hold(OBJECTS_BYTES + packetBytes + unreadBytes);
        if (unreadBytes > OBJECTS_BYTES && unreadBytes > shard.memory().roomBytes(true)) {
            channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for incomplete packets");
        }
    }

    /// Counts a packet until it is decided or answered. A small one is always looked at: it may be the CONNECT of
    /// somebody who is known.
    ///
    /// @return false if there is no room for it
    boolean holdPacket(long bytes) {
        hold(heldBytes + bytes - packetBytes);
        packetBytes = bytes;
        return bytes <= OBJECTS_BYTES || bytes <= shard.memory().roomBytes(true);
    }

    /// It is.
    void letGoPacket() {
        if (!closed && !channel.isClosed()) {
            hold(heldBytes - packetBytes);
            packetBytes = 0;
        }
    }

    Channel channel() {
        return channel;
    }

    Connection connection() {
        return connection;
    }

    Shard shard() {
        return shard;
    }

    /// It lives on another shard now.
    void moved(Shard newShard) {
        shard = newShard;
        reading = false; // A connection arrives with reading off.
        channel.moved(newShard);
    }

    @Override
    public void onBytes(byte[] src, int offset, int length) {
        shard.enter();
        if (channel.isClosed()) {
            return; // They were on their way when it was closed.
        }
        channel.heard(shard.nowMillis());
        shard.counters().traffic().receivedBytes(length);
        decoder.feed(src, offset, length);
        parse();
        holdUnread();
    }

    /// Goes on with what is held, if nothing is in the way any more.
    void revive() {
        channel.heard(shard.nowMillis());
        parse();
        holdUnread();
    }

    private void parse() {
        Steps steps = shard.steps;
        int before = steps.done();
        int end = steps.shareEnd();
        try {
            packets(end);
        } catch (Throwable bug) {
            shard.bug(channel, bug);
        }
        steps.took(steps.done() - before);
        boolean cut = steps.done() >= end;
        read(!cut && !resting());
        if (cut) {
            shard.links().revive(this);
        }
    }

    /// @param end after so many steps others have their turn
    private void packets(int end) {
        Steps steps = shard.steps;
        int here = 0;
        try {
            while (steps.done() + here < end && !resting() && !channel.isClosed()) {
                Packet packet = decoder.next();
                if (packet == null) {
                    break;
                }
                here += Steps.PACKET;
                shard.counters().traffic().received(packet);
                channel.on(packet);
                if (packet instanceof Publish publish && shard.gate().limitsPublishing()) {
                    shard.gate().charge(this, publish);
                }
            }
        } catch (WireException error) {
            shard.counters().count(Counters.Event.FAULTS);
            if (error.version() != null) {
                channel.speaks(error.version());
            }
            connection.peerErred();
            channel.malformed(error);
        } finally {
            steps.add(here);
        }
    }

    private boolean resting() {
        return fullLanes > 0
                || awaited > 0
                || tooFast()
                || channel.resting()
                || leavesAnswersUnread()
                || restsForJournal();
    }

    /// Whether the disk is so far behind that nobody is read who could add to it.
    private boolean restsForJournal() {
        if (shard.safety().hasRoom()) {
            return false;
        }
        if (!restsForJournal) {
            restsForJournal = true;
            shard.safety().whenRoom(() -> {
                restsForJournal = false;
                shard.links().revive(this);
            });
        }
        return true;
    }

    private boolean tooFast() {
        return meter != null && meter.paused();
    }

    /// Who sends and never reads would have us keep all our answers to it.
    private boolean leavesAnswersUnread() {
        return unreadAnswerBytes >= UNREAD_ANSWERS_BYTES;
    }

    /// Whether its silence means nothing, since we don't listen. One that leaves our answers unread has to read some.
    private boolean excused() {
        if (fullLanes > 0 || awaited > 0 || tooFast() || restsForJournal || channel.resting()) {
            return true;
        }
        int before = unsentBytes;
        unsentBytes = connection.pendingBytes();
        return leavesAnswersUnread() && unsentBytes < before;
    }

    private void read(boolean on) {
        if (reading != on && !closed && !channel.isClosed()) {
            reading = on;
            connection.reading(on);
        }
    }

    @Override
    public void onSent() {
        shard.enter();
        holdOutput();
        goOnWriting();
    }

    /// Who was held back for want of memory, is told when half of what it may leave unread is taken.
    private void goOnWriting() {
        if (heldBack && connection.pendingBytes() <= Unsent.FREE_BYTES / 2 && !channel.isClosed()) {
            onWritable();
        }
    }

    @Override
    public void onWritable() {
        shard.enter();
        holdOutput();
        heldBack = false;
        unreadAnswerBytes = 0;
        if (!reading) {
            shard.links().revive(this);
        }
        try {
            channel.onWritable();
        } catch (Throwable bug) {
            shard.bug(channel, bug);
        }
    }

    @Override
    public void onClosed(Throwable cause) {
        shard.enter();
        closed = true;
        decoder.forget();
        hold(0);
        letGoOutput();
        try {
            channel.lost();
        } catch (Throwable bug) {
            shard.bug(channel, bug);
        }
        shard.incidents().disconnected(channel);
        shard.gate().gone(this);
        shard.remove(this);
    }

    @Override
    public void fire(long nowMillis) {
        try {
            if (excused()) {
                channel.heard(nowMillis);
            }
            channel.onTimeout(nowMillis);
        } catch (Throwable bug) {
            shard.bug(channel, bug);
        }
        retime();
    }

    /// Sets the timer by what the channel waits for. While packets come it isn't touched: it fires too early then, and
    /// is set again.
    void retime() {
        long deadlineMillis = channel.deadlineMillis();
        if (deadlineMillis == Long.MAX_VALUE || closed) {
            shard.timers().cancel(this);
        } else {
            shard.timers().schedule(this, deadlineMillis);
        }
    }

    @Override
    public boolean send(Packet packet) {
        MqttVersion version = channel.version() == null ? MqttVersion.V3_1_1 : channel.version();
        var scratch = shard.scratch();
        scratch.reset();
        Encoder.encode(packet, version, scratch);
        if (scratch.size() > channel.maximumPacketBytes()) {
            Packet shorter = Bare.of(packet);
            if (shorter == null) {
                return tooLarge(packet);
            }
            scratch.reset();
            Encoder.encode(shorter, version, scratch);
            if (scratch.size() > channel.maximumPacketBytes()) {
                return tooLarge(packet);
            }
        }
        answer(scratch.array(), scratch.size());
        return true;
    }

    /// A packet is more than the client takes, which waits for some of them and would do so for ever.
    private boolean tooLarge(Packet packet) {
        if (packet instanceof SubAck || packet instanceof UnsubAck || packet instanceof Auth) {
            channel.fail(ReasonCode.PACKET_TOO_LARGE, "an answer is larger than the client's Maximum Packet Size");
        }
        return false;
    }

    @Override
    public void ack(int header, int packetId, ReasonCode reason) {
        byte[] frame = shard.ackFrame();
        boolean plain = reason == ReasonCode.SUCCESS || !channel.version().acknowledgesWithReason();
        frame[0] = (byte) header;
        frame[1] = (byte) (plain ? 2 : 3);
        frame[2] = (byte) (packetId >> 8);
        frame[3] = (byte) packetId;
        frame[4] = (byte) reason.value();
        answer(frame, plain ? 4 : 5);
        if (!reading) {
            shard.links().revive(this); // It may have waited for room in its ring of replies.
        }
    }

    private void answer(byte[] frame, int length) {
        write(frame, 0, length);
        if (!writable()) {
            boolean before = leavesAnswersUnread();
            unreadAnswerBytes += length;
            if (!before && leavesAnswersUnread()) {
                unsentBytes = connection.pendingBytes();
            }
        }
    }

    @Override
    public void write(byte[] frame, int offset, int length) {
        boolean grown = connection.write(frame, offset, length);
        if (frame[offset] != lastHeader) {
            count();
            lastHeader = frame[offset];
        }
        uncounted++;
        unflushedBytes += length;
        if (unflushedBytes >= FLUSH_BYTES) {
            flush();
        } else if (grown) {
            holdOutput();
        }
        shard.links().dirty(this);
    }

    private void count() {
        if (uncounted > 0) {
            shard.counters().traffic().sent(lastHeader, uncounted);
            uncounted = 0;
        }
    }

    /// Sends what was written: when the turn ends, or when it has become much.
    void flush() {
        count();
        shard.counters().traffic().sentBytes(unflushedBytes);
        unflushedBytes = 0;
        connection.flush();
        holdOutput();
        if (heldBack) {
            shard.loop().execute(this::goOnWriting); // Not from here, where others are flushed.
        }
    }

    /// The less memory is left, the less may be unread before messages wait, or at QoS 0 are dropped.
    @Override
    public boolean writable() {
        int pendingBytes = connection.pendingBytes();
        if (pendingBytes <= Unsent.FREE_BYTES) {
            return true;
        }
        boolean may = pendingBytes < Math.min(Connection.HIGH_WATER_BYTES, shard.memory().roomBytes(true));
        heldBack |= !may;
        return may;
    }

    @Override
    public void close() {
        shard.timers().cancel(this);
        decoder.forget();
        if (!closed) {
            hold(OBJECTS_BYTES);
            packetBytes = 0;
            connection.close();
        }
    }
}
