package io.tern.client;

import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Makes connections, makes them again, and ends them. What goes over them is the business of the [Exchange].
final class SessionDriver {

    private enum State { NEW, CONNECTING, OPEN, RECONNECTING, CLOSING, CLOSED }

    private final ClientOptions options;
    private final Listeners listeners;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stateChanged = lock.newCondition();
    private final Exchange exchange;

    private State state = State.NEW;
    private int attempts;
    private long acceptedAtMillis;
    private MqttException endCause;
    private Thread handling;
    private boolean closed;

    SessionDriver(ClientOptions options) {
        this.options = options;
        this.listeners = new Listeners(options.listener());
        this.exchange = new Exchange(options, lock, listeners, this::accepted);
    }

    Exchange exchange() {
        return exchange;
    }

    ConnAck connect() throws MqttException, InterruptedException {
        lock.lock();
        try {
            if (closed || state != State.NEW && state != State.CLOSED) {
                throw new IllegalStateException(closed ? "the client is closed" : "the client is connected");
            }
            state = State.CONNECTING;
            attempts = 0;
            exchange.usable();
            if (options.handler() != null && handling == null) {
                handling = Thread.ofVirtual().name("mqtt-handler").start(exchange::handle);
            }
        } finally {
            lock.unlock();
        }
        try {
            return attempt();
        } catch (MqttException e) {
            end(e);
            throw e;
        } catch (InterruptedException e) {
            end(MqttException.closed("interrupted"));
            throw e;
        }
    }

    private ConnAck attempt() throws MqttException, InterruptedException {
        Connection mine = new Connection(this, exchange, openLink(), options);
        try {
            return attempt(mine);
        } catch (InterruptedException e) {
            ended(mine, MqttException.closed("interrupted"));
            throw e;
        }
    }

    private ConnAck attempt(Connection mine) throws MqttException, InterruptedException {
        lock.lock();
        try {
            if (state != State.CONNECTING && state != State.RECONNECTING) {
                mine.close();
                throw endCause.again();
            }
            exchange.opened(mine);
            mine.start();
            while (mine.accepted == null && mine.failure == null) {
                stateChanged.await();
            }
            if (mine.accepted == null) {
                throw mine.failure.again();
            }
            return mine.accepted;
        } finally {
            lock.unlock();
        }
    }

    private Link openLink() throws MqttException {
        try {
            return options.opener().open();
        } catch (IOException e) {
            throw MqttException.unreachable("cannot connect to " + options.server() + ": " + e.getMessage(), e);
        }
    }

    /// A thread of a connection has ended: the connection is over.
    void ended(Connection ending, MqttException cause) {
        lock.lock();
        try {
            if (exchange.connection() != ending) {
                return;
            }
            MqttException known = exchange.closed();
            MqttException why = known == null ? cause : known;
            ending.failure = why;
            if (state == State.CLOSING) {
                endLocked(endCause);
            } else if (ending.accepted != null) {
                lost(why);
            }
            wakeAll();
        } finally {
            exchange.unlockAndSettle();
            ending.close();
        }
    }

    private void lost(MqttException why) {
        if (options.backoff().isNone() || !why.isPassing()) {
            endLocked(why);
            listeners.tell(listener -> listener.ended(why));
            return;
        }
        state = State.RECONNECTING;
        if (Exchange.now() - acceptedAtMillis > options.backoff().maxMillis()) {
            attempts = 0;
        }
        listeners.tell(listener -> listener.connectionLost(why));
        Thread.ofVirtual().name("mqtt-reconnect").start(this::reconnect);
    }

    private void reconnect() {
        try {
            while (isStillReconnectingAfterPause()) {
                try {
                    attempt();
                    return;
                } catch (MqttException e) {
                    if (!e.isPassing()) {
                        if (end(e)) {
                            listeners.tell(listener -> listener.ended(e));
                        }
                        return;
                    }
                    listeners.tell(listener -> listener.attemptFailed(e));
                }
            }
        } catch (InterruptedException e) {
            end(MqttException.closed("interrupted"));
        }
    }

    private boolean isStillReconnectingAfterPause() throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(
                    options.backoff().waitMillis(attempts++, ThreadLocalRandom.current()));
            while (state == State.RECONNECTING && nanos > 0) {
                nanos = stateChanged.awaitNanos(nanos);
            }
            return state == State.RECONNECTING;
        } finally {
            lock.unlock();
        }
    }

    void disconnect(ReasonCode reason, Properties properties) throws InterruptedException {
        lock.lock();
        try {
            if (state == State.NEW || state == State.CLOSED || state == State.CLOSING) {
                return;
            }
            endCause = MqttException.closed("disconnected by the application");
            if (exchange.connection() == null) {
                endLocked(endCause);
                wakeAll();
                return;
            }
            state = State.CLOSING;
            exchange.unusable(endCause);
            exchange.disconnect(reason, properties);
            wakeAll();
            while (state == State.CLOSING) {
                stateChanged.await();
            }
        } finally {
            exchange.unlockAndSettle();
        }
    }

    void abort() {
        Connection open;
        lock.lock();
        try {
            if (state == State.NEW || state == State.CLOSED) {
                return;
            }
            endCause = MqttException.closed("aborted by the application");
            open = exchange.connection();
            if (open == null) {
                endLocked(endCause);
                wakeAll();
            } else {
                state = State.CLOSING;
                exchange.unusable(endCause);
            }
        } finally {
            exchange.unlockAndSettle();
        }
        if (open != null) {
            ended(open, endCause);
        }
    }

    /// Disconnects for good: messages not yet handed over are forgotten.
    void close() {
        lock.lock();
        try {
            closed = true;
            exchange.forget();
            wakeAll();
        } finally {
            lock.unlock();
        }
        try {
            disconnect(ReasonCode.SUCCESS, Properties.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false if it had ended before
    private boolean end(MqttException cause) {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return false;
            }
            endLocked(cause);
            wakeAll();
            return true;
        } finally {
            exchange.unlockAndSettle();
        }
    }

    private void endLocked(MqttException cause) {
        state = State.CLOSED;
        endCause = cause;
        exchange.abandon(cause);
    }

    private void accepted() {
        acceptedAtMillis = Exchange.now();
        if (state != State.CLOSING) {
            state = State.OPEN;
        }
        stateChanged.signalAll();
    }

    private void wakeAll() {
        stateChanged.signalAll();
        exchange.wakeAll();
    }
}
