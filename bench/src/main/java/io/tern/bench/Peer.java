package io.tern.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// One client: connects, subscribes if it is to, and then takes packets.
abstract class Peer implements FrameScanner.Sink {

    /// More than this waiting to be written means that the broker has stopped reading.
    private static final int OUT_MAX_BYTES = 16 * 1024 * 1024;

    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;

    /// What a peer tells about itself.
    interface Watcher {

        /// Connected, and subscribed if it was to.
        void ready(Peer peer);

        /// Its connection is gone, or it was refused.
        void lost(Peer peer, String why);
    }

    final Loop loop;
    private final Watcher watcher;
    private final byte[] connect;
    private final Packets.Subscriptions subscriptions;
    private SocketChannel channel;
    private SelectionKey key;
    private ByteBuffer out;
    private byte[] carry;
    private int carryBytes;
    private boolean dirty;
    private boolean isReady;
    private int subAcks;
    private boolean deaf;
    private boolean leaving;
    private boolean closed;
    private long openedNanos;

    /// @param connect the CONNECT packet
    /// @param subscriptions what to subscribe to, maybe nothing
    /// @param outBytes what is expected to wait for one write; it grows if need be
    Peer(Loop loop, Watcher watcher, byte[] connect, Packets.Subscriptions subscriptions, int outBytes) {
        this.loop = loop;
        this.watcher = watcher;
        this.connect = connect;
        this.subscriptions = subscriptions;
        this.out = outBytes < 4096 ? ByteBuffer.allocate(outBytes) : ByteBuffer.allocateDirect(outBytes);
    }

    /// Starts to connect.
    ///
    /// @param source where from, null for any address
    void open(InetSocketAddress target, InetSocketAddress source) throws IOException {
        openedNanos = System.nanoTime();
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (source != null) {
            channel.bind(source);
        }
        boolean connected = channel.connect(target);
        key = channel.register(loop.selector(), connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            send(connect);
        }
    }

    long openedNanos() {
        return openedNanos;
    }

    boolean isOpen() {
        return channel != null && channel.isOpen();
    }

    void ready(SelectionKey selected) {
        try {
            if (selected.isConnectable()) {
                channel.finishConnect();
                selected.interestOps(SelectionKey.OP_READ);
                send(connect);
                return;
            }
            if (selected.isReadable()) {
                read();
            }
            if (selected.isValid() && selected.isWritable()) {
                selected.interestOps(SelectionKey.OP_READ);
                markDirty();
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void read() throws IOException {
        ByteBuffer in = loop.in();
        in.clear();
        if (carryBytes > 0) {
            in.put(carry, 0, carryBytes);
        }
        if (channel.read(in) < 0) {
            fail("closed by the broker");
            return;
        }
        int end = in.position();
        int done = FrameScanner.scan(in, 0, end, this);
        carryBytes = end - done;
        if (carryBytes > 0) {
            if (carryBytes == in.capacity()) {
                throw new IOException("a packet of more than " + in.capacity() + " bytes");
            }
            if (carry == null || carry.length < carryBytes) {
                carry = new byte[Math.max(256, Integer.highestOneBit(carryBytes) * 2)];
            }
            in.get(done, carry, 0, carryBytes);
        }
    }

    @Override
    public final void frame(ByteBuffer in, int header, int body, int end) {
        int type = header >> 4;
        // What is retained may come before the SUBACK.
        if (isReady || type == PUBLISH) {
            packet(in, header, body, end);
        } else if (type == CONNACK) {
            if (in.get(body + 1) != 0) {
                fail("CONNACK " + (in.get(body + 1) & 0xFF));
            } else if (subscriptions.packets() == 0) {
                becomeReady();
            } else {
                send(subscriptions.bytes());
            }
        } else if (type == SUBACK) {
            if ((in.get(end - 1) & 0xFF) >= 0x80) {
                fail("SUBACK " + (in.get(end - 1) & 0xFF));
            } else if (++subAcks == subscriptions.packets()) {
                becomeReady();
            }
        }
    }

    /// Reads nothing more, whatever the broker sends.
    final void turnDeaf() {
        deaf = true;
        key.interestOps(0);
    }

    private void becomeReady() {
        isReady = true;
        watcher.ready(this);
    }

    /// A packet that came when all was set up.
    ///
    /// @param in where it lies; only absolute reads
    /// @param header its first byte
    /// @param body offset behind the fixed header
    /// @param end offset behind the last byte
    abstract void packet(ByteBuffer in, int header, int body, int end);

    /// The buffer that is written when the turn ends, with room for some bytes.
    final ByteBuffer out(int bytes) {
        if (out.remaining() < bytes) {
            grow(bytes);
        }
        markDirty();
        return out;
    }

    /// How much fits into the buffer as it is. Unit: bytes.
    final int roomBytes() {
        return out.remaining();
    }

    private void grow(int bytes) {
        int size = out.position() + bytes;
        if (size > OUT_MAX_BYTES) {
            throw new IllegalStateException("the broker doesn't read what it is sent");
        }
        ByteBuffer larger = ByteBuffer.allocateDirect(Math.min(OUT_MAX_BYTES, Math.max(size, out.capacity() * 2)));
        larger.put(out.flip());
        out = larger;
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.dirty(this);
        }
    }

    /// Sends two bytes of fixed header and a packet identifier.
    final void acknowledge(int header, int packetId) {
        out(4).putInt(header << 24 | 2 << 16 | packetId);
    }

    final void send(byte[] packet) {
        out(packet.length).put(packet);
    }

    void flush() {
        dirty = false;
        if (!channel.isOpen() || !channel.isConnected()) {
            return;
        }
        try {
            out.flip();
            if (out.hasRemaining()) {
                channel.write(out);
            }
            boolean rest = out.hasRemaining();
            out.compact();
            if (rest && !deaf) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            out.clear();
            fail(e.toString());
        }
    }

    /// Tells it once. The channel may have closed itself: it does if it can't connect.
    private void fail(String why) {
        if (!closed) {
            close();
            if (!leaving) {
                watcher.lost(this, why);
            }
        }
    }

    /// Says goodbye and lets the broker close: then it has read all that was sent before, which it need not have if
    /// the connection is closed from here.
    final void bid() {
        leaving = true;
        if (isOpen()) {
            send(Packets.DISCONNECT);
        }
    }

    /// Says goodbye and closes; tells the watcher nothing.
    void leave() {
        if (isOpen() && channel.isConnected()) {
            send(Packets.DISCONNECT);
            flush();
        }
        close();
    }

    private void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }
}
