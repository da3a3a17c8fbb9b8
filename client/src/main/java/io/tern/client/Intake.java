package io.tern.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The way of a message from the reader to the application, and the brake on it. Everything here is called under the
/// driver's lock.
///
/// **Back-pressure without deadlock.** When the queue is full, the reader stops. But a consumer that itself waits for
/// an answer of the server (a handler that publishes at QoS 1) would then wait for ever, because the answer lies
/// behind the messages it does not take. So the reader goes on while the server owes something and the consumer waits
/// for this client, or is not there at all. What then comes beyond the limits is dropped and counted at QoS 0, held
/// at QoS 1 and 2 (the server's window bounds it), and beyond twice the limits ends the connection.
final class Intake {

    private final InboundQueue queue;
    private final Condition arrived;
    private final Condition room;
    private Thread consumer;
    private boolean consumerWaits;
    private boolean paused;
    private long dropped;

    Intake(ReentrantLock lock, int messagesMax, long bytesMax) {
        this.queue = new InboundQueue(messagesMax, bytesMax);
        this.arrived = lock.newCondition();
        this.room = lock.newCondition();
    }

    /// Takes what the session delivers.
    void deliver(Delivery delivery) {
        if (queue.isFull() && delivery.publish().qos() == 0) {
            dropped++;
            return;
        }
        queue.add(delivery);
        arrived.signal();
    }

    /// @return whether the connection has to end, because the server sends beyond all bounds
    boolean isOverrun() {
        return queue.isTwiceFull();
    }

    /// @param owed whether the server owes an answer
    /// @return whether the reader has to stop
    boolean mustPause(boolean owed) {
        return queue.isFull() && !(owed && (consumerWaits || consumer == null || !consumer.isAlive()));
    }

    boolean isPaused() {
        return paused;
    }

    void paused(boolean nowPaused) {
        paused = nowPaused;
    }

    /// The reader waits for room. A consumer that dies says nothing, so it looks again now and then.
    void awaitRoom() throws InterruptedException {
        room.await(1, TimeUnit.SECONDS);
    }

    /// Something changed that may let the reader go on.
    void nudge() {
        if (paused) {
            room.signalAll();
        }
    }

    /// Wakes everybody, so that they see that the state has changed.
    void wakeAll() {
        arrived.signalAll();
        room.signalAll();
    }

    /// The caller is the consumer from now on.
    void consumedByCaller() {
        consumer = Thread.currentThread();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// @return what is left of the time to wait
    long awaitMessage(long nanos) throws InterruptedException {
        return arrived.awaitNanos(nanos);
    }

    /// @return the next message, or null
    Delivery poll() {
        Delivery delivery = queue.poll();
        if (paused && queue.isHalfEmpty()) {
            room.signalAll();
        }
        return delivery;
    }

    /// The caller is about to wait for this client.
    ///
    /// @return whether it is the consumer
    boolean callerWaits() {
        if (consumer != Thread.currentThread()) {
            return false;
        }
        consumerWaits = true;
        nudge();
        return true;
    }

    void consumerWaitsNoMore() {
        consumerWaits = false;
    }

    long dropped() {
        return dropped;
    }
}
