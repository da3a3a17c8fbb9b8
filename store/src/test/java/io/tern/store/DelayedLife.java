package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.DueSequence;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.store.archive.Archive;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.archive.Export;
import io.tern.store.archive.Import;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import io.tern.store.table.Table;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// One store, process after process, and a plain model beside it. Each turn of a shard ends with a record that says
/// which turn it was, so that it is known after a crash how many are on the disk.
final class DelayedLife {

    /// Where each process finds what the one before has left.
    interface Tables {
        Table next(Random random);
    }

    private static final int SHARDS = 2;
    private static final long DUE = 1_790_000_000_000L;
    private static final long END = 1L << 62;

    /// What a turn changes.
    private interface Change {
        void apply(DelayedModel model);
    }

    private record Turn(int shard, long number, List<Change> changes) {}

    /// @param durable positions of both shards, from which on its parts are safe
    private record Sending(int home, long epoch, long sequence, long transaction, long[] durable) {}

    private final Random random;
    private final Tables tables;
    private MemoryDisk disk = new MemoryDisk(1L << 30);
    private JournaledStore store;
    private final Shard[] shards = new Shard[SHARDS];
    private final Journal[] journals = new Journal[SHARDS];
    private final long[] epochs = new long[SHARDS];
    private final long[] turns = new long[SHARDS];
    private final long[] received = new long[SHARDS];
    /// Which turn of this process is safe at which position, by shard.
    private final List<TreeMap<Long, Long>> positions = List.of(new TreeMap<>(), new TreeMap<>());
    /// Sessions, one a shard, which receive and publish.
    private final long[] sessions = {1, 2};
    private final List<Turn> said = new ArrayList<>();
    private final List<Sending> sendings = new ArrayList<>();
    /// Of this process: places that were settled or are being sent.
    private final Set<List<Long>> busy = new HashSet<>();
    private final Set<List<Long>> given = new HashSet<>();
    /// What is on the disk for good, and what that is with all that was said since.
    private final DelayedModel base = new DelayedModel();
    private DelayedModel now = new DelayedModel();
    private long nextId;
    private long salt;
    private int number;
    int crashes;
    int sent;

    DelayedLife(long seed, Tables tables) {
        this.random = new Random(seed);
        this.tables = tables;
    }

    void run() throws IOException {
        open();
        for (int i = 0; i < SHARDS; i++) {
            turn(i, List.of(), session(i));
            safe(i);
        }
        for (int step = 200 + random.nextInt(400); step > 0; step--) {
            step();
        }
        crash();
        exported();
    }

    private Runnable session(int shard) {
        return () -> journals[shard].sessionOpened(sessions[shard], "client-" + shard, Owner.of(null), 60, null);
    }

