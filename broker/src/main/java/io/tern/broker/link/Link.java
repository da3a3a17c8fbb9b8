package io.tern.broker.link;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.broker.time.Steps;
import io.tern.broker.time.Timer;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.wire.Packet;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.WireException;

/// One connection on its shard: bytes go through the decoder into the channel; what comes back leaves by its [Output].
/// Its timer watches for CONNECT, then for the keep-alive. For the shard's thread.
///
/// It rests, which means that it parses nothing, while something is in the way: a full lane, a decision that is
/// awaited, a disk or a client that is behind.
public final class Link extends Timer implements ConnectionHandler {

    /// What a connection takes, here and in the transport, without what is under way.
    private static final int OBJECTS_BYTES = 4096;

    private final Connection connection;
    private final Decoder decoder;
    private final Channel channel;
    private final Output output;
    private Links links;
    /// Place in the shard's list of links.
    int place;
    /// Whether it is in the shard's list of those to go on parsing.
    boolean revived;
    /// Who its client has said it is, if it may have to say so anew; else null.
    private ClientInfo claimed;
    /// Hand-over lanes that were full when it fed them; it parses nothing until there are none.
    private int fullLanes;
    /// Whether it waits for the journal, which has too much to write; it parses nothing until it hasn't.
    private boolean restsForJournal;
    /// Decisions about its client that are awaited; it parses nothing until there are none.
    private int awaited;
    /// Who was let in here, if it counts as his connection.
    private ClientInfo entered;
    /// Whether it has ended, for those on other threads who work for it.
    private volatile boolean gone;
    /// Measures what its client publishes; null if it isn't limited.
    Throttle.Meter meter;
    /// What its client was denied; null if that was nothing yet.
    private Denials denials;
    private boolean reading = true;
    private boolean closed;
    private long heldBytes;
    /// What a packet takes that waits to be decided or answered: its CONNECT, or a long request.
    private long packetBytes;

    Link(Links links, Connection connection) {
        this.links = links;
        this.connection = connection;
        this.decoder = new Decoder(Decoder.Receiver.SERVER, links.packetBytes);
        this.output = new Output(this, connection, links);
        this.channel = new Channel(links.hosts.apply(this), connection.info(), output);
        hold(OBJECTS_BYTES);
    }

    private void hold(long bytes) {
        links.memory.add(bytes - heldBytes);
        heldBytes = bytes;
    }

    /// Keeps what is unread for later, unless all clients together have too much of that kind.
    private void holdUnread() {
        decoder.hold();
        int unreadBytes = decoder.heldBytes();
        if (closed || OBJECTS_BYTES + packetBytes + unreadBytes == heldBytes) {
            return;
        }
        hold(OBJECTS_BYTES + packetBytes + unreadBytes);
        if (unreadBytes > OBJECTS_BYTES && unreadBytes > links.memory.roomBytes(true)) {
            channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for incomplete packets");
        }
    }

    /// Counts a packet until it is decided or answered. A small one is always looked at: it may be the CONNECT of
    /// somebody who is known.
    ///
    /// @param bytes what it takes
    /// @return false if there is no room for it
    public boolean holdPacket(long bytes) {
        hold(heldBytes + bytes - packetBytes);
        packetBytes = bytes;
        return bytes <= OBJECTS_BYTES || bytes <= links.memory.roomBytes(true);
    }

    /// The packet that was counted is decided or answered.
    public void letGoPacket() {
        if (!closed && !channel.isClosed()) {
            hold(heldBytes - packetBytes);
            packetBytes = 0;
        }
    }

    /// What it is to the engine.
    ///
    /// @return the same all the time
    public Channel channel() {
        return channel;
    }

    /// What it is to the transport.
    ///
    /// @return the same all the time
    public Connection connection() {
        return connection;
    }

    /// Whether it has ended. From any thread.
    ///
    /// @return true for good
    public boolean isGone() {
        return gone;
    }

    /// Says who its client claims to be, since it may have to show that anew.
    ///
    /// @param client as it was in CONNECT
    public void claims(ClientInfo client) {
        claimed = client;
    }

    /// Who its client has said it is, if it may have to say so anew.
    ///
    /// @return null if not
    public ClientInfo claimed() {
        return claimed;
    }

    /// Says who was let in here, since it counts as his connection.
    ///
    /// @param client who
    public void entered(ClientInfo client) {
        entered = client;
    }

    /// Who was let in here.
    ///
    /// @return null if nobody was, or if it doesn't count
    public ClientInfo entered() {
        return entered;
    }

    /// Its client was denied something by the rules.
    ///
    /// @param access what
    public void denied(Access access) {
        denials = denials == null ? new Denials(links.events) : denials;
        denials.add(channel.client(), access, links.thread.nowMillis());
    }

    /// Whether a message of its client comes too fast and is to be refused for that. If not, it has been measured.
    ///
    /// @param publish the message
    /// @return false also where those who are too fast are read more slowly instead
    public boolean refusesAsTooFast(Publish publish) {
        return links.throttle.refuses(this, publish);
    }

