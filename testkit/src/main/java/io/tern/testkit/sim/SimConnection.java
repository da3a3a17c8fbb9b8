package io.tern.testkit.sim;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Loop;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// The broker's end of one connection: what a transport does, one small thing at a time.
///
/// It holds the broker to the contract of [Connection] as well: every call on the right loop, none while it moves.
final class SimConnection implements Connection, Actor {

    private enum State {
        /// Not brought to the door yet.
        NEW,
        OPEN,
        MOVING,
        /// Closed by the broker; what was flushed still goes out.
        DRAINING,
        /// Broken, and the broker has not been told.
        BROKEN,
        CLOSED
    }

    private enum Option { ACCEPT, READ, END, BREAK, TAKE, WRITABLE, SENT, ARRIVE, CLOSE }

    private static final long CLOSE_MILLIS = 5_000;
    private static final int READ_BYTES = 64 * 1024;

    private final Simulation sim;
    private final Attempt attempt;
    private final Cable cable;
    private final int weight;
    private final ConnectionInfo info;
    private final Option[] enabled = new Option[Option.values().length];
    private final Bytes appended = new Bytes();
    private final Bytes handed = new Bytes();
    private SimLoop loop;
    private State state = State.NEW;
    private ConnectionHandler handler;
    private boolean reading = true;
    private boolean aboveHighWater;
    /// Whether bytes were taken that the broker doesn't know of.
    private boolean tookLater;
    private boolean told;
    private boolean ended;
    private long closeByMillis;
    private SimLoop target;
    private Runnable arrived;

    SimConnection(Simulation sim, Attempt attempt, Cable cable, SimLoop loop) {
        this.sim = sim;
        this.attempt = attempt;
        this.cable = cable;
        this.loop = loop;
        this.weight = sim.profile().byteWeight();
        this.info = new ConnectionInfo(
                attempt.client().listener(), "tcp",
                InetSocketAddress.createUnresolved("client" + attempt.client().number(), 1));
    }

    @Override
    public int options() {
        int count = 0;
        if (handed.size() > 0 && cable.roomToClient() > 0 && (state == State.OPEN || state == State.DRAINING)) {
            enabled[count++] = Option.TAKE;
        }
        if (loop.stalled()) {
            return count;
        }
        switch (state) {
            case NEW -> enabled[count++] = Option.ACCEPT;
            case OPEN -> count = whileOpen(count);
            case MOVING -> enabled[count++] = Option.ARRIVE;
            case BROKEN -> enabled[count++] = Option.CLOSE;
            case DRAINING -> {
                if (handed.size() == 0 || cable.isCut() || sim.clock().nowMillis() >= closeByMillis) {
                    enabled[count++] = Option.CLOSE;
                }
            }
            case CLOSED -> { }
        }
        return count;
    }

    private int whileOpen(int from) {
        int count = from;
        if (reading && cable.toServer.size() > 0) {
            enabled[count++] = Option.READ;
        }
        if (reading && cable.clientEnded() && cable.toServer.size() == 0) {
            enabled[count++] = Option.END;
        }
        if (cable.isCut()) {
            enabled[count++] = Option.BREAK;
        }
        if (aboveHighWater && pending() < HIGH_WATER_BYTES / 2) {
            enabled[count++] = Option.WRITABLE;
        }
        if (tookLater) {
            enabled[count++] = Option.SENT;
        }
        return count;
    }

    @Override
    public void act(int option) {
        options();
        Option chosen = enabled[option];
        sim.trace().event(this, chosen.name(), attempt.number(), handed.size() + appended.size());
        switch (chosen) {
            case ACCEPT -> accept();
            case READ -> read();
            case END, BREAK -> state = State.BROKEN;
            case TAKE -> take();
            case WRITABLE -> writable();
            case SENT -> sent();
            case ARRIVE -> arrive();
            case CLOSE -> tellClosed();
        }
    }

    private void accept() {
        state = State.OPEN;
        loop.run(() -> handler = sim.broker().accept(this));
        if (handler == null) {
            turnedAway();
        }
    }

    private void turnedAway() {
        if (!attempt.metStop()) {
            sim.fail("the broker takes no connection", null);
        }
        attempt.closedByBroker();
        state = State.CLOSED;
        cable.endByServer();
        end();
    }

    /// One read may come in two portions; the second comes even if the first has made the broker stop reading.
    private void read() {
        int length = sim.random().portion(Math.min(READ_BYTES, cable.toServer.size()));
        int first = sim.random().chance(200) ? sim.random().between(1, length) : length;
        deliver(first);
        if (first < length && state == State.OPEN) {
            deliver(length - first);
        }
    }

    private void deliver(int length) {
        byte[] bytes = cable.toServer.take(length);
        attempt.delivered(length);
        loop.run(() -> handler.onBytes(bytes, 0, length));
        Arrays.fill(bytes, (byte) 0xA5); // The array is ours again: whoever still looks at it sees nonsense.
    }

