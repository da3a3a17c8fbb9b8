package io.tern.broker;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Loop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/// A connection whose other end is a [PlainClient] of the same test.
final class MemoryConnection implements Connection {

    private static final ConnectionInfo INFO =
            new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("client", 1883));

    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> coming = new ArrayDeque<>();
    private Loop loop;
    private ConnectionHandler handler;
    private boolean reading = true;
    private boolean open = true;
    private boolean closing;
    private boolean moving;
    private boolean wasHigh;
    /// Whether its client reads nothing.
    private boolean stuck;
    private boolean told;
    private boolean broken;
    private Runnable whenWritten = () -> { };
    private boolean flushBroken;
    /// Whether anything was written after [#close].
    private boolean misused;

    MemoryConnection(Loop loop) {
        this.loop = loop;
    }

    void handler(ConnectionHandler newHandler) {
        handler = newHandler;
    }

    /// Bytes from the client are on their way.
    void fromClient(byte[] bytes) {
        coming.add(bytes);
        loop.execute(this::pump);
    }

    private void pump() {
        if (!loop.inLoop()) {
            loop.execute(this::pump);
            return;
        }
        while (open && !closing && reading && !moving && !coming.isEmpty()) {
            byte[] bytes = coming.poll();
            handler.onBytes(bytes, 0, bytes.length);
        }
    }

    /// What the client has got since it was asked last.
    byte[] toClient() {
        byte[] bytes = arrived.toByteArray();
        arrived.reset();
        return bytes;
    }

    /// Whether there is something that the client was not asked for yet.
    boolean hasArrived() {
        return arrived.size() > 0;
    }

    /// The client reads nothing any more, or reads again.
    void stuck(boolean on) {
        stuck = on;
        if (!on) {
            loop.execute(() -> {
                boolean later = pending.size() > 0;
                flush();
                if (later && open && !closing) {
                    handler.onSent();
                }
                if (closing) {
                    closed(null);
                } else if (wasHigh && open) {
                    wasHigh = false;
                    handler.onWritable();
                }
            });
        }
    }

    /// A client that is stuck takes a few bytes.
    void trickles(int bytes) {
        loop.execute(() -> {
            byte[] all = pending.toByteArray();
            arrived.write(all, 0, bytes);
            pending.reset();
            pending.write(all, bytes, all.length - bytes);
            handler.onSent();
        });
    }

    /// Runs whenever something was written.
    void whenWritten(Runnable look) {
        whenWritten = look;
    }

    /// Writing fails from now on with what no transport should throw.
    void broken(boolean on) {
        broken = on;
    }

    /// The next flush fails in the same way.
    void breaksAtFlush() {
        flushBroken = true;
    }

    /// The network breaks.
    void lose() {
        loop.execute(() -> closed(new IOException("connection reset")));
    }

    private void closed(IOException cause) {
        open = false;
        if (!told && !moving) {
            told = true;
            handler.onClosed(cause);
        }
    }

    boolean reading() {
        return reading;
    }

    boolean misused() {
        return misused;
    }

    @Override
    public ConnectionInfo info() {
        return INFO;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public boolean write(byte[] src, int offset, int length) {
        check();
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        if (open && !closing) {
            pending.write(src, offset, length);
            wasHigh |= pending.size() >= HIGH_WATER_BYTES;
            whenWritten.run();
        }
        return true;
    }

    @Override
    public void flush() {
        check();
        if (flushBroken && !closing) {
            throw new IllegalStateException("broken on purpose");
        }
        if (!stuck && open) {
            arrived.writeBytes(pending.toByteArray());
            pending.reset();
        }
    }

    @Override
    public int pendingBytes() {
        return pending.size();
    }

    @Override
    public void reading(boolean on) {
        check();
        misused |= on && closing;
        reading = on;
        if (on) {
            loop.execute(this::pump);
        }
    }

    @Override
    public boolean isOpen() {
        return open && !closing;
    }

    @Override
    public void close() {
        check();
        closing = true;
        flush();
        if (pending.size() == 0) {
            loop.execute(() -> closed(null));
        }
    }

    @Override
    public void abort() {
        check();
        closing = true;
        pending.reset();
        loop.execute(() -> closed(null));
    }

    @Override
    public void move(Loop target, Runnable arrivedThere) {
        check();
        moving = true;
        reading = false;
        loop = target;
        target.execute(() -> {
            moving = false;
            arrivedThere.run();
            if (!open && !told) {
                told = true;
                handler.onClosed(null);
            }
        });
    }

    private void check() {
        if (!loop.inLoop()) {
            throw new AssertionError("a connection used by another thread than its loop's");
        }
    }
}
