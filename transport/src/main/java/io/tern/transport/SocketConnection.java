package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.api.Loop;
import io.tern.transport.Deadlines.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One socket as a [Connection], and the last handler in its Netty pipeline: the only one, unless there is TLS.
///
/// A life: OPENING until the peer has shown that it speaks our language, OPEN, and then an end in two steps. DRAINING:
/// what was appended goes out, reading is off; five seconds at most. LINGERING: the handler has been told, our side is
/// shut, and what the peer still sends is read and thrown away until it hangs up, for closing a socket with bytes
/// unread resets it, and the peer would lose our last words. MOVING is between two loops: nothing is read or written.
abstract class SocketConnection extends ChannelInboundHandlerAdapter implements Connection {

    enum State { OPENING, OPEN, MOVING, DRAINING, LINGERING, CLOSED }

    /// From the wish to close until the socket is closed at the latest.
    static final long CLOSE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final int LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;

    private final DuplexChannel channel;
    private final Door door;
    private final Passage passage;
    private final Wire wire;
    private final Output output;
    private final Held held = new Held();

    private ConnectionInfo info;
    private NettyLoop loop;
    private State state = State.OPENING;
    private ConnectionHandler handler;
    private boolean reading = true;
    private boolean aboveHighWater;
    private boolean peerEnded;
    private boolean told;
    private boolean passed;
    private boolean tooSlow;
    private Throwable cause;
    private Deadline deadline;

    SocketConnection(DuplexChannel channel, NettyLoop loop, ConnectionInfo info, Door door, Passage passage,
            boolean framed) {
        this.channel = channel;
        this.wire = new Wire(channel);
        this.loop = loop;
        this.info = info;
        this.door = door;
        this.passage = passage;
        this.output = new Output(wire, framed, this::outputProgressed);
    }

    // What the two kinds of connection differ in.

    /// The socket is connected; calls [#opened] once the peer speaks MQTT. On the loop's thread.
    abstract void connected();

    /// Takes bytes as they came from the network and calls [#deliver] with those that are MQTT's. Stops early, and only
    /// then leaves bytes over, when [#isMoving].
    ///
    /// @return bytes taken
    abstract int input(byte[] src, int offset, int length);

    /// What to send last, behind everything else; empty if nothing.
    abstract byte[] lastWords();

    /// The network takes bytes again.
    abstract void writable();

    /// The socket is closed.
    abstract void released();

    // Connection.

    @Override
    public ConnectionInfo info() {
        return info;
    }

    @Override
    public NettyLoop loop() {
        return loop;
    }

