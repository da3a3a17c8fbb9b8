package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Where the application's threads and a connection's threads meet over one [ClientSession]. One lock guards the
/// session and the queues; nothing blocks while holding it but waits on its conditions, and no code of the application
/// runs under it (the packet trace apart). Which connection there is, and whether there will be another, is the
/// business of the [SessionDriver].
final class Exchange implements SessionEvents, Reply.Waiting {

    private static final int FLUSH_BYTES = 64 * 1024;
    private static final int REPLIES_MAX = 0xFFFF;
    private static final int REQUESTS_MAX = 1_000;

    private final ClientOptions options;
    private final MqttVersion version;
    private final ClientSession session;
    private final Listeners listeners;
    private final Runnable accepted;

    private final ReentrantLock lock;
    private final Condition outgoingRoom;
    private final Condition sendable;
    private final Condition timeChanged;
    private final Intake intake;
    private final SettledList settled = new SettledList();

    private Connection connection;
    private MqttException closeRequest;
    private MqttException unusable = MqttException.closed("not connected: call connect() first");
    private boolean forgotten;

    /// @param lock shared with the driver
    /// @param accepted called under the lock when the server has accepted the connection
    Exchange(ClientOptions options, ReentrantLock lock, Listeners listeners, Runnable accepted) {
        this.options = options;
        this.version = options.connect().version();
        this.session = new ClientSession(options.connect(), options.session());
        this.listeners = listeners;
        this.accepted = accepted;
        this.lock = lock;
        this.outgoingRoom = lock.newCondition();
        this.sendable = lock.newCondition();
        this.timeChanged = lock.newCondition();
        this.intake = new Intake(lock, options.incomingMessagesMax(), options.incomingBytesMax());
    }

    // ---- what the driver says, under the lock

    /// A link is there; the session begins to speak on it.
    void opened(Connection opened) {
        connection = opened;
        closeRequest = null;
        intake.paused(false);
        session.opened(now());
    }

    /// The connection is over.
    ///
    /// @return why, as far as the session knows; or null
    MqttException closed() {
        connection = null;
        session.closed(now());
        return session.closeCause();
    }

    Connection connection() {
        return connection;
    }

    /// From here on calls are taken, and wait for a connection if need be.
    void usable() {
        unusable = null;
    }

    /// From here on calls fail.
    void unusable(MqttException cause) {
        unusable = cause;
    }

    /// There will be no further connection, unless the application asks for one: what is not done fails.
    void abandon(MqttException cause) {
        unusable = cause;
        session.abandon(cause, this);
    }

    /// The client is closed for good: messages not taken are forgotten.
    void forget() {
        forgotten = true;
    }

    void disconnect(ReasonCode reason, Properties properties) {
        session.disconnect(reason, properties, now());
    }

    void wakeAll() {
        outgoingRoom.signalAll();
        sendable.signalAll();
        timeChanged.signalAll();
        intake.wakeAll();
    }

    /// Gives the lock back and then the answers that were gathered under it.
    void unlockAndSettle() {
        SettledList taken = settled.take();
        lock.unlock();
        taken.run();
    }

    // ---- what the application asks, on its threads

    void publish(Outgoing message) throws MqttException, InterruptedException {
        lock.lock();
        try {
            awaitWhile(() -> session.outgoingMessages() > 0
                    && (session.outgoingMessages() >= options.outgoingMessagesMax()
                    || session.outgoingBytes() + message.bytes() > options.outgoingBytesMax()));
            session.publish(message);
            asked();
        } finally {
            lock.unlock();
        }
    }

