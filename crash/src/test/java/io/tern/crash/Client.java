package io.tern.crash;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.io.IOException;

/// A client with a virtual thread of its own that comes back whenever its connection is lost, until it has done its part.
abstract class Client implements Runnable {

    /// How long a session of 5.0 outlives its connection.
    private static final long EXPIRY_SECONDS = 86_400;

    final String id;
    final MqttVersion version;
    final Site site;
    final Ledger ledger;

    private final boolean durable;
    private final int receiveMaximum;
    private boolean asked;
    private boolean known;
    private volatile Link link;
    private volatile boolean stopped;
    private Thread thread;

    /// @param receiveMaximum of 5.0, 0 for none given
    Client(String id, MqttVersion version, boolean durable, int receiveMaximum, Site site, Ledger ledger) {
        this.id = id;
        this.version = version;
        this.durable = durable;
        this.receiveMaximum = receiveMaximum;
        this.site = site;
        this.ledger = ledger;
    }

    final Client start() {
        thread = Thread.ofVirtual().name(id).start(this);
        return this;
    }

    /// Ends it, wherever it is, and waits until it has.
    final void stop() {
        stopped = true;
        Link open = link;
        if (open != null) {
            open.close();
        }
        if (thread != null) {
            thread.interrupt();
            Waiting.until(this::isDone, "ended: " + this);
        }
    }

    final boolean isStopped() {
        return stopped;
    }

    final boolean isDone() {
        return thread != null && !thread.isAlive();
    }

    @Override
    public final void run() {
        try {
            boolean again = true;
            while (again && !stopped) {
                int port = site.await();
                if (port == 0) {
                    return;
                }
                again = once(port);
            }
        } catch (InterruptedException e) {
            // Told to stop.
        } catch (RuntimeException | AssertionError e) {
            ledger.fault(id + ": " + e);
        }
    }

    private boolean once(int port) throws InterruptedException {
        try (Link opened = Link.open(port, version)) {
            link = opened;
            return stopped || live(opened);
        } catch (IOException e) {
            // Killed, or not quite up.
            Waiting.pause();
            return true;
        }
    }

    /// What it does with one connection, which is closed afterwards.
    ///
    /// @return whether it wants another
    /// @throws IOException if the connection is lost
    abstract boolean live(Link open) throws IOException, InterruptedException;

    /// Sends CONNECT and waits for its answer. A durable session that the client knows of must be there.
    ///
    /// @param will null for none
    /// @return null if the connection is over
    final ConnAck connect(Link open, boolean clean, Will will) throws IOException {
        Properties.Builder properties = Properties.builder();
        if (version.isV5()) {
            properties.with(Property.SESSION_EXPIRY_INTERVAL, durable ? EXPIRY_SECONDS : 0);
            if (receiveMaximum > 0) {
                properties.with(Property.RECEIVE_MAXIMUM, receiveMaximum);
            }
        }
        boolean cleanStart = clean || !durable;
        boolean mayBePresent = asked && !cleanStart;
        asked = true;
        open.send(new Connect(version, false, cleanStart, 0, id, properties.build(), will, null, null));
        ConnAck answer = open.expect(ConnAck.class);
        if (answer == null) {
            return null;
        }
        if (answer.reason() == ReasonCode.SERVER_UNAVAILABLE || answer.reason() == ReasonCode.SERVER_BUSY) {
            throw new IOException("not now: " + answer.reason());
        }
        if (answer.reason() != ReasonCode.SUCCESS) {
            ledger.fault(id + " was refused with " + answer.reason());
        } else if (known && !cleanStart && !answer.sessionPresent()) {
            ledger.fault("the session of " + id + " is lost [MQTT-3.1.2-5]");
        } else if (!mayBePresent && answer.sessionPresent()) {
            ledger.fault(id + " was told of a session that can't be there [MQTT-3.2.2-2]");
        }
        known = durable;
        return answer;
    }

    /// Says good-bye and waits until the broker has closed the connection.
    final void disconnect(Link open) throws IOException {
        open.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        while (open.receive() != null) {
            // What was under way is not looked at, as by a client that is gone.
            continue;
        }
    }

    @Override
    public final String toString() {
        return id + " (" + version + ")";
    }
}
