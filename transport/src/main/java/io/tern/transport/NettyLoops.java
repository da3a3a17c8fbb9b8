package io.tern.transport;

import io.netty.channel.IoHandlerFactory;
import io.tern.api.Clock;
import io.tern.api.Loop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// The threads of the process on which shards live: a fixed number of event loops.
public final class NettyLoops implements AutoCloseable {

    /// How long [#close] waits for each loop. Unit: seconds.
    private static final long CLOSE_SECONDS = 10;

    private final IoKind kind;
    private final Clock clock;
    private final List<NettyLoop> loops;
    private final AtomicInteger nextAcceptor = new AtomicInteger();

    private NettyLoops(IoKind kind, Clock clock, List<NettyLoop> loops) {
        this.kind = kind;
        this.clock = clock;
        this.loops = loops;
    }

    /// Starts the threads, named `tern-shard-0` and so on. Nothing runs on them before [Loop#bind].
    ///
    /// @param count loops, at least 1
    /// @param kind how they wait for sockets
    /// @param clock what tells the turns the time
    /// @return the running loops
    public static NettyLoops start(int count, IoKind kind, Clock clock) {
        if (count < 1) {
            throw new IllegalArgumentException("count " + count);
        }
        IoHandlerFactory handlers = kind.handlers();
        List<NettyLoop> loops = IntStream.range(0, count)
                .mapToObj(i -> new NettyLoop("tern-shard-" + i, handlers, clock))
                .toList();
        loops.forEach(loop -> loop.execute(() -> { })); // Netty starts a thread with its first task.
        return new NettyLoops(kind, clock, loops);
    }

    /// The loops, in the order of their names.
    ///
    /// @return at least one
    public List<Loop> loops() {
        return List.copyOf(loops);
    }

    /// Asks the kernel to let the loops run as soon as they are woken even if all processors are busy, and before the
    /// JVM's compilers, see decision 015. Takes tens of milliseconds, so it is nothing to wait for at a start. Any
    /// thread but a loop's.
    public void takePrecedence() {
        Precedence.find().ifPresent(precedence -> {
            loops.forEach(loop -> loop.execute(precedence::shortenSlice));
            precedence.compilersStepBack();
        });
    }

    /// How they wait for sockets.
    ///
    /// @return as given to [#start]
    public IoKind kind() {
        return kind;
    }

    /// Closes every socket, telling its handler, ends the threads and waits for them, ten seconds each at most. Bytes
    /// not sent yet are lost: close connections before. Not from a loop's own thread.
    @Override
    public void close() {
        loops.forEach(loop -> loop.thread().shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        for (NettyLoop loop : loops) {
            if (loop.thread().terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                loop.release();
            }
        }
    }

    Clock clock() {
        return clock;
    }

    /// The place of the loop on which the next listener accepts, so that several listeners share the work.
    int nextAcceptor() {
        return Math.floorMod(nextAcceptor.getAndIncrement(), loops.size());
    }

    NettyLoop loop(int index) {
        return loops.get(Math.floorMod(index, loops.size()));
    }
}
