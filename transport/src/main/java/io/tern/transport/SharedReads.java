package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// Makes Netty read a connection through its loop's one buffer, a few reads a round, not before it is its turn, and not
/// at all while reading is off.
///
/// One object a connection: Netty asks for a handle once and keeps it, over moves too.
final class SharedReads implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    /// Most reads of one socket before the others get theirs.
    private static final int READS_A_ROUND = 4;

    /// Ends a read that was under way in Netty when reading had been switched off already, or when it isn't this
    /// connection's turn: the kernel says again that there is something to be read. Not an error.
    static final RuntimeException NOT_NOW = new NotNow();

    private final SocketConnection connection;
    private ChannelConfig config;
    private int reads;
    /// In which of its loop's cycles it was read last, see [ReadRounds].
    private int cycle;
    private boolean waits;
    private int attemptedBytes;
    private int lastBytes;

    SharedReads(SocketConnection connection) {
        this.connection = connection;
    }

    @Override
    public ExtendedHandle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator ignored) {
        if (!config.isAutoRead() || waits) {
            // Another connection's handler switched this one off after the kernel had reported it readable, or there is
            // no time left for it in this round.
            throw NOT_NOW;
        }
        return connection.loop().readBuffer();
    }

    @Override
    public int guess() {
        return NettyLoop.READ_BYTES;
    }

    @Override
    public void reset(ChannelConfig config) {
        this.config = config;
        reads = 0;
        int now = connection.loop().readRounds().next(cycle);
        waits = now == ReadRounds.WAITS;
        cycle = waits ? cycle : now;
    }

    @Override
    public void incMessagesRead(int count) {
        reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
        lastBytes = bytes;
    }

    @Override
    public int lastBytesRead() {
        return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
        return continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier ignored) {
        return lastBytes == attemptedBytes && reads < READS_A_ROUND && config.isAutoRead();
    }

    @Override
    public void readComplete() {
        // Nothing to learn: the buffer's size is fixed.
    }

    private static final class NotNow extends RuntimeException {
        NotNow() {
            super("reading is off", null, false, false);
        }
    }
}
