package io.tern.testkit.sim;

import io.tern.api.Turn;
import io.tern.testkit.sim.SimClient.Terms;
import io.tern.wire.MqttVersion;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// The calm end of a run, in which everything has to come out right.
final class Ending {

    /// Longer than a closing connection lingers and a silent newcomer is borne. Unit: milliseconds.
    private static final long REST_MILLIS = 12_000;

    /// Long enough for an answer that waits for the disk. Unit: milliseconds.
    private static final long QUIET_MILLIS = 50;

    /// How often a client may be closed that takes all it gets.
    private static final int CLOSED_TIMES = 10;

    private static final int MARK_BYTES = 8;
    /// Longer than a message lives that expires: then nobody looks for it any more. Unit: milliseconds.
    private static final long LIFE_MILLIS = 21_000;
    /// It lives longer by what a process had kept no reading of, a minute at most, if a clock was set back then.
    private static final long DOUBTED_LIFE_MILLIS = 600_000;

    private static final int STOPPED_PER_MILLE = 300;
    private static final int CRASHED_PER_MILLE = 300;

    private final Simulation sim;
    private final Scheduler scheduler;
    /// Somebody was closed since there is no memory left, and that by rights.
    private boolean starved;

    Ending(Simulation sim, Scheduler scheduler) {
        this.sim = sim;
        this.scheduler = scheduler;
    }

    void run() {
        sim.calmDown();
        comeToRest();
        comeBack();
        checkRetainedRoom();
        SimClient probe = probe();
        if (starved) {
            return; // So little memory is left that nobody can stay: nothing is owed to them.
        }
        if (sim.random().chance(STOPPED_PER_MILLE)) {
            stop();
            sim.startAgain(true);
            comeBack();
            probe = probe();
            if (starved) {
                return;
            }
        }
        leave(probe);
    }

    /// The walk has stopped: whoever is connected and idle must have everything.
    private void comeToRest() {
        scheduler.rest(REST_MILLIS);
        for (SimConnection connection : sim.net().connections()) {
            if (connection.attempt().hasBrokenRules() && connection.attempt().isRead()) {
                sim.fail(connection + " stays open, though its client has answered wrongly [MQTT-4.13.1-1]", null);
            }
        }
        Obligations obligations = new Obligations(sim);
        for (SimClient client : sim.clients()) {
            if (client.isOpen() && client.link().attempt() == client.session().open()) {
                checkSettled(client);
                obligations.of(client);
            }
        }
        obligations.check();
        sim.check();
        if (sim.profile().crashPerMille() > 0 && sim.random().chance(CRASHED_PER_MILLE)) {
            sim.crash(true);
        }
    }

    /// Everybody comes back to the session that was left, some while their old connection is still open.
    private void comeBack() {
        for (SimClient client : sim.clients()) {
            if (client.link() != null && sim.random().chance(500)) {
                client.reset();
            }
            client.connect(Terms.CALM);
        }
        scheduler.rest(REST_MILLIS);
        comeBackAgain();
        Obligations obligations = new Obligations(sim);
        boolean all = true;
        for (SimClient client : sim.clients()) {
            if (client.wasClosed()) {
                all = false; // It publishes more to itself each time than its queue takes.
                continue;
            }
            checkOpen(client);
            checkSettled(client);
            obligations.of(client);
        }
        if (all && !starved) {
            obligations.ofGroups();
        }
        if (!starved) {
            obligations.check();
        }
        sim.check();
    }

    /// Who was closed since its queue was full, or for what it may not do, comes back and goes on.
    private void comeBackAgain() {
        for (int i = 0; i < CLOSED_TIMES; i++) {
            List<SimClient> closed = sim.clients().stream()
                    .filter(SimClient::wasClosed)
                    .toList();
            if (closed.isEmpty()) {
                return;
            }
            closed.forEach(client -> client.connect(Terms.CALM));
            scheduler.rest(REST_MILLIS);
        }
    }

    private void checkOpen(SimClient client) {
        if (client.isOpen() && client.link().attempt() == client.session().open()) {
            return;
        }
        starved |= sim.profile().tightMemory();
        if (!starved) {
            sim.fail(client + " can't connect", null);
            sim.check();
        }
    }

