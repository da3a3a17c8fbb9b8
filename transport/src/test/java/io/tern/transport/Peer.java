package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Loop;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The server's end of a connection in a test: remembers what it was told, and complains about wrong threads.
final class Peer implements ConnectionHandler {

    static final String WRITABLE = "writable";

    /// The last event.
    record Closed(Throwable cause) {}

    /// What to do with bytes; on the loop.
    interface Script {
        void onBytes(Connection connection, byte[] bytes);
    }

    private final Connection connection;
    private final Script script;
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> pendingWhenSent = new LinkedBlockingQueue<>();
    private final Queue<String> mistakes = new ConcurrentLinkedQueue<>();
    private volatile Loop loop;
    private boolean closed;

    Peer(Connection connection, Script script) {
        this.connection = connection;
        this.script = script;
        this.loop = connection.loop();
    }

    Connection connection() {
        return connection;
    }

    /// Moves it and goes on reading there.
    void move(Loop target, Runnable then) {
        connection.move(target, () -> {
            loop = target;
            check(connection.loop() == target && target.inLoop(), "arrived elsewhere");
            connection.reading(true);
            then.run();
        });
    }

    @Override
    public void onBytes(byte[] src, int offset, int length) {
        check(connection.loop().inLoop(), "bytes on a wrong thread");
        check(!closed && length > 0, "bytes after the end, or none");
        byte[] bytes = Arrays.copyOfRange(src, offset, offset + length);
        events.add(bytes);
        script.onBytes(connection, bytes);
    }

    @Override
    public void onSent() {
        check(connection.loop().inLoop() && !closed, "sent on a wrong thread or after the end");
        pendingWhenSent.add(connection.pendingBytes());
    }

    @Override
    public void onWritable() {
        check(connection.loop().inLoop() && !closed, "writable on a wrong thread or after the end");
        events.add(WRITABLE);
    }

    @Override
    public void onClosed(Throwable cause) {
        check(connection.loop().inLoop(), "closed on a wrong thread");
        check(!closed, "closed twice");
        closed = true;
        events.add(new Closed(cause));
    }

    /// Runs something on the connection's loop and waits for its result.
    <T> T on(Callable<T> call) throws Exception {
        return on(loop, call);
    }

    static <T> T on(Loop loop, Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        loop.execute(task);
        return task.get(20, TimeUnit.SECONDS);
    }

    void run(Runnable task) throws Exception {
        on(() -> {
            task.run();
            return null;
        });
    }

    /// Waits until so many bytes have come; nothing else may come before.
    byte[] bytes(int count) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < count) {
            Object event = next();
            assertThat(event).isInstanceOf(byte[].class);
            all.writeBytes((byte[]) event);
        }
        assertThat(all.size()).isEqualTo(count);
        return all.toByteArray();
    }

    void writable() throws InterruptedException {
        assertThat(next()).isEqualTo(WRITABLE);
    }

    /// Waits until it has heard that no more than this is pending.
    void sentDownTo(int bytes) throws InterruptedException {
        Integer pending;
        do {
            pending = pendingWhenSent.poll(20, TimeUnit.SECONDS);
            assertThat(pending).as("what is pending of " + connection).isNotNull();
        } while (pending > bytes);
    }

    /// Waits for the end, skipping all else.
    Throwable closed() throws InterruptedException {
        while (true) {
            if (next() instanceof Closed end) {
                assertThat(mistakes).isEmpty();
                assertThat(events).isEmpty();
                return end.cause();
            }
        }
    }

    boolean isQuiet() {
        return events.isEmpty();
    }

    Queue<String> mistakes() {
        return mistakes;
    }

    Object next() throws InterruptedException {
        Object event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event of " + connection).isNotNull();
        return event;
    }

    private void check(boolean holds, String mistake) {
        if (!holds) {
            mistakes.add(mistake);
        }
    }
}
