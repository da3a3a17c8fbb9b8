package io.tern.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.function.Consumer;

/// One thread's sockets: reads all that are ready into one shared buffer, then writes each that has something, once.
final class Loop implements AutoCloseable {

    /// Most bytes read from one socket in one turn.
    static final int READ_BYTES = 256 * 1024;

    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    private final Consumer<SelectionKey> ready = this::ready;
    private Peer[] dirty = new Peer[64];
    private int dirtyCount;
    private long nowNanos = System.nanoTime();

    Loop() throws IOException {
        selector = Selector.open();
    }

    Selector selector() {
        return selector;
    }

    ByteBuffer in() {
        return in;
    }

    /// When this turn's reads began: [System#nanoTime].
    long nowNanos() {
        return nowNanos;
    }

    /// The peer has something to write at the end of this turn. Called once until it is flushed.
    void dirty(Peer peer) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = peer;
    }

    /// Waits for sockets and reads them.
    ///
    /// @param waitMillis how long to wait for the first, at least 1
    void read(long waitMillis) {
        try {
            selector.select(ready, waitMillis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nowNanos = System.nanoTime();
    }

    /// Like [#read], but back at a time given by the clock rather than by whole milliseconds. It looks again and again
    /// meanwhile, on a processor of its own: a nap would be counted as the broker's latency.
    ///
    /// @param dueNanos when to return at the latest
    void readUntil(long dueNanos) {
        try {
            while (selector.selectNow(ready) == 0 && System.nanoTime() < dueNanos) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nowNanos = System.nanoTime();
    }

    private void ready(SelectionKey key) {
        ((Peer) key.attachment()).ready(key);
    }

    /// Writes what the turn left in the buffers.
    void flush() {
        for (int i = 0; i < dirtyCount; i++) {
            Peer peer = dirty[i];
            dirty[i] = null;
            peer.flush();
        }
        dirtyCount = 0;
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
