package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.queue.Leftover;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A queue with priorities against a plain model: of what waits the highest goes first, but after 64 that went before
/// an older one, that one goes; in memory, on disk, over connections and crashes.
class PriorityModelTest {

    private static final int SEEDS = Integer.getInteger("tern.priority.seeds", 400);
    private static final int STEPS = 500;
    private static final int OVERTAKING = 64;
    private static final int LEVELS = 4;

    private enum State {
        WAITING,
        /// Before a crash, or on whatever connection.
        SENT,
        RELEASED
    }

    private static final class Entry {
        final long sequence;
        final int priority;
        final int qos;
        final String text;
        State state = State.WAITING;
        boolean held;
        boolean onThisConnection;
        /// Only a crash says that it may have been sent.
        boolean maybeSent;

        Entry(long sequence, int priority, int qos, String text) {
            this.sequence = sequence;
            this.priority = priority;
            this.qos = qos;
            this.text = text;
        }

        @Override
        public String toString() {
            return text + " (" + sequence + ", priority " + priority + ", " + state + ")";
        }
    }

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Map<String, Entry> byText = new HashMap<>();
    private Session session = new Session(host, 0, "c", 1);
    private Channel channel;
    private Random random;
    private String at;
    private long next;
    private int overtook;
    private int dropped;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void behaves_as_the_model_says(long seed) {
        random = new Random(seed);
        boolean crashes = seed % 3 == 0;
        host.keeps = seed % 3 != 1;
        host.priorities = LEVELS;
        host.queueBytes = host.keeps ? 500 + random.nextInt(8000) : 1024 * 1024;
        host.queueMessages = crashes ? 0 : 1 + random.nextInt(300);
        host.packetIds = random.nextInt(4) == 0 ? 20 + random.nextInt(200) : 65_535;
        int levels = 1 + random.nextInt(LEVELS);
        int often = 1 + random.nextInt(8);
        connect();
        for (int step = 0; step < STEPS; step++) {
            at = "seed " + seed + " step " + step;
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> {
                    for (int i = random.nextInt(often); i >= 0; i--) {
                        offer(random.nextInt(10) == 0 ? 0 : random.nextInt(levels));
                        look();
                    }
                }
                case 4 -> leave(random.nextInt(3));
                case 5 -> connect();
                case 6 -> outlet.writable = random.nextInt(4) > 0;
                case 7 -> host.readBack(1 + random.nextInt(20));
                case 8 -> host.safe();
                case 9 -> release();
                case 10 -> {
                    if (crashes && random.nextInt(6) == 0) {
                        restart(random.nextBoolean());
                    }
                }
                default -> answer(random.nextInt(often));
            }
            look();
        }
        at = "seed " + seed + ", at the end";
        finish();
        assertThat(entries).as(at).isEmpty();
        assertThat(host.journal.kept).as(at).isEmpty();
        channel.lost();
        session.end();
        assertThat(host.heldBytes).as(at).isZero();
    }

    private void offer(int priority) {
        int qos = 1 + random.nextInt(2);
        String text = "m" + byText.size();
        Message message = Messages.of(text, qos);
        message.prioritize(priority);
        Entry entry = new Entry(next, priority, qos, text);
        entry.held = qos == 2 && host.keeps && session.durable();
        byText.put(text, entry);
        makeRoom(entry);
        session.offer(message, qos, false, null);
        assertThat(host.dropped.size() + host.droppedUnread).as(at + ", dropped").isEqualTo(dropped);
        if (entries.containsKey(next)) {
            next++;
        }
    }

    /// The lowest is dropped first, and nothing for what is lower.
    private void makeRoom(Entry comes) {
        List<Entry> waiting = waiting();
        if (host.queueMessages > 0 && waiting.size() >= host.queueMessages) {
            dropped++;
            Entry lowest = waiting.getFirst();
            for (Entry each : waiting) {
                lowest = each.priority < lowest.priority ? each : lowest;
            }
            if (lowest.priority > comes.priority) {
                return;
            }
            entries.remove(lowest.sequence);
        }
        entries.put(comes.sequence, comes);
    }

    private List<Entry> waiting() {
        return entries.values().stream().filter(entry -> entry.state == State.WAITING).toList();
    }

    private Entry goesNext() {
        List<Entry> waiting = waiting();
        Entry oldest = waiting.getFirst();
        long reachEnd = entries.firstKey() + host.packetIds;
        Entry highest = null;
        for (Entry each : waiting) {
            boolean within = each.priority == 0 || each.sequence < reachEnd;
            if (within && (highest == null || each.priority > highest.priority)) {
                highest = each;
            }
        }
        return highest == null || overtook >= OVERTAKING ? oldest : highest;
    }

    private void connect() {
        if (channel != null) {
            return;
        }
        outlet.closed = false;
        entries.values().forEach(entry -> entry.onThisConnection = false);
        channel = host.open(
                outlet,
                Connects.v5()
                        .resume()
                        .with(Property.RECEIVE_MAXIMUM, 1 + random.nextInt(20))
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100)
                        .packet(),
                session,
                false);
        session.drain();
    }

    private void leave(int chance) {
        if (channel != null && chance == 0) {
            channel.lost();
            look();
            channel = null;
        }
    }

    private void release() {
        for (FakeHost.Holding holding : List.copyOf(host.holding)) {
            host.holding.remove(holding);
            Entry entry = entries.get(holding.sequence());
            if (entry != null) {
                entry.held = false;
            }
            session.release(holding.sequence());
        }
    }

    /// A process begins with what the one before has written: all of it.
    private void restart(boolean planned) {
        if (!session.durable()) {
            return;
        }
        long[] told = host.journal.sendable.getLast();
        long sentEnd = told[0];
        if (planned) {
            leave(0);
            sentEnd = session.outbox().sentEnd();
            boolean wentAhead = false;
            for (Entry each : entries.values()) {
                wentAhead |= each.state != State.WAITING && each.sequence > waitingFirst();
            }
            if (!wentAhead && entries.values().stream().noneMatch(entry -> entry.maybeSent)) {
                assertThat(sentEnd).as(at + ", exact").isLessThanOrEqualTo(waitingFirst());
            }
        }
        channel = null;
        outlet.closed = false;
        outlet.take();
        host.asked.clear();
        host.unsafe.clear();
        host.holding.clear();
        host.heldBytes = 0;
        overtook = 0;
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        boolean empty = entries.isEmpty();
        long first = empty ? 0 : entries.firstKey();
        long end = empty ? 0 : entries.lastKey() + 1;
        Leftover left = new Leftover(first, end, sentEnd, 0, 0, entries.size(), 100L * entries.size());
        session.outbox().recover(left);
        next = left.next();
        long maybeSentEnd = empty ? 0 : left.maybeSentEnd(host.packetIds);
        for (Entry each : entries.values()) {
            assertThat(each.state == State.WAITING || each.sequence < maybeSentEnd)
                    .as(at + ", known to have been sent: " + each)
                    .isTrue();
            each.held = false;
            each.onThisConnection = false;
            if (each.sequence < maybeSentEnd) {
                each.maybeSent = true;
                each.state = each.state == State.RELEASED ? State.RELEASED : State.SENT;
            }
        }
        connect();
    }

    private long waitingFirst() {
        List<Entry> waiting = waiting();
        return waiting.isEmpty() ? next : waiting.getFirst().sequence;
    }

    /// Compares what was sent with what the model says.
    private void look() {
        for (Packet packet : outlet.take()) {
            if (packet instanceof Publish publish) {
                Entry entry = byText.get(Messages.text(publish));
                assertThat(entries.get(entry.sequence)).as(at + ", settled").isSameAs(entry);
                assertThat(publish.packetId()).as(at + ", " + entry)
                        .isEqualTo(1 + (int) (entry.sequence % host.packetIds));
                assertThat(inUse(publish.packetId(), entry)).as(at + ", in use for").isNull();
                if (publish.dup()) {
                    checkRepeat(entry);
                } else {
                    checkNew(entry);
                }
                entry.state = State.SENT;
                entry.onThisConnection = true;
            } else if (packet instanceof PubRel rel) {
                entries.values().stream()
                        .filter(each -> each.state == State.RELEASED && id(each) == rel.packetId())
                        .forEach(each -> each.onThisConnection = true);
            }
        }
    }

    private Entry inUse(int packetId, Entry otherThan) {
        return entries.values().stream()
                .filter(each -> each != otherThan && each.state != State.WAITING && id(each) == packetId)
                .findFirst()
                .orElse(null);
    }

    private int id(Entry entry) {
        return 1 + (int) (entry.sequence % host.packetIds);
    }

    private void checkRepeat(Entry entry) {
        assertThat(entry.state).as(at + ", DUP: " + entry).isEqualTo(State.SENT);
        assertThat(entry.onThisConnection).as(at + ", twice: " + entry).isFalse();
        for (Entry each : entries.headMap(entry.sequence).values()) {
            assertThat(each.state == State.SENT && !each.onThisConnection)
                    .as(at + ", sent again before " + each + ": " + entry)
                    .isFalse();
        }
    }

    private void checkNew(Entry entry) {
        assertThat(entry.state).as(at + ", no DUP: " + entry).isEqualTo(State.WAITING);
        assertThat(entry.held).as(at + ", held: " + entry).isFalse();
        assertThat(entry).as(at).isSameAs(goesNext());
        assertThat(entry.sequence).as(at + ", its identifier").isLessThan(entries.firstKey() + host.packetIds);
        for (Entry each : entries.values()) {
            assertThat(each.state == State.SENT && !each.onThisConnection)
                    .as(at + ", not sent again before " + entry + ": " + each)
                    .isFalse();
        }
        overtook = entry == waiting().getFirst() ? 0 : overtook + 1;
    }

    private void answer(int most) {
        for (int i = 0; i <= most && channel != null; i++) {
            List<Entry> open = new ArrayList<>(entries.values());
            open.removeIf(entry -> !entry.onThisConnection || entry.state == State.WAITING);
            if (open.isEmpty()) {
                return;
            }
            answer(open.get(random.nextInt(open.size())));
            look();
        }
    }

    private void answer(Entry entry) {
        int id = id(entry);
        if (entry.qos == 1) {
            entries.remove(entry.sequence);
            channel.on(new PubAck(id, ReasonCode.SUCCESS, Properties.NONE));
        } else if (entry.state == State.SENT) {
            entry.state = State.RELEASED;
            channel.on(new PubRec(id, ReasonCode.SUCCESS, Properties.NONE));
        } else {
            entries.remove(entry.sequence);
            channel.on(new PubComp(id));
        }
    }

    /// All that is owed comes, if nobody is in the way.
    private void finish() {
        outlet.writable = true;
        connect();
        for (int i = 0; i < 20_000 && !entries.isEmpty(); i++) {
            release();
            host.safe();
            session.drain();
            look();
            answer(3);
            host.readBack(7);
            look();
        }
    }
}
