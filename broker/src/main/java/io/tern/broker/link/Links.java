package io.tern.broker.link;

import io.tern.api.ClientInfo;
import io.tern.api.Connection;
import io.tern.api.SecurityEvent;
import io.tern.broker.defence.Defence;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import io.tern.broker.watch.ClientLog;
import io.tern.broker.watch.Counters;
import io.tern.broker.watch.Traffic;
import io.tern.engine.ChannelHost;
import io.tern.wire.ReasonCode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// The links of one shard, and what all of them need: all of them, those that have written and are to be flushed when
/// the turn ends, and those that rested and may go on parsing. For the shard's thread.
public final class Links {

    /// Links that go on parsing in one turn.
    private static final int REVIVED_PER_TURN = 1024;

    final ShardThread thread;
    final Steps steps;
    final ShardMemory memory;
    final Safety safety;
    final Counters counters;
    final Traffic traffic;
    final ClientLog log;
    final SecurityEvent.Sink events;
    final int packetBytes;
    final Function<Link, ChannelHost> hosts;
    final Throttle throttle;
    final Unsent unsent;
    final Answers answers = new Answers();
    private final Consumer<Link> closed;
    private final Runnable gone;
    private final Slices slices;
    private Link[] all = new Link[16];
    private int count;
    private Output[] dirty = new Output[16];
    private int dirtyCount;
    private final ArrayDeque<Link> revived = new ArrayDeque<>();
    private boolean stopping;

    /// @param thread the shard's
    /// @param memory charged with what each connection makes the server hold
    /// @param safety says when the disk is so far behind that nobody is read who could add to it
    /// @param counters of the shard
    /// @param log told who leaves
    /// @param events takes what clients are denied
    /// @param defence says how fast clients may publish
    /// @param packetBytes largest packet taken from a client
    /// @param hosts for each link, what its channel asks of the shard
    /// @param closed told of each connection that has ended
    /// @param gone run when one is not on this shard any more
    public Links(
            ShardThread thread,
            ShardMemory memory,
            Safety safety,
            Counters counters,
            ClientLog log,
            SecurityEvent.Sink events,
            Defence defence,
            int packetBytes,
            Function<Link, ChannelHost> hosts,
            Consumer<Link> closed,
            Runnable gone) {
        this.thread = thread;
        this.steps = thread.steps();
        this.memory = memory;
        this.safety = safety;
        this.counters = counters;
        this.traffic = counters.traffic();
        this.log = log;
        this.events = events;
        this.packetBytes = packetBytes;
        this.hosts = hosts;
        this.throttle = new Throttle(thread, counters, defence);
        this.unsent = new Unsent(thread.number(), memory);
        this.closed = closed;
        this.gone = gone;
        this.slices = new Slices(thread);
        defence.onChange(() -> thread.later(this::limitsChanged));
    }

    /// A connection that has just been made.
    ///
    /// @param connection whose
    /// @return one more
    public Link open(Connection connection) {
        counters.count(Counters.Event.CONNECTIONS);
        Link link = new Link(this, connection);
        add(link);
        return link;
    }

    /// Takes in a link that has come over from another shard.
    ///
    /// @param link that was [removed][#remove] there
    public void arrived(Link link) {
        link.moved(this);
        add(link);
        counters.count(Counters.Event.MOVED);
    }

    private void add(Link link) {
        if (count == all.length) {
            all = Arrays.copyOf(all, count * 2);
        }
        link.place = count;
        all[count++] = link;
        counters.set(Counters.Level.CONNECTIONS, count);
        link.retime();
    }

    /// Takes out a link that goes to another shard, or has ended.
    ///
    /// @param link which may not be here any more
    public void remove(Link link) {
        thread.timers().cancel(link);
        if (link.place < 0) {
            return;
        }
        Link last = all[--count];
        all[link.place] = last;
        last.place = link.place;
        all[count] = null;
        link.place = -1;
        counters.set(Counters.Level.CONNECTIONS, count);
        gone.run();
    }

    /// A connection has ended.
    void closed(Link link) {
        log.disconnected(link.channel());
        closed.accept(link);
        remove(link);
    }

    /// Whether none is left.
    ///
    /// @return at this moment
    public boolean isEmpty() {
        return count == 0;
    }

    private void each(Consumer<Link> step) {
        slices.each(Arrays.copyOf(all, count), step);
    }

    private void limitsChanged() {
        throttle.limits();
        each(throttle::renew);
    }

    /// Whether nobody is let in any more, since the server stops.
    ///
    /// @return true for good
    public boolean isStopping() {
        return stopping;
    }

    /// Ends all connections, since the server stops.
    public void shutDown() {
        stopping = true;
        each(link -> link.channel().shutDown());
    }

    /// Closes the connections of some clients.
    ///
    /// @param who which clients
    /// @param reason what those of MQTT 5.0 are told
    public void disconnect(Predicate<ClientInfo> who, ReasonCode reason) {
        each(link -> {
            ClientInfo client = link.channel().client();
            if (client != null && who.test(client)) {
                link.channel().fail(reason, "closed by an operator");
            }
        });
    }

    /// A link has written: it will be flushed.
    void dirty(Output output) {
        if (!output.dirty) {
            output.dirty = true;
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, dirtyCount * 2);
            }
            dirty[dirtyCount++] = output;
        }
    }

    /// Flushes those that have written, each once: the turn is over.
    public void flush() {
        for (int i = 0; i < dirtyCount; i++) {
            Output output = dirty[i];
            dirty[i] = null;
            output.dirty = false;
            try {
                output.flush();
            } catch (Throwable bug) {
                thread.bug(output.link().channel(), bug); // The others still get theirs.
            }
        }
        dirtyCount = 0;
        answers.turned();
    }

    /// Lets those go who leave most unread, if nothing is left for the others.
    ///
    /// @return whether it is up to another shard to make room
    public boolean makeRoom() {
        return unsent.turn();
    }

    /// What a link rested for may be over: it will look in this turn, or in the next.
    void revive(Link link) {
        if (!link.revived) {
            link.revived = true;
            revived.add(link);
        }
    }

    /// Lets those that were revived go on.
    public void goOn() {
        int end = steps.done() + Steps.TURN_MAX;
        for (int i = Math.min(REVIVED_PER_TURN, revived.size()); i > 0 && steps.done() < end; i--) {
            Link link = revived.poll();
            link.revived = false;
            link.goOn();
        }
    }

    /// Whether a turn is needed for their sake.
    ///
    /// @return at this moment
    public boolean waiting() {
        return !revived.isEmpty() || dirtyCount > 0;
    }
}
