package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.api.LostProcess;
import io.tern.api.Turn;
import io.tern.transport.Deadlines.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One loop: its thread, the shard's turn, the deadlines, and the buffer through which all its sockets are read.
///
/// A round is: wait for sockets, read and write them, run tasks, and, if anybody asked for it or its time has come, one
/// turn. A turn that left work makes the next round not wait. Being woken by another thread goes through one flag, set
/// and cleared by atomic swaps, so that what the waker did before is seen by the turn whatever queues they use.
final class NettyLoop implements Loop {

    /// Most bytes of one read.
    static final int READ_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);
    private static final VarHandle WOKEN_BY_OTHERS;

    /// A turn that threw, against its contract, goes on at once: what threw has been taken out, and everybody else
    /// waits. Only turns that throw one after the other are left alone, twice as long each time up to this.
    private static final int PAUSE_DOUBLINGS_MAX = 7;
    private static final int AT_ONCE_MAX = 100;
    private static final long COMPLAINTS_MILLIS = 1_000;

    /// A longer wait is cut to this, to keep the arithmetic in range.
    private static final long WAIT_MAX_MILLIS = 60 * 60 * 1_000;

    static {
        try {
            WOKEN_BY_OTHERS = MethodHandles.lookup().findVarHandle(NettyLoop.class, "wokenByOthers", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final Clock clock;
    private final LoopThread thread;
    private final Deadlines deadlines = new Deadlines();
    private final Lingering lingering = new Lingering();
    private final ReadRounds readRounds;
    private final ByteBuf readBuffer = Unpooled.directBuffer(READ_BYTES, READ_BYTES);
    private final byte[] readBytes = new byte[READ_BYTES];

    private volatile Turn turn;
    private volatile boolean wokenByOthers;
    private boolean woken;
    private long turnAtMillis = Turn.IDLE;
    private int failedInARow;
    private int roundsFailedInARow;
    private long complainedMillis = Long.MIN_VALUE / 2;
    private long unsaid;
    private long armedForMillis = Deadlines.NEVER;
    private long armedForNanos;

    NettyLoop(String name, IoHandlerFactory handlers, Clock clock) {
        this.name = name;
        this.clock = clock;
        this.readRounds = new ReadRounds(clock);
        this.thread = new LoopThread(this, handlers);
    }

    String name() {
        return name;
    }

    LoopThread thread() {
        return thread;
    }

    @Override
    public void bind(Turn turn) {
        if (this.turn != null) {
            throw new IllegalStateException(name + " is bound already");
        }
        this.turn = turn;
        wake();
    }

    @Override
    public boolean inLoop() {
        return thread.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        if (!executes(task)) {
            LOG.debug("{} has ended, a task is dropped", name);
        }
    }

    /// As [#execute].
    ///
    /// @return false if the loop has ended
    boolean executes(Runnable task) {
        try {
            thread.execute(() -> run(task));
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    /// Netty logs what a task has thrown, and goes on.
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            throw bug;
        }
    }

    /// Takes a channel that belongs to no loop. From any thread.
    ///
    /// @param taken runs on this loop, behind that, and is told why it couldn't; null if it could, or the channel is
    ///     closed
    /// @return false if the loop has ended: then nothing has happened
    boolean adopts(Channel channel, Consumer<Throwable> taken) {
        return executes(() -> {
            if (channel.isOpen()) {
                thread.register(channel).addListener(done -> execute(() -> taken.accept(done.cause())));
            } else {
                taken.accept(null);
            }
        });
    }

    @Override
    public void wake() {
        if (inLoop()) {
            woken = true;
        } else if (!(boolean) WOKEN_BY_OTHERS.getAndSet(this, true)) {
            thread.wakeFromWait();
        }
    }

    /// Its connections that are over but for the peer's end.
    Lingering lingering() {
        return lingering;
    }

    /// The buffer to read into, empty, retained for the caller. All connections of the loop share it, one at a time.
    ByteBuf readBuffer() {
        return readBuffer.clear().retain();
    }

    /// Says whose turn it is to be read.
    ReadRounds readRounds() {
        return readRounds;
    }

    /// Where bytes just read are put for a handler to look at; valid until the next read.
    byte[] readBytes() {
        return readBytes;
    }

    /// Runs a task on this loop after a time. On the loop's thread.
    Deadline after(long millis, Runnable task) {
        assert inLoop() : name;
        return deadlines.add(clock.nowMillis() + millis, task);
    }

    /// Runs a task once the sockets have been looked at again; only then does the JDK let go of a closed one. From any
    /// thread.
    void afterNextWait(Runnable task) {
        execute(() -> after(0, () -> after(0, task))); // A deadline set by another waits for the next round.
    }

    void cancel(Deadline deadline) {
        assert inLoop() : name;
        deadlines.cancel(deadline);
    }

    boolean isWoken() {
        return woken || wokenByOthers;
    }

    boolean hasDeadline() {
        return armedForMillis != Deadlines.NEVER;
    }

    /// When to end the wait at the latest, by [System#nanoTime]. Only if there [#hasDeadline].
    long deadlineNanos() {
        return armedForNanos;
    }

    /// A round has thrown, which ends Netty's loop: with it would end whatever this one serves, and nobody would know.
    ///
    /// @param bug after which another round is begun, at once or after a pause, as with turns
    void roundFailed(Throwable bug) {
        LostProcess.endIf(bug);
        complain("round", bug, clock.nowMillis());
        int late = ++roundsFailedInARow - AT_ONCE_MAX;
        if (late > 0) {
            LockSupport.parkNanos(1_000_000L << Math.min(late, PAUSE_DOUBLINGS_MAX));
        }
    }

    /// The end of a round: what is due, and the turn. On the loop's thread.
    void afterRound() {
        roundsFailedInARow = 0;
        readRounds.over();
        if (!isWoken() && turnAtMillis == Turn.IDLE && deadlines.nextMillis() == Deadlines.NEVER) {
            armedForMillis = Deadlines.NEVER;
            return;
        }
        long nowMillis = clock.nowMillis();
        if (deadlines.nextMillis() <= nowMillis) {
            runDeadlines(nowMillis);
        }
        if (takeWoken() || turnAtMillis <= nowMillis) {
            runTurn(nowMillis);
        }
        arm(nowMillis);
    }

    private boolean takeWoken() {
        boolean asked = woken;
        woken = false;
        return wokenByOthers ? (boolean) WOKEN_BY_OTHERS.getAndSet(this, false) | asked : asked;
    }

    private void runDeadlines(long nowMillis) {
        try {
            deadlines.run(nowMillis);
        } catch (Throwable bug) {
            LostProcess.endIf(bug);
            LOG.error("{}: a deadline's task failed", name, bug);
        }
    }

    private void runTurn(long nowMillis) {
        Turn shard = turn;
        if (shard == null) {
            return;
        }
        long again;
        try {
            again = shard.turn(nowMillis);
            failedInARow = 0;
        } catch (Throwable bug) {
            LostProcess.endIf(bug);
            complain("turn", bug, nowMillis);
            int late = ++failedInARow - AT_ONCE_MAX;
            again = late <= 0 ? nowMillis : nowMillis + (1L << Math.min(late, PAUSE_DOUBLINGS_MAX));
        }
        if (again <= nowMillis) {
            woken = true;
            turnAtMillis = Turn.IDLE;
        } else {
            turnAtMillis = again;
        }
    }

    /// Once a second, so that the complaints don't fill the log.
    private void complain(String what, Throwable bug, long nowMillis) {
        if (nowMillis - complainedMillis < COMPLAINTS_MILLIS) {
            unsaid++;
            return;
        }
        LOG.error("{}: a {} failed; {} more since the last time that this was said", name, what, unsaid, bug);
        complainedMillis = nowMillis;
        unsaid = 0;
    }

    private void arm(long nowMillis) {
        long nextMillis = Math.min(turnAtMillis, deadlines.nextMillis());
        if (nextMillis != Deadlines.NEVER) {
            long nowNanos = System.nanoTime();
            // Kept as long as it is right: Netty's wait is cheaper when it ends at the same time as the last one.
            if (nextMillis != armedForMillis || armedForNanos <= nowNanos) {
                armedForNanos = nowNanos + Math.clamp(nextMillis - nowMillis, 0, WAIT_MAX_MILLIS) * 1_000_000;
            }
        }
        armedForMillis = nextMillis;
    }

    /// Frees the read buffer, once the thread has ended.
    void release() {
        if (readBuffer.refCnt() > 0) {
            readBuffer.release();
        }
    }
}