    /// It rests until [#laneHasRoom]: it has fed a hand-over lane that was full.
    public void laneIsFull() {
        fullLanes++;
    }

    /// One of the lanes for which it rested has room.
    public void laneHasRoom() {
        fullLanes--;
        revive();
    }

    /// It rests until [#decided]: something about its client has to be decided first.
    public void awaitsDecision() {
        awaited++;
    }

    /// Something for which it rested is decided. It goes on when it is [revived][#revive].
    public void decided() {
        awaited--;
    }

    /// What it rested for may be over: it will look in this turn, or in the next.
    public void revive() {
        links.revive(this);
    }

    /// Its client was answered: it may have rested until there is room in its ring of replies.
    void reviveIfResting() {
        if (!reading) {
            links.revive(this);
        }
    }

    /// It lives on another shard now.
    void moved(Links newLinks) {
        links = newLinks;
        output.moved(newLinks);
        reading = false; // A connection arrives with reading off.
        channel.moved(newLinks.hosts.apply(this));
    }

    @Override
    public void onBytes(byte[] src, int offset, int length) {
        links.thread.enter();
        if (channel.isClosed()) {
            return; // They were on their way when it was closed.
        }
        channel.heard(links.thread.nowMillis());
        links.traffic.receivedBytes(length);
        decoder.feed(src, offset, length);
        parse();
        holdUnread();
    }

    /// Goes on with what is held, if nothing is in the way any more.
    void goOn() {
        channel.heard(links.thread.nowMillis());
        parse();
        holdUnread();
    }

    private void parse() {
        Steps steps = links.steps;
        int before = steps.done();
        int end = steps.shareEnd();
        try {
            packets(end);
        } catch (Throwable bug) {
            links.thread.bug(channel, bug);
        }
        steps.took(steps.done() - before);
        boolean cut = steps.done() >= end;
        read(!cut && !resting());
        if (cut) {
            links.revive(this);
        }
    }

    /// @param end after so many steps others have their turn
    private void packets(int end) {
        Steps steps = links.steps;
        int here = 0;
        try {
            while (steps.done() + here < end && !resting() && !channel.isClosed()) {
                Packet packet = decoder.next();
                if (packet == null) {
                    break;
                }
                here += Steps.PACKET;
                links.traffic.received(packet);
                channel.on(packet);
                if (packet instanceof Publish publish && links.throttle.limitsPublishing()) {
                    links.throttle.charge(this, publish);
                }
            }
        } catch (WireException error) {
            links.counters.count(Counters.Event.FAULTS);
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
                || output.isLeftUnread()
                || restsForJournal();
    }

    /// Whether the disk is so far behind that nobody is read who could add to it.
    private boolean restsForJournal() {
        if (links.safety.hasRoom()) {
            return false;
        }
        if (!restsForJournal) {
            restsForJournal = true;
            links.safety.whenRoom(() -> {
                restsForJournal = false;
                revive();
            });
        }
        return true;
    }

    private boolean tooFast() {
        return meter != null && meter.paused();
    }

    /// Whether its silence means nothing, since we don't listen. One that leaves our answers unread has to read some.
    private boolean excused() {
        if (fullLanes > 0 || awaited > 0 || tooFast() || restsForJournal || channel.resting()) {
            return true;
        }
        return output.isReadSlowly();
    }

    private void read(boolean on) {
        if (reading != on && !closed && !channel.isClosed()) {
            reading = on;
            connection.reading(on);
        }
    }

    @Override
    public void onSent() {
        links.thread.enter();
        output.sent();
    }

    @Override
    public void onWritable() {
        links.thread.enter();
        output.hasRoom();
        reviveIfResting();
        try {
            channel.onWritable();
        } catch (Throwable bug) {
            links.thread.bug(channel, bug);
        }
    }

    @Override
    public void onClosed(Throwable cause) {
        links.thread.enter();
        closed = true;
        decoder.forget();
        hold(0);
        output.end();
        try {
            channel.lost();
        } catch (Throwable bug) {
            links.thread.bug(channel, bug);
        }
        gone = true;
        if (denials != null) {
            denials.end(channel.client());
        }
        if (meter != null) {
            meter.end();
        }
        links.closed(this);
    }

    @Override
    public void fire(long nowMillis) {
        try {
            if (excused()) {
                channel.heard(nowMillis);
            }
            channel.onTimeout(nowMillis);
        } catch (Throwable bug) {
            links.thread.bug(channel, bug);
        }
        retime();
    }

    /// Sets the timer by what the channel waits for. While packets come it isn't touched: it fires too early then, and
    /// is set again.
    public void retime() {
        long deadlineMillis = channel.deadlineMillis();
        if (deadlineMillis == Long.MAX_VALUE || closed) {
            links.thread.timers().cancel(this);
        } else {
            links.thread.timers().schedule(this, deadlineMillis);
        }
    }

    /// The channel is at its end.
    void close() {
        links.thread.timers().cancel(this);
        decoder.forget();
        if (!closed) {
            hold(OBJECTS_BYTES);
            packetBytes = 0;
            connection.close();
        }
    }
}
