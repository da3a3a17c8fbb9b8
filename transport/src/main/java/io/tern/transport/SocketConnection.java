package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.tern.api.Connection;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.api.Loop;
import io.tern.api.LostProcess;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One socket as a [Connection], and the last handler in its Netty pipeline: the only one, unless there is TLS.
///
/// A life: OPENING until the peer has shown that it speaks our language, OPEN, and then an end in two steps. DRAINING:
/// what was appended goes out, reading is off; five seconds at most. LINGERING: the handler has been told, our side is
/// shut, and what the peer still sends is read and thrown away until it hangs up, for closing a socket with bytes
/// unread resets it, and the peer would lose our last words. MOVING is between two loops: nothing is read or written.
///
/// The end of what the peer says is an item in the stream: a socket's end, a goodbye of TLS or of WebSocket, a reset.
/// It counts when the handler has taken all that came before it, which one that has switched reading off has not. Bytes
/// that can't be sent any more say nothing about those received before.
abstract class SocketConnection extends ChannelInboundHandlerAdapter implements Connection, Output.Listener {

    enum State { OPENING, OPEN, MOVING, DRAINING, LINGERING, CLOSED }

    /// From the wish to close until the socket is closed at the latest.
    static final long CLOSE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);

    private final DuplexChannel channel;
    private final Wire wire;
    private final Output output;
    private final Handling handling = new Handling(this);
    private final Limit limit;

    /// Its way to the door; null once it is there, or over.
    private Approach approach;
    private ConnectionInfo info;
    private NettyLoop loop;
    /// What has come and couldn't be taken yet; null if that is nothing.
    private Held held;
    private State state = State.OPENING;
    private boolean reading = true;
    /// Whether the socket gives no more bytes.
    private boolean socketEnded;
    private Throwable cause;

    SocketConnection(DuplexChannel channel, NettyLoop loop, ConnectionInfo info, Approach approach,
            ListenerOptions options) {
        this.channel = channel;
        this.wire = new Wire(channel);
        this.limit = new Limit(wire);
        this.loop = loop;
        this.info = info;
        this.approach = approach;
        this.output = new Output(wire, options.packing(), this);
    }

    /// The socket is connected; calls [#opened] once the peer speaks MQTT. On the loop's thread.
    abstract void connected();

    /// Takes bytes as they came from the network and calls [#deliver] with those that are MQTT's. Stops early, and only
    /// then leaves bytes over, when it has begun to move.
    ///
    /// @return bytes taken
    abstract int input(byte[] src, int offset, int length);

    /// What to send last, behind everything else; empty if nothing.
    abstract byte[] lastWords();

    /// The network takes bytes again.
    abstract void writable();

    /// The socket is closed.
    abstract void released();

    @Override
    public ConnectionInfo info() {
        return info;
    }

    @Override
    public NettyLoop loop() {
        return loop;
    }

    @Override
    public boolean write(byte[] src, int offset, int length) {
        assert loop.inLoop() : this;
        int before = output.capacityBytes();
        if (state == State.OPEN && length > 0) {
            output.append(src, offset, length);
            handling.appended();
        }
        return output.capacityBytes() != before;
    }

    @Override
    public void flush() {
        assert loop.inLoop() : this;
        if (state == State.OPEN) {
            output.flush();
        }
    }

    @Override
    public int pendingBytes() {
        assert loop.inLoop() : this;
        return output.pendingBytes();
    }

    @Override
    public int outputBytes() {
        assert loop.inLoop() : this;
        return output.capacityBytes();
    }

    @Override
    public void reading(boolean on) {
        assert loop.inLoop() : this;
        if (state != State.OPEN || reading == on) {
            return;
        }
        reading = on;
        if (on && held != null) {
            loop.execute(this::replay); // Not from within the caller, who may not be ready for bytes.
        } else {
            channel.config().setAutoRead(on);
        }
        limitListening();
    }

    @Override
    public boolean isOpen() {
        return isHeard() && !output.isAbandoned();
    }

    @Override
    public boolean isHeard() {
        assert loop.inLoop() : this;
        return state == State.OPEN && channel.isActive();
    }

    @Override
    public void close() {
        assert loop.inLoop() : this;
        finish(null);
    }

    @Override
    public void abort() {
        assert loop.inLoop() : this;
        output.abandon(null);
        wire.close();
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        assert loop.inLoop() : this;
        NettyLoop next = (NettyLoop) target;
        reading = false;
        if (state == State.OPEN) {
            state = State.MOVING;
            limit.clear();
            channel.config().setAutoRead(false);
            // Netty deregisters in a task of its own, after those queued here before and after the read under way.
            channel.deregister().addListener(left -> {
                if (!next.adopts(channel, refusal -> arrive(next, arrived, refusal))) {
                    wire.closeUnregistered(); // All loops end, the next one has before: nobody can be told.
                    discard();
                }
            });
        } else {
            boolean owed = handling.claimEnd();
            limit.clear();
            wire.close();
            next.execute(() -> {
                loop = next;
                handling.arrived(arrived);
                if (owed) {
                    handling.closed(cause);
                }
            });
        }
    }

    /// Whether its handler reads and writes here.
    boolean exchanges() {
        return state == State.OPEN;
    }

    boolean takesInput() {
        return state == State.OPENING || state == State.OPEN;
    }

    /// Whether the peer has come in, and hears us.
    boolean hasCompany() {
        return state != State.OPENING && !socketEnded;
    }

    Output output() {
        return output;
    }

    /// What is known before the door: where it comes from, and the handler of TLS, its handshake done, or null.
    void known(ConnectionInfo facts, SslHandler handler) {
        info = facts;
        if (handler != null) {
            wire.secured(handler);
        }
    }

    /// Sets the one deadline this connection has, after which it is closed without further ado.
    void limit(long millis) {
        limit.set(loop, millis);
    }

    Limit limit() {
        return limit;
    }

    /// Gives back what it holds; for one that never came to its loop.
    void discard() {
        state = State.CLOSED;
        output.release();
        released();
        pass();
    }

    /// Says once that it is no longer on its way to the door.
    private void pass() {
        if (approach != null) {
            approach.over(state == State.OPEN, limit.hasPassed());
            approach = null;
        }
    }

    /// Brings the connection to the door.
    void opened() {
        limit.clear();
        state = State.OPEN;
        Door door = approach;
        pass();
        if (!handling.begin(door)) {
            finish(null);
        }
    }

    /// Hands bytes to the handler.
    void deliver(byte[] src, int offset, int length) {
        handling.bytes(src, offset, length);
    }

    /// The end of the stream has come, behind the bytes delivered so far.
    ///
    /// @param why null if in the ordinary way
    void inputEnds(Throwable why) {
        held().end(why);
        endIfHeard();
    }

    /// Begins the end: sends what there is to send, tells the handler, and closes.
    ///
    /// @param why null if in the ordinary way
    void finish(Throwable why) {
        if (!takesInput()) {
            return;
        }
        if (cause == null) {
            cause = why;
        }
        byte[] last = lastWords();
        state = State.DRAINING;
        held = null;
        channel.config().setAutoRead(false);
        limit(CLOSE_MILLIS);
        if (last.length > 0) {
            output.last(last);
        } else {
            output.flush();
        }
        loop.execute(this::drainedIfSo); // The handler hears of it later, never from within close().
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connected();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        byte[] bytes = loop.readBytes();
        try {
            while (buffer.isReadable()) { // What comes out of several TLS records may be more than one read.
                int length = Math.min(buffer.readableBytes(), bytes.length);
                buffer.readBytes(bytes, 0, length);
                take(bytes, 0, length);
            }
        } finally {
            buffer.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
            socketEnds(null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        LostProcess.endIf(thrown);
        if (thrown == SharedReads.NOT_NOW) {
            return;
        }
        if (state == State.OPEN && Wire.isOfOutput(thrown)) {
            outputFails(thrown);
        } else if (state == State.OPEN || state == State.MOVING) {
            socketEnds(thrown);
        } else {
            if (cause == null && state == State.OPENING) {
                cause = thrown;
            }
            if (channel.isOpen()) {
                wire.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        // While it moves, the arrival finds out, on the thread that then owns this.
        if (state != State.MOVING && state != State.CLOSED) {
            ended();
        }
    }

    private void take(byte[] src, int offset, int length) {
        int taken = takesInput() ? input(src, offset, length) : 0;
        if (state == State.MOVING && taken < length) {
            held().add(src, offset + taken, length - taken);
        }
    }

    private Held held() {
        return held = held == null ? new Held() : held;
    }

    private void replay() {
        if (state != State.OPEN || !reading) {
            return;
        }
        byte[] bytes = held == null ? null : held.take();
        held = held == null || held.hasEnd() ? held : null;
        if (bytes != null) {
            take(bytes, 0, bytes.length);
        }
        endIfHeard();
        if (state == State.OPEN && reading) {
            channel.config().setAutoRead(true);
        }
    }

    private void socketEnds(Throwable why) {
        socketEnded = true;
        inputEnds(why);
        if (state == State.OPENING || state == State.LINGERING) {
            wire.close();
        }
    }

    /// Ends if the stream is at its end and the handler has taken all of it.
    private void endIfHeard() {
        if (state == State.OPEN && held != null && held.hasEnd()) {
            channel.config().setAutoRead(false);
            if (reading && held.isEmpty()) {
                finish(held.why() == null ? output.failure() : held.why());
            }
        }
    }

    @Override
    public void progressed() {
        if (state == State.OPEN) {
            handling.progressed();
            writable();
        } else if (state == State.DRAINING) {
            loop.execute(this::drainedIfSo);
        }
    }

    @Override
    public void takenLater() {
        handling.takenLater();
    }

    /// The network takes no more; what it brought before is still heard, up to the end of it.
    private void outputFails(Throwable thrown) {
        output.abandon(thrown);
        if (state == State.OPEN) {
            limitListening();
            progressed();
        }
    }

    /// Whoever can't be told anything is not listened to for long.
    private void limitListening() {
        if (output.isAbandoned() && reading) {
            limit(CLOSE_MILLIS);
        } else if (output.isAbandoned()) {
            limit.clear();
        }
    }

    private void drainedIfSo() {
        if (state != State.DRAINING || output.pendingBytes() > 0) {
            return;
        }
        wire.sayGoodbye();
        if (socketEnded || !channel.isActive()) {
            wire.close();
            return;
        }
        state = State.LINGERING;
        loop.lingering().begin(this);
        handling.end(cause);
        wire.shutOutput();
        channel.config().setAutoRead(true);
    }

    @Override
    public void broken(Throwable bug) {
        LOG.error("closing {}, which has met a mistake of ours", this, bug);
        if (takesInput()) {
            cause = bug;
            state = State.DRAINING; // It must not be called again but for the end.
        } else if (state == State.MOVING) {
            cause = bug;
        }
        wire.close();
    }

    private void ended() {
        if (state == State.LINGERING) {
            loop.lingering().end(this);
        }
        state = State.CLOSED;
        limit.clear();
        held = null;
        output.release();
        released();
        pass();
        handling.end(cause);
    }

    /// A handler of Netty's wants the socket closed, since it takes no more.
    ///
    /// @return false to let it
    boolean endsByItself() {
        if (state != State.OPEN && state != State.MOVING || wire.isClosing()) {
            return false;
        }
        outputFails(new ClosedChannelException());
        return true;
    }

    private void arrive(NettyLoop next, Runnable arrived, Throwable refusal) {
        loop = next;
        if (refusal == null && channel.isRegistered() && channel.isActive()) {
            state = State.OPEN;
            output.resume();
            handling.arrived(arrived);
            progressed();
            return;
        }
        state = State.CLOSED;
        if (cause == null) {
            cause = refusal;
        }
        wire.closeUnregistered();
        handling.arrived(arrived);
        ended();
    }

    @Override
    public String toString() {
        return info.transport() + " connection of " + info.remote() + " at " + info.listener();
    }
}