    private void take() {
        handed.moveTo(cable.toClient, sim.random().portion(Math.min(handed.size(), cable.roomToClient())));
        tookLater = true;
    }

    private void writable() {
        aboveHighWater = false;
        if (!sim.faults().losesWritable()) {
            loop.run(handler::onWritable);
        }
    }

    private void sent() {
        tookLater = false;
        if (!sim.faults().losesWritable()) {
            loop.run(handler::onSent);
        }
    }

    private void arrive() {
        loop = target;
        boolean whole = !cable.isCut() && !told && !ended;
        state = whole ? State.OPEN : State.BROKEN;
        if (whole) {
            appended.moveTo(handed, appended.size());
        }
        loop.run(arrived);
        if (told) {
            state = State.CLOSED;
        }
    }

    private void tellClosed() {
        state = State.CLOSED;
        told = true;
        cable.endByServer();
        end();
        loop.run(() -> handler.onClosed(null));
    }

    /// The broker's process has ended: what the network had taken may still arrive, or some of it.
    void crash() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        if (sim.random().chance(500) && !cable.isCut()) {
            handed.moveTo(cable.toClient, handed.size());
        }
        if (sim.random().chance(500)) {
            cable.cut(sim.random());
        }
        cable.endByServer();
        end();
    }

    /// From now on the broker knows that this connection is over.
    private void end() {
        if (!ended) {
            ended = true;
            attempt.ended();
        }
    }

    @Override
    public ConnectionInfo info() {
        return info;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public boolean write(byte[] src, int offset, int length) {
        check("write");
        if (ended || isStranded()) {
            return false;
        }
        byte[] packet = sim.faults()
                .toClient(attempt.client().version(), Arrays.copyOfRange(src, offset, offset + length));
        attempt.written(packet); // Also if it is broken: the broker doesn't know yet, and goes on accordingly.
        if (state == State.OPEN) {
            for (int i = sim.faults().copiesToClient(packet); i > 0; i--) {
                appended.add(packet, 0, packet.length);
            }
            aboveHighWater |= pending() >= HIGH_WATER_BYTES;
        }
        return true;
    }

    @Override
    public void flush() {
        check("flush");
        if (state == State.OPEN) {
            appended.moveTo(handed, appended.size());
        }
    }

    @Override
    public int pendingBytes() {
        check("pendingBytes");
        return pending();
    }

    private int pending() {
        return (int) Math.min(Integer.MAX_VALUE, (long) weight * (appended.size() + handed.size()));
    }

    @Override
    public void reading(boolean on) {
        check("reading");
        reading = on;
    }

    @Override
    public boolean isOpen() {
        check("isOpen");
        return state == State.OPEN;
    }

    @Override
    public void close() {
        check("close");
        if (isStranded()) {
            return;
        }
        if (state == State.OPEN) {
            appended.moveTo(handed, appended.size());
            state = State.DRAINING;
            closeByMillis = sim.clock().nowMillis() + CLOSE_MILLIS;
            sim.trace().event(this, "closed by the broker", attempt.number(), handed.size());
            attempt.closedByBroker();
        }
        end();
    }

    @Override
    public void abort() {
        check("abort");
        if (isStranded()) {
            return;
        }
        if (state == State.OPEN || state == State.DRAINING) {
            appended.take(appended.size());
            handed.take(handed.size());
            state = State.DRAINING;
            closeByMillis = sim.clock().nowMillis();
            sim.trace().event(this, "cut by the broker", attempt.number(), 0);
            attempt.closedByBroker();
        }
        end();
    }

    private boolean isStranded() {
        return sim.faults().strandsAfterBug() && sim.authorizer().hasThrownAt(attempt.client());
    }

    @Override
    public void move(Loop newLoop, Runnable whenArrived) {
        check("move");
        if (newLoop == loop) {
            sim.fail(this + " is moved to where it is", null);
        }
        reading = false;
        state = State.MOVING;
        target = (SimLoop) newLoop;
        arrived = whenArrived;
        sim.trace().event(this, "leaves for", attempt.number(), target.number());
    }

    private void check(String what) {
        if (!loop.inLoop()) {
            sim.fail(what + " of " + this + " on " + sim.current(), null);
        }
        if (state == State.MOVING) {
            sim.fail(what + " of " + this + " while it moves", null);
        }
    }

    /// Whether it is gone for good, so that nobody needs to look at it again.
    boolean isGone() {
        return state == State.CLOSED;
    }

    Cable cable() {
        return cable;
    }

    Attempt attempt() {
        return attempt;
    }

    /// When it will do something by itself, if nothing else happens.
    ///
    /// @return milliseconds, [Long#MAX_VALUE] for never
    long deadlineMillis() {
        return state == State.DRAINING ? closeByMillis : Long.MAX_VALUE;
    }

    @Override
    public String toString() {
        return "connection" + attempt.number() + "(" + attempt.client() + ")";
    }
}
