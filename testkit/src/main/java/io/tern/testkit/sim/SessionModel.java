package io.tern.testkit.sim;

import io.tern.broker.options.BrokerOptions;
import io.tern.wire.PointToPoint;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.HashSet;
import java.util.Set;

/// What the model knows about one client's session: whether the broker must have it, must not, or may.
///
/// It is not always sure: a CONNECT whose answer never left may or may not have begun or ended a session, and a session
/// may or may not have reached its expiry.
final class SessionModel {

    private enum Status { ABSENT, PRESENT, UNSURE }

    private final Simulation sim;
    private final int group;
    private Status status = Status.ABSENT;
    private Attempt open;
    private Attempt last;
    private Incarnation incarnation;
    private long expirySeconds;
    private long offlineSinceMillis;
    /// Whose it may be: of other users nobody gets it.
    private final Set<String> owners = new HashSet<>();
    private final Absence absence;

    /// @param group the only shared group that this client is ever in
    SessionModel(Simulation sim, int group) {
        this.sim = sim;
        this.group = group;
        this.absence = new Absence(sim);
    }

    /// The broker lets a connection in.
    ///
    /// @return the session it gets
    Incarnation opened(Attempt attempt) {
        if (open != null) {
            sim.fail(attempt + " was let in while the broker had not closed " + open + " [MQTT-3.1.4-3]", null);
        }
        if (status == Status.PRESENT && offline() >= lastsMillis()) {
            status = Status.UNSURE;
        }
        boolean present = attempt.sessionPresent();
        boolean anew = attempt.cleanStart() || !owners.contains(attempt.user());
        if (present && (anew || status == Status.ABSENT)) {
            sim.fail(attempt + " was told of a session that can't be there [MQTT-3.2.2-2]", null);
        }
        if (!present && !anew && owners.size() == 1 && status == Status.PRESENT) {
            sim.fail("the session of " + attempt + " is lost [MQTT-3.1.2-5]", null);
        }
        if (!present || incarnation == null) {
            sim.history().sessionLost(group);
            boolean durable = present || attempt.expirySeconds() > 0;
            incarnation = new Incarnation(sim.nextIncarnation(), sim.step(), durable);
        } else if (status == Status.UNSURE) {
            sim.history().sessionLost(group);
            incarnation = incarnation.doubted(sim.nextIncarnation(), sim.step());
        }
        if (incarnation.startStep() == sim.step()) {
            incarnation.add(toItself(attempt.client()));
        }
        if (present && status == Status.PRESENT) {
            absence.ends();
        } else {
            absence.forget();
        }
        status = Status.PRESENT;
        owners.clear();
        owners.add(attempt.user());
        sim.history().comes(group);
        open = attempt;
        last = attempt;
        expirySeconds = attempt.expirySeconds();
        return incarnation;
    }

    /// What goes to a client alone comes to it for as long as its session lasts, whatever it subscribes to.
    private Span toItself(SimClient client) {
        TopicFilter filter = TopicFilter.of(PointToPoint.filter(client.toString()));
        Span span = new Span(new Subscribe.Item(filter, 2), sim.step());
        span.acked(sim.step());
        return span;
    }

    /// So much more time counts as passed while the process was away than has: a clock was set that nobody looked at.
    void ages(long tooMuchMillis) {
        offlineSinceMillis -= tooMuchMillis;
    }

    /// As the client wants it, or as long as the operator lets it.
    private long lastsMillis() {
        long mostSeconds = sim.profile().options().get(BrokerOptions.SESSION_EXPIRY).toSeconds();
        return Math.min(expirySeconds, mostSeconds) * 1000;
    }

    private long offline() {
        return sim.clock().nowMillis() - offlineSinceMillis;
    }

    /// The broker knows that a connection is over.
    void ended(Attempt attempt) {
        if (attempt == open) {
            open = null;
            absence.begins();
            sim.history().leaves(group);
            offlineSinceMillis = sim.clock().nowMillis();
            if (expirySeconds == 0) {
                status = Status.ABSENT;
                sim.history().sessionLost(group);
            } else if (attempt.mayChangeExpiry()) {
                status = Status.UNSURE;
                sim.history().sessionLost(group);
            }
        } else if (attempt.connectReadStep() >= 0 && !attempt.wasOpen()) {
            // It may have been opened, and ended before it could say so.
            if (attempt.cleanStart() || status == Status.ABSENT || attempt.expirySeconds() != expirySeconds
                    || !owners.contains(attempt.user())) {
                status = Status.UNSURE;
                owners.add(attempt.user());
            }
        }
    }

    /// @return what waited for it when its client was away last
    Absence absence() {
        return absence;
    }

    /// Whether the broker may have a session of that user.
    boolean mayBePresentFor(String user) {
        return status != Status.ABSENT && owners.contains(user);
    }

    /// @return the connection that the broker has let in and not ended, or null
    Attempt open() {
        return open;
    }

    /// Whether the last connection that was let in was closed for what was sent to its client, or by it.
    boolean wasClosed() {
        boolean fair = last != null
                && (last.mayBeOverwhelmed() || last.metShortage() || sim.authorizer().mayClose(last.client()));
        return fair && last.isClosedByBroker();
    }

    /// @return the session that the broker has for certain, or null
    Incarnation certain() {
        return status == Status.PRESENT ? incarnation : null;
    }
}
