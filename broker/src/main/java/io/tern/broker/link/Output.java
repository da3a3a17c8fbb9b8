package io.tern.broker.link;

import io.tern.api.Connection;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.engine.outbound.Outlet;
import io.tern.wire.Auth;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.UnsubAck;
import io.tern.wire.codec.ByteWriter;

/// What leaves by one connection: it is copied into the connection's output buffer, counted, flushed once a turn, and
/// charged for as long as the client doesn't read it. For the thread of the link's shard.
final class Output implements Outlet {

    /// So many bytes are sent without waiting for the end of the turn.
    private static final int FLUSH_BYTES = 64 * 1024;

    /// So many bytes of answers are kept for a client whose output buffer is full; then it is heard no more until it
    /// reads.
    private static final int UNREAD_ANSWERS_BYTES = 64 * 1024;

    private final Link link;
    private final Connection connection;
    private Links links;
    /// Whether it is in the shard's list of those to be flushed.
    boolean dirty;
    private boolean ended;
    private boolean shed;
    private int unflushedBytes;
    /// First byte of the packet written last, and how many such packets in a row are not counted yet.
    private byte lastHeader;
    private int uncounted;
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

    Output(Link link, Connection connection, Links links) {
        this.link = link;
        this.connection = connection;
        this.links = links;
    }

    Link link() {
        return link;
    }

    private Channel channel() {
        return link.channel();
    }

    /// The link lives on another shard now.
    void moved(Links newLinks) {
        links = newLinks;
    }

    @Override
    public boolean send(Packet packet) {
        Channel channel = channel();
        MqttVersion version = channel.version() == null ? MqttVersion.V3_1_1 : channel.version();
        ByteWriter encoded = links.answers.encode(packet, version, channel.maximumPacketBytes());
        if (encoded != null) {
            answer(encoded.array(), encoded.size());
        } else if (packet instanceof SubAck || packet instanceof UnsubAck || packet instanceof Auth) {
            // It waits for these, and would do so for ever.
            channel.fail(ReasonCode.PACKET_TOO_LARGE, "an answer is larger than the client's Maximum Packet Size");
        }
        return encoded != null;
    }

    @Override
    public void ack(int header, int packetId, ReasonCode reason) {
        boolean plain = reason == ReasonCode.SUCCESS || !channel().version().acknowledgesWithReason();
        answer(links.answers.ack(header, packetId, reason, plain), plain ? 4 : 5);
        link.reviveIfResting();
    }

    private void answer(byte[] frame, int length) {
        write(frame, 0, length);
        if (!writable()) {
            boolean before = isLeftUnread();
            unreadAnswerBytes += length;
            if (!before && isLeftUnread()) {
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
            hold();
        }
        links.dirty(this);
    }

    private void count() {
        if (uncounted > 0) {
            links.traffic.sent(lastHeader, uncounted);
            uncounted = 0;
        }
    }

    /// Sends what was written: when the turn ends, or when it has become much.
    void flush() {
        count();
        links.traffic.sentBytes(unflushedBytes);
        unflushedBytes = 0;
        connection.flush();
        hold();
        if (heldBack) {
            links.thread.loop().execute(this::goOn); // Not from here, where others are flushed.
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

    /// The less memory is left, the less may be unread before messages wait, or at QoS 0 are dropped.
    @Override
    public boolean writable() {
        int pendingBytes = connection.pendingBytes();
        if (pendingBytes <= Unsent.FREE_BYTES) {
            return true;
        }
        boolean may = pendingBytes < Math.min(Connection.HIGH_WATER_BYTES, links.memory.roomBytes(true));
        heldBack |= !may;
        return may;
    }

    /// The transport has sent some.
    void sent() {
        hold();
        goOn();
    }

    /// Who was held back for want of memory, is told when half of what it may leave unread is taken.
    private void goOn() {
        if (heldBack && connection.pendingBytes() <= Unsent.FREE_BYTES / 2 && !channel().isClosed()) {
            link.onWritable();
        }
    }

    /// There is room again in the output buffer.
    void hasRoom() {
        hold();
        heldBack = false;
        unreadAnswerBytes = 0;
    }

    /// Whether the client leaves answers unread: who sends and never reads would have us keep all our answers to it.
    boolean isLeftUnread() {
        return unreadAnswerBytes >= UNREAD_ANSWERS_BYTES;
    }

    /// Whether the client leaves answers unread, but has read some since that was asked last.
    boolean isReadSlowly() {
        int before = unsentBytes;
        unsentBytes = connection.pendingBytes();
        return isLeftUnread() && unsentBytes < before;
    }

    /// Counts what the output buffer takes. When all clients together hold what they may, whoever leaves most unread
    /// makes room.
    private void hold() {
        int bytes = connection.outputBytes();
        if (bytes == outputBytes || ended || shed) {
            return;
        }
        boolean grows = bytes > outputBytes;
        links.memory.add(bytes - outputBytes);
        outputBytes = bytes;
        if (bytes > Unsent.FREE_BYTES || unsentPlace != null) {
            unsentPlace = unsentPlace == null ? new Unsent.Place(this) : unsentPlace;
            links.unsent.put(unsentPlace, bytes, !grows);
        }
        if (grows && links.memory.roomBytes(true) == 0) {
            links.unsent.shed();
        }
    }

    private void letGo() {
        links.memory.add(-outputBytes);
        outputBytes = 0;
        if (unsentPlace != null) {
            links.unsent.put(unsentPlace, 0, true);
        }
    }

    /// It has to make room: the output buffer goes at once, in the midst of whatever is being done.
    void shed() {
        shed = true;
        letGo();
        connection.abort();
    }

    /// The turn is over in which it was shed.
    void wasShed() {
        links.counters.count(Counters.Event.SHED);
        Channel channel = channel();
        links.thread.guarded(channel, () ->
                channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for what this client doesn't read"));
    }

    /// The connection has ended.
    void end() {
        ended = true;
        letGo();
    }

    @Override
    public void close() {
        link.close();
    }
}