    private void checkSettled(SimClient client) {
        if (starved) {
            return;
        }
        ClientLink link = client.link();
        if (!link.isSettled() || !client.outbound().isEmpty()) {
            sim.fail(link + " still waits: " + link.owes(), null);
        }
        // A message that has become too large for the client's present terms is dropped in the midst of its exchange.
        if (sim.dropped() == 0 && !client.inbound().isSettled(link.attempt().incarnation())) {
            sim.fail(link + " waits for PUBREL", null);
        }
    }

    /// What has expired takes no room from what is retained.
    private void checkRetainedRoom() {
        int limit = sim.profile().retainedMessages();
        SimClient publisher = sim.clients().getFirst();
        boolean free = sim.retained().most() < limit && !sim.profile().tightMemory() && publisher.isOpen();
        if (!free) {
            return;
        }
        TopicName topic = sim.topics().retained(sim.random(), publisher.number());
        SimMessage message = publisher.publish(topic, 1, true, MARK_BYTES);
        scheduler.rest(QUIET_MILLIS);
        sim.check();
        if (message != null && message.isAcked() && message.expirySeconds() < 0) {
            sim.retained().mustBe(message);
        }
    }

    /// A stranger asks for everything retained.
    private SimClient probe() {
        SimClient probe = new SimClient(sim, sim.clients().size(), MqttVersion.V5);
        sim.clients().add(probe);
        probe.connect(Terms.LAST);
        scheduler.rest(REST_MILLIS);
        checkOpen(probe);
        if (starved) {
            return probe;
        }
        probe.subscribe(
                List.of(new Subscribe.Item(TopicFilter.of("r/#"), 2), new Subscribe.Item(TopicFilter.of("q/#"), 2)),
                false);
        scheduler.rest(REST_MILLIS);
        Obligations obligations = new Obligations(sim);
        checkOpen(probe);
        if (starved) {
            return probe;
        }
        obligations.ofRetained(probe);
        int count = probe.session().certain().retainedCount();
        // Some may have expired since.
        int least = probe.session().certain().retainedForEver();
        if (sim.broker().retainedMessages() > count || sim.broker().retainedMessages() < least) {
            sim.fail(sim.broker().retainedMessages() + " messages are retained, but " + count + " were sent", null);
        }
        sim.check();
        return probe;
    }

    /// The broker is told to stop: nobody may stay connected. What is not on the disk then is lost with the process.
    private void stop() {
        sim.stop();
        scheduler.rest(REST_MILLIS);
        sim.checkStopped();
    }

    /// All leave for good: nothing may be left.
    private void leave(SimClient probe) {
        List<TopicName> retained = new ArrayList<>(sim.topics().retained());
        retained.addAll(sim.topics().common());
        for (TopicName topic : retained) {
            probe.publish(topic, 1, true, 0);
            scheduler.rest(QUIET_MILLIS);
        }
        for (SimClient client : sim.clients()) {
            if (client != probe) {
                client.connect(Terms.LAST);
            }
        }
        scheduler.rest(REST_MILLIS);
        for (SimClient client : sim.clients()) {
            checkOpen(client);
            if (starved) {
                return;
            }
            client.disconnect();
        }
        scheduler.rest(sim.clock().isDoubted() ? DOUBTED_LIFE_MILLIS : LIFE_MILLIS);
        if (sim.broker().sessions() != 0 || sim.broker().subscriptions() != 0) {
            sim.fail(sim.broker().sessions() + " sessions and " + sim.broker().subscriptions()
                    + " subscriptions are left behind", null);
        }
        if (sim.broker().heldBytes() != 0) {
            sim.fail(sim.broker().heldBytes() + " bytes are still held, with "
                    + sim.broker().retainedMessages() + " retained messages", null);
        }
        if (!sim.store().leftovers().isEmpty()) {
            sim.fail("on disk is left: " + sim.store().leftovers(), null);
        }
        for (SimLoop loop : sim.loops()) {
            if (loop.options() > 0 || loop.turnAtMillis() != Turn.IDLE) {
                sim.fail(loop + " waits for something that nobody has asked for", null);
            }
        }
        if (!sim.net().connections().isEmpty()) {
            sim.fail(sim.net().connections() + " are left behind", null);
        }
        sim.check();
    }
}