    private void open() throws IOException {
        JournalOptions journal = new JournalOptions(64 * 1024, 64 * 64 * 1024, 1);
        ArchiverLimits limits = new ArchiverLimits(random.nextInt(200_000), 1 + random.nextInt(100_000), 16);
        StoreSettings settings = new StoreSettings(journal, limits, true, 0, 100);
        store = new JournaledStore(disk, tables.next(random), settings, "a test", () -> ++salt, () -> 0, nanos -> { },
                () -> { }, failure -> {
                    throw new AssertionError(failure);
                });
        store.look();
        FoundDelayed found = new FoundDelayed(store);
        store.recover(found);
        settleWhatIsOnTheDisk(found);
        assertThat(found.model()).isEqualTo(base.lines());
        nextId = store.firstId();
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard();
            journals[i] = store.open(i, shards[i], shards[i]);
            epochs[i] = 0;
        }
    }

    /// What was not on the disk was never said.
    private void settleWhatIsOnTheDisk(FoundDelayed found) {
        for (Turn turn : said) {
            if (turn.number <= found.turns.getOrDefault(sessions[turn.shard], 0L)) {
                turn.changes.forEach(change -> change.apply(base));
            }
        }
        for (int i = 0; i < SHARDS; i++) {
            assertThat(found.turns.getOrDefault(sessions[i], 0L)).isGreaterThanOrEqualTo(durableTurn(i));
        }
        base.endRun();
        now = base.copy();
        said.clear();
        sendings.clear();
        busy.clear();
        positions.forEach(TreeMap::clear);
    }

    private long durableTurn(int shard) {
        Map.Entry<Long, Long> safe =
                shards[shard] == null ? null : positions.get(shard).floorEntry(shards[shard].durable);
        return safe == null ? 0 : safe.getValue();
    }

    private void change(List<Change> changes, Change change) {
        changes.add(change);
        change.apply(now);
    }

    /// @param changes is filled by what is staged
    private void turn(int shard, List<Change> changes, Runnable staged) {
        staged.run();
        long turn = ++turns[shard];
        journals[shard].sessionLeft(sessions[shard], turn, 60, false, 0);
        positions.get(shard).put(journals[shard].position(), turn);
        said.add(new Turn(shard, turn, changes));
        journals[shard].commit(0);
    }

    private void step() throws IOException {
        int shard = random.nextInt(SHARDS);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> work(shard);
            case 3 -> read(shard);
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    crash();
                }
            }
            case 5, 6, 7 -> store.committer().step();
            case 8 -> store.archive();
            default -> {
                shards[shard].run();
                journals[shard].commit(1_000);
            }
        }
    }

    private void work(int shard) {
        List<Change> changes = new ArrayList<>();
        turn(shard, changes, () -> {
            for (int i = random.nextInt(12); i >= 0; i--) {
                switch (random.nextInt(8)) {
                    case 0 -> cancel(shard, changes);
                    case 1, 2, 3 -> send(shard, changes);
                    case 4 -> end(shard, changes);
                    default -> delay(shard, changes);
                }
            }
            for (Sending each : List.copyOf(sendings)) {
                boolean safe = shards[0].durable >= each.durable[0] && shards[1].durable >= each.durable[1];
                if (each.home == shard && safe) {
                    sendings.remove(each);
                    committed(each, changes);
                }
            }
        });
    }

    private Message message() {
        Owner owner = switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> Owner.of(null);
            case 2 -> Owner.at("192.0.2.7");
            default -> Owner.of("user-é");
        };
        return new Message(TopicName.of("later/" + number++), new byte[random.nextInt(300)], random.nextInt(3),
                random.nextBoolean(), random.nextBoolean() ? Properties.NONE
                        : Properties.builder().user("name", "value").build(),
                random.nextBoolean() ? null : "publisher", random.nextBoolean() ? Message.NEVER : DUE + 77)
                .ownedBy(owner);
    }

    private long place(long epoch) {
        long sequence;
        do {
            sequence = DueSequence.of(random.nextInt(40) == 0 ? DueSequence.DUE_MILLIS_MAX
                    : DUE + random.nextInt(1 << random.nextInt(20)), random.nextInt(6));
        } while (!given.add(List.of(epoch, sequence)));
        return sequence;
    }

    private void delay(int shard, List<Change> changes) {
        if (epochs[shard] == 0) {
            epochs[shard] = ++nextId;
            long opened = epochs[shard];
            journals[shard].delayedOpened(opened);
            change(changes, model -> model.open(opened));
        }
        long epoch = epochs[shard];
        long sequence = place(epoch);
        Message message = message();
        String words = DelayedModel.words(message);
        int packetId = random.nextInt(3) == 0 ? 1 + random.nextInt(30) : 0;
        boolean apart = packetId > 0 && random.nextBoolean();
        long transaction = apart ? ++nextId : 0;
        journals[shard].delayed(epoch, sequence, message, transaction);
        change(changes, model -> model.put(transaction, epoch, sequence, words));
        if (packetId > 0) {
            journals[shard].inboundOpened(sessions[shard], packetId, transaction);
            change(changes, model -> model.inbound(transaction, sessions[shard], packetId));
        }
        if (apart) {
            journals[shard].committed(transaction);
            change(changes, model -> model.commit(transaction));
        }
    }

    /// One of those that wait, in the order in which they are due, or any.
    private List<Long> any(int shard, boolean first) {
        List<List<Long>> all = now.places();
        all.removeIf(place -> busy.contains(place) || !isHome(shard, place.get(0)));
        if (all.isEmpty()) {
            return null;
        }
        List<Long> place = all.get(first ? 0 : random.nextInt(all.size()));
        busy.add(place);
        return place;
    }

    /// A queue's own shard alone writes to it; those of processes before belong to the first.
    private boolean isHome(int shard, long epoch) {
        return epoch == epochs[shard] || shard == 0 && epoch != epochs[1];
    }

    private void cancel(int shard, List<Change> changes) {
        List<Long> place = any(shard, false);
        if (place != null) {
            settle(shard, place.get(0), place.get(1), changes);
        }
    }

    private void settle(int shard, long epoch, long sequence, List<Change> changes) {
        journals[shard].settled(epoch, sequence);
        change(changes, model -> model.settle(epoch, sequence));
    }

    /// To the sessions of both shards at once, or of this one alone.
    private void send(int shard, List<Change> changes) {
        List<Long> place = any(shard, random.nextInt(4) > 0);
        if (place == null) {
            return;
        }
        long epoch = place.get(0);
        long sequence = place.get(1);
        if (random.nextInt(4) == 0) {
            queue(shard, 0, epoch, sequence, changes);
            settle(shard, epoch, sequence, changes);
            return;
        }
        long transaction = ++nextId;
        queue(shard, transaction, epoch, sequence, changes);
        long[] durable = new long[SHARDS];
        durable[shard] = journals[shard].position();
        int other = 1 - shard;
        List<Change> otherChanges = new ArrayList<>();
        turn(other, otherChanges, () -> queue(other, transaction, epoch, sequence, otherChanges));
        durable[other] = journals[other].position();
        sendings.add(new Sending(shard, epoch, sequence, transaction, durable));
    }

    private void queue(int shard, long transaction, long epoch, long sequence, List<Change> changes) {
        String topic = "sent/" + epoch + "/" + sequence;
        Message message =
                new Message(TopicName.of(topic), new byte[9], 1, false, Properties.NONE, null, Message.NEVER);
        long place = received[shard]++;
        journals[shard].queued(sessions[shard], place, message, 1, false, null, transaction);
        change(changes, model -> model.put(transaction, sessions[shard], place, DelayedModel.words(message)));
    }

    private void committed(Sending each, List<Change> changes) {
        journals[each.home].committed(each.transaction);
        change(changes, model -> model.commit(each.transaction));
        settle(each.home, each.epoch, each.sequence, changes);
        sent++;
    }

    /// Now and then, when nothing of it is on its way.
    private void end(int shard, List<Change> changes) {
        for (long epoch : now.queues()) {
            boolean rests = sendings.stream().noneMatch(each -> each.epoch == epoch);
            if (rests && isHome(shard, epoch) && random.nextInt(60) == 0) {
                journals[shard].delayedEnded(epoch);
                change(changes, each -> each.end(epoch));
                epochs[shard] = epoch == epochs[shard] ? 0 : epochs[shard];
                return;
            }
        }
    }

    private void safe(int shard) {
        for (int i = 0; shards[shard].durable < journals[shard].position(); i++) {
            assertThat(i).as("turns without an end").isLessThan(1_000);
            journals[shard].commit(1_000L * i);
            store.committer().step();
            store.archive();
            shards[shard].run();
        }
    }

    /// Pages through a queue that is safe.
    private void read(int shard) {
        safe(shard);
        long epoch = epochs[shard];
        if (epoch == 0) {
            return;
        }
        TreeMap<Long, String> wanted = now.queue(epoch);
        TreeMap<Long, String> got = new TreeMap<>();
        long at = random.nextInt(4) == 0 ? DUE << 20 : 0;
        long from = at;
        while (at < END) {
            Store.Reading[] answer = new Store.Reading[1];
            store.read(epoch, at, END, random.nextInt(2_000), shards[shard], reading -> answer[0] = reading);
            while (answer[0] == null) {
                store.archive();
                shards[shard].run();
            }
            for (Stored each : answer[0].messages()) {
                assertThat(each.sequence()).isGreaterThanOrEqualTo(at);
                at = each.sequence() + 1;
                got.put(each.sequence(), DelayedModel.words(each.message()));
                assertThat(each.qos()).isEqualTo(each.message().qos());
                assertThat(each.retain()).isEqualTo(each.message().retain());
            }
            assertThat(answer[0].next()).isGreaterThanOrEqualTo(at);
            at = answer[0].next();
        }
        assertThat(got).isEqualTo(new TreeMap<>(wanted.tailMap(from)));
    }

    private void crash() throws IOException {
        crashes++;
        disk = random.nextBoolean() ? disk.powerLoss(random) : disk.kill();
        open();
    }

    private void exported() throws IOException {
        StringBuilder lines = new StringBuilder();
        Export.write(store.contents(), "a test", lines);
        try (Archive again = Archive.open(new MemoryTable(), "a test")) {
            Import.read(new BufferedReader(new StringReader(lines.toString())), again);
            StringBuilder same = new StringBuilder();
            Export.write(again, "a test", same);
            assertThat(same.toString().lines()).containsExactlyElementsOf(lines.toString().lines().toList());
            assertThat(same.toString().lines()).filteredOn(line -> line.startsWith("{\"delayed_message"))
                    .hasSize(now.places().size());
        }
    }
}