    void request(Consumer<ClientSession> request) throws MqttException, InterruptedException {
        lock.lock();
        try {
            awaitWhile(() -> session.requests() >= REQUESTS_MAX);
            request.accept(session);
            asked();
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(BooleanSupplier full) throws MqttException, InterruptedException {
        checkUsable();
        boolean entered = full.getAsBoolean() && enter();
        try {
            while (full.getAsBoolean()) {
                outgoingRoom.await();
                checkUsable();
            }
        } finally {
            leave(entered);
        }
    }

    private void checkUsable() throws MqttException {
        if (unusable != null) {
            throw unusable.again();
        }
    }

    private void asked() {
        sendable.signalAll();
        intake.nudge();
    }

    /// Takes the next message; the caller is the consumer from now on.
    ///
    /// @param nanos how long to wait
    /// @param beyondEnd whether to wait for messages of a later connection when this one has ended
    /// @return null if none came in time
    /// @throws MqttException if none will come any more
    Delivery take(long nanos, boolean beyondEnd) throws MqttException, InterruptedException {
        lock.lock();
        try {
            intake.consumedByCaller();
            long left = nanos;
            while (intake.isEmpty() && !forgotten) {
                if (!beyondEnd) {
                    checkUsable();
                }
                if (left <= 0) {
                    return null;
                }
                left = intake.awaitMessage(left);
            }
            if (forgotten) {
                throw MqttException.closed("the client is closed");
            }
            return intake.poll();
        } finally {
            lock.unlock();
        }
    }

    /// The application has the message: it is acknowledged.
    void handedOver(Delivery delivery) {
        if (delivery.publish().qos() == 0) {
            return;
        }
        lock.lock();
        try {
            session.acknowledge(delivery);
            sendable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Feeds the handler until the client is closed; on a thread of its own.
    void handle() {
        try {
            while (true) {
                Delivery delivery = take(Long.MAX_VALUE, true);
                try {
                    options.handler().onMessage(delivery.publish());
                } catch (Exception e) {
                    listeners.tell(listener -> listener.handlerFailed(delivery.publish(), e));
                }
                handedOver(delivery);
            }
        } catch (MqttException | InterruptedException e) {
            // The client was closed: nothing more will come.
        }
    }

    @Override
    public boolean enter() {
        return locked(intake::callerWaits);
    }

    @Override
    public void leave(boolean entered) {
        if (entered) {
            lock.lock();
            intake.consumerWaitsNoMore();
            lock.unlock();
        }
    }

    // ---- what a connection's threads do

    boolean isCurrent(Connection asking) {
        return locked(() -> connection == asking);
    }

    /// Gathers what has to be written, and waits while there is nothing.
    ///
    /// @return false if the connection is over
    boolean gather(Connection asking, ByteWriter out, SettledList done) throws InterruptedException {
        lock.lock();
        try {
            WriterEvents events = new WriterEvents(done, outgoingRoom);
            while (connection == asking) {
                Packet packet = session.poll(now(), events);
                while (packet != null) {
                    options.trace().sent(packet);
                    Encoder.encode(packet, version, out);
                    packet = out.size() < FLUSH_BYTES ? session.poll(now(), events) : null;
                }
                if (out.size() > 0 || !done.isEmpty()) {
                    intake.nudge();
                    return true;
                }
                if (session.isFinished()) {
                    return false;
                }
                sendable.await();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Handles bytes that came, and waits while the application does not keep up.
    ///
    /// @return false if nothing more has to be read
    boolean arrived(Connection asking, byte[] buffer, int count) throws InterruptedException {
        lock.lock();
        try {
            if (connection != asking) {
                return false;
            }
            session.heard(now());
            Decoder decoder = asking.decoder();
            decoder.feed(buffer, 0, count);
            for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
                options.trace().received(packet);
                session.received(packet, now(), this);
                if (intake.isOverrun()) {
                    session.violated(ReasonCode.QUOTA_EXCEEDED, "more messages than the application takes", now());
                }
                awaitRoom(asking);
                if (connection != asking) {
                    return false;
                }
            }
            decoder.hold();
            return true;
        } catch (WireException e) {
            session.violated(e.reason(), e.getMessage(), now());
            return true;
        } finally {
            sendable.signalAll();
            unlockAndSettle();
        }
    }

    private void awaitRoom(Connection asking) throws InterruptedException {
        while (connection == asking && session.isOpen() && mustPause()) {
            if (intake.isPaused()) {
                intake.awaitRoom();
            } else {
                pauseReading(true);
                unlockAndSettle();
                lock.lock();
            }
        }
        if (intake.isPaused() && connection == asking) {
            pauseReading(false);
        }
    }

    private boolean mustPause() {
        return session.replies() >= REPLIES_MAX || intake.mustPause(isOwed());
    }

    private boolean isOwed() {
        return session.outgoingMessages() > 0 || session.requests() > 0;
    }

    private void pauseReading(boolean paused) {
        intake.paused(paused);
        session.readingPaused(paused, now());
        timeChanged.signalAll();
        sendable.signalAll();
    }

    /// Waits for the session's deadlines until the connection is over.
    void watchTime(Connection asking) throws MqttException, InterruptedException {
        lock.lock();
        try {
            while (connection == asking) {
                long wait = session.deadlineMillis() - now();
                if (wait > 0) {
                    timeChanged.await(wait, TimeUnit.MILLISECONDS);
                    continue;
                }
                session.onTimeout(now(), this);
                sendable.signalAll();
                if (closeRequest != null) {
                    throw closeRequest;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- what the session says, always under the lock

    @Override
    public void connected(ConnAck ack) {
        connection.accepted = ack;
        accepted.run();
        timeChanged.signalAll();
        listeners.tell(listener -> listener.connected(ack));
    }

    @Override
    public void deliver(Delivery delivery) {
        intake.deliver(delivery);
    }

    @Override
    public void settled(Object token, List<ReasonCode> reasons) {
        settled.add(token, reasons);
        outgoingRoom.signalAll();
    }

    @Override
    public void failed(Object token, MqttException cause) {
        settled.addFailure(token, cause);
        outgoingRoom.signalAll();
    }

    @Override
    public void resubscribeRefused(TopicFilter filter, ReasonCode reason) {
        listeners.tell(listener -> listener.resubscribeRefused(filter, reason));
    }

    @Override
    public void close(MqttException cause) {
        closeRequest = cause;
    }

    // ---- the rest

    static long now() {
        return System.nanoTime() / 1_000_000;
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    boolean isConnected() {
        return locked(session::isOpen);
    }

    String clientId() {
        return locked(session::clientId);
    }

    long droppedMessages() {
        return locked(intake::dropped);
    }
}