    @Override
    public void write(byte[] src, int offset, int length) {
        assert loop.inLoop() : this;
        if (state == State.OPEN && length > 0) {
            output.append(src, offset, length);
            aboveHighWater |= output.pendingBytes() >= HIGH_WATER_BYTES;
        }
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
    public void reading(boolean on) {
        assert loop.inLoop() : this;
        if (state != State.OPEN || reading == on) {
            return;
        }
        reading = on;
        if (on && !held.isEmpty()) {
            loop.execute(this::replay); // Not from within the caller, who may not be ready for bytes.
        } else {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public boolean isOpen() {
        assert loop.inLoop() : this;
        return state == State.OPEN && channel.isActive();
    }

    @Override
    public void close() {
        assert loop.inLoop() : this;
        finish(null);
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        assert loop.inLoop() : this;
        NettyLoop next = (NettyLoop) target;
        reading = false;
        if (state == State.OPEN) {
            state = State.MOVING;
            channel.config().setAutoRead(false);
            // Netty deregisters in a task of its own, after those queued here before and after the read under way.
            channel.deregister().addListener(left -> register(next, arrived));
        } else {
            boolean owed = !told;
            told = true;
            unlimit();
            wire.close();
            next.execute(() -> arriveClosed(next, arrived, owed));
        }
    }

    // For the kinds.

    boolean isMoving() {
        return state == State.MOVING;
    }

    boolean isOpening() {
        return state == State.OPENING;
    }

    boolean takesInput() {
        return state == State.OPENING || state == State.OPEN;
    }

    boolean hasPeerEnded() {
        return peerEnded;
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
        unlimit();
        deadline = loop.after(millis, () -> {
            deadline = null;
            tooSlow = state == State.OPENING;
            wire.close();
        });
    }

    boolean isLimited() {
        return deadline != null;
    }

    boolean isTooSlow() {
        return tooSlow;
    }

    void unlimit() {
        if (deadline != null) {
            loop.cancel(deadline);
            deadline = null;
        }
    }

    /// Gives back what it holds; for one that never came to its loop.
    void discard() {
        state = State.CLOSED;
        released();
        pass();
    }

    /// Says once that it is no longer on its way to the door.
    private void pass() {
        if (!passed) {
            passed = true;
            passage.over(state == State.OPEN, tooSlow);
        }
    }

    /// Brings the connection to the door.
    void opened() {
        unlimit();
        state = State.OPEN;
        pass();
        try {
            handler = door.accept(this);
        } catch (RuntimeException | Error bug) {
            fail(bug);
            return;
        }
        if (handler == null) {
            finish(null);
        }
    }

    /// Hands bytes to the handler.
    void deliver(byte[] src, int offset, int length) {
        try {
            handler.onBytes(src, offset, length);
        } catch (RuntimeException | Error bug) {
            fail(bug);
        }
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
        held.take();
        channel.config().setAutoRead(false);
        limit(CLOSE_MILLIS);
        if (last.length > 0) {
            output.last(last);
        } else {
            output.flush();
        }
        loop.execute(this::drainedIfSo); // The handler hears of it later, never from within close().
    }

    // Netty's events.

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
        if (!peerEnded && (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS)) {
            peerEnded = true;
            switch (state) {
                case OPENING, LINGERING -> wire.close();
                case OPEN -> finish(null);
                case MOVING, DRAINING, CLOSED -> { } // Looked at when that is over.
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (thrown == SharedReads.NOT_NOW) {
            return;
        }
        if (cause == null && (takesInput() || isMoving())) {
            cause = thrown;
        }
        if (channel.isOpen()) {
            wire.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        // While it moves, the arrival finds out, on the thread that then owns this.
        if (state != State.MOVING && state != State.CLOSED) {
            ended();
        }
    }

    // Input.

    private void take(byte[] src, int offset, int length) {
        int taken = takesInput() ? input(src, offset, length) : 0;
        if (state == State.MOVING && taken < length) {
            held.add(src, offset + taken, length - taken);
        }
    }

    private void replay() {
        if (state != State.OPEN || !reading) {
            return;
        }
        byte[] bytes = held.take();
        if (bytes != null) {
            take(bytes, 0, bytes.length);
        }
        if (state == State.OPEN && reading) {
            channel.config().setAutoRead(true);
        }
    }

    // Output.

    private void outputProgressed() {
        if (state == State.OPEN) {
            if (aboveHighWater && output.pendingBytes() < LOW_WATER_BYTES) {
                loop.execute(this::tellWritable); // Not from within flush().
            }
            writable();
        } else if (state == State.DRAINING) {
            loop.execute(this::drainedIfSo);
        }
    }

    private void tellWritable() {
        if (state == State.OPEN && aboveHighWater && output.pendingBytes() < LOW_WATER_BYTES) {
            aboveHighWater = false;
            try {
                handler.onWritable();
            } catch (RuntimeException | Error bug) {
                fail(bug);
            }
        }
    }

    // The end.

    private void drainedIfSo() {
        if (state != State.DRAINING || output.pendingBytes() > 0) {
            return;
        }
        wire.sayGoodbye();
        if (peerEnded || !channel.isActive()) {
            wire.close();
            return;
        }
        state = State.LINGERING;
        tell();
        wire.shutOutput();
        channel.config().setAutoRead(true);
    }

    private void fail(Throwable bug) {
        LOG.error("closing {}: its handler failed", this, bug);
        if (takesInput()) {
            cause = bug;
            state = State.DRAINING; // It must not be called again but for the end.
        } else if (isMoving()) {
            cause = bug;
        }
        wire.close();
    }

    private void ended() {
        state = State.CLOSED;
        unlimit();
        held.take();
        output.release();
        released();
        pass();
        tell();
    }

    private void tell() {
        if (!told) {
            told = true;
            tellClosed();
        }
    }

    private void tellClosed() {
        if (handler != null) {
            try {
                handler.onClosed(cause);
            } catch (RuntimeException | Error bug) {
                LOG.error("{}: its handler failed at the end", this, bug);
            }
        }
    }

    // Moving.

    /// On the thread left behind, with nothing of this connection left to run there.
    private void register(NettyLoop next, Runnable arrived) {
        if (channel.isOpen()) {
            next.thread().register(channel).addListener(done -> {
                Throwable refusal = done.cause();
                next.execute(() -> arrive(next, arrived, refusal));
            });
        } else {
            next.execute(() -> arrive(next, arrived, null));
        }
    }

    private void arrive(NettyLoop next, Runnable arrived, Throwable refusal) {
        loop = next;
        if (refusal == null && channel.isRegistered() && channel.isActive()) {
            state = State.OPEN;
            output.resume();
            run(arrived);
            if (peerEnded) {
                finish(null);
            } else {
                outputProgressed();
            }
            return;
        }
        state = State.CLOSED;
        if (cause == null) {
            cause = refusal;
        }
        if (channel.isOpen()) {
            channel.unsafe().close(channel.voidPromise()); // Registered nowhere: no loop would do it.
            wire.leaveTls();
        }
        run(arrived);
        ended();
    }

    private void arriveClosed(NettyLoop next, Runnable arrived, boolean owed) {
        loop = next;
        run(arrived);
        if (owed) {
            tellClosed();
        }
    }

    private void run(Runnable arrived) {
        try {
            arrived.run();
        } catch (RuntimeException | Error bug) {
            fail(bug);
        }
    }

    @Override
    public String toString() {
        return info.transport() + " connection of " + info.remote() + " at " + info.listener();
    }
}
