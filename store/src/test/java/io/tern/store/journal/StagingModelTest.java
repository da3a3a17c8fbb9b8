package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Records;
import io.tern.store.disk.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// [Staging] against a list from which the same is taken out by walking over it.
class StagingModelTest {

    /// A staged fact: its line as [Facts] writes it, and what it can be found by.
    private record Staged(String line, String key, long bodyId, long position) {}

    private static final class Model {

        /// The queue of delayed messages.
        private static final long DELAYED = 6;

        private final RandomGenerator random;
        private final MemoryDisk disk = new MemoryDisk(1L << 30);
        private final Bench loop = new Bench();
        private final Segments segments;
        private final Committer committer;
        private final Staging staging;

        private final List<Staged> staged = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private final Map<Long, Long> nextSequence = new HashMap<>();
        private final List<long[]> owed = new ArrayList<>();
        private final TreeSet<Integer> inbound = new TreeSet<>();
        private final TreeSet<Long> delayed = new TreeSet<>();
        private Message shared;
        private long sharedId;
        private long lastId = 1L << 40;
        private long position;
        private long transaction = 1;
        private long nowMillis;

        Model(RandomGenerator random) throws IOException {
            this.random = random;
            this.segments = Segments.open(disk, new JournalOptions(128 * 1024, 16 * 1024 * 1024, 2), 0, () -> 7);
            this.committer = new Committer(segments, random.nextBoolean(), () -> 0, nanos -> { }, failure -> { });
            this.staging = new Staging(committer, segments.ids(), loop, loop);
        }

        private void fact(String key, long bodyId, Consumer<Records> call) {
            Facts facts = new Facts();
            call.accept(facts);
            staged.add(new Staged(facts.lines.getFirst(), key, bodyId, position + 1));
            call.accept(staging);
            position++;
        }

        private void queue() {
            put();
            if (random.nextBoolean()) {
                staging.sent();
            }
        }

        private void put() {
            long epoch = random.nextLong(1, 5);
            long sequence = nextSequence.merge(epoch, 1L, Long::sum) - 1;
            long tx = random.nextInt(5) == 0 ? transaction : 0;
            Message message = shared != null && random.nextInt(5) > 0 ? shared
                    : Facts.message(random, random.nextInt(200));
            owed.add(new long[] {epoch, sequence});
            String key = tx == 0 ? "q" + epoch + "/" + sequence : "";
            if (message != shared) {
                fact(key, 0, records -> records.queued(epoch, sequence, message, 1, false, null, tx));
                return;
            }
            if (sharedId == 0) {
                sharedId = ++lastId;
                Facts facts = new Facts();
                facts.body(sharedId, message);
                staged.add(new Staged(facts.lines.getFirst(), "b" + sharedId, 0, position + 1));
            }
            Facts facts = new Facts();
            facts.queuedShared(epoch, sequence, sharedId, 2, true, new int[] {3}, tx);
            staged.add(new Staged(facts.lines.getFirst(), key, sharedId, position + 1));
            staging.queued(epoch, sequence, message, 2, true, new int[] {3}, tx);
            position++;
        }

        /// Due in any order, some right behind another.
        private void delay() {
            long sequence = random.nextLong(60);
            if (delayed.add(sequence)) {
                long tx = random.nextInt(5) == 0 ? transaction : 0;
                Message message = Facts.message(random, random.nextInt(200));
                owed.add(new long[] {DELAYED, sequence});
                fact("", 0, records -> records.delayed(DELAYED, sequence, message, tx));
            }
        }

        private boolean cut(String key) {
            for (int i = 0; i < staged.size(); i++) {
                Staged each = staged.get(i);
                if (each.key.equals(key)) {
                    staged.remove(i);
                    if (each.bodyId != 0 && staged.stream().noneMatch(other -> other.bodyId == each.bodyId)
                            && staged.removeIf(other -> other.key.equals("b" + each.bodyId))
                            && each.bodyId == sharedId) {
                        sharedId = 0;
                    }
                    return true;
                }
            }
            return false;
        }

        private void settle() {
            if (owed.isEmpty()) {
                return;
            }
            // Mostly in order, so that some follow one another.
            long[] one = owed.remove(random.nextInt(3) > 0 ? 0 : random.nextInt(owed.size()));
            cut("r" + one[0] + "/" + one[1]);
            if (cut("q" + one[0] + "/" + one[1])) {
                staging.settled(one[0], one[1]);
            } else {
                fact("", 0, records -> records.settled(one[0], one[1]));
            }
        }

        private void act() {
            switch (random.nextInt(17)) {
                case 0, 1, 2, 3 -> queue();
                case 4, 5, 6 -> settle();
                case 7 -> {
                    if (!owed.isEmpty()) {
                        long[] one = owed.get(random.nextInt(owed.size()));
                        String key = "r" + one[0] + "/" + one[1];
                        if (one[0] != DELAYED && staged.stream().noneMatch(each -> each.key.equals(key))) {
                            fact(key, 0, records -> records.received(one[0], one[1]));
                        }
                    }
                }
                case 8 -> {
                    shared = random.nextInt(3) > 0 ? Facts.message(random, random.nextInt(500)) : null;
                    sharedId = 0;
                    staging.shared(shared);
                }
                case 9 -> {
                    int id = random.nextInt(1, 20);
                    if (inbound.add(id)) {
                        long tx = random.nextInt(3) == 0 ? transaction : 0;
                        fact(tx == 0 ? "i" + id : "", 0, records -> records.inboundOpened(9, id, tx));
                    }
                }
                case 10 -> {
                    Integer id = inbound.isEmpty() ? null : inbound.first();
                    if (id != null) {
                        inbound.remove(id);
                        if (cut("i" + id)) {
                            staging.inboundReleased(9, id);
                        } else {
                            fact("", 0, records -> records.inboundReleased(9, id));
                        }
                    }
                }
                case 11 -> {
                    long tx = transaction++;
                    fact("", 0, records -> records.committed(tx));
                }
                case 12 -> Facts.tell(new Random(random.nextLong()), new OthersOnly());
                case 13 -> {
                    if (random.nextBoolean()) {
                        commit();
                    } else {
                        commitInTime();
                    }
                }
                case 14 -> committer.step();
                case 15 -> delay();
                default -> loop.run();
            }
            assertThat(staging.position()).isEqualTo(position);
        }

        private void commit() {
            boolean hands = !staging.isInFlight() && !staged.isEmpty();
            boolean completes = !staging.isInFlight() && staged.isEmpty();
            staging.commit();
            if (hands) {
                staged.forEach(each -> expected.add(each.line));
                staged.clear();
            }
            if (completes) {
                assertThat(loop.durable).isEqualTo(position);
            }
            assertThat(staging.stagedBytes() == 0).isEqualTo(staged.isEmpty());
        }

        /// What may wait stays, and what stands before the first that is owed is kept.
        private void commitInTime() {
            if (staging.isInFlight()) {
                return;
            }
            long before = loop.kept;
            long durableBefore = loop.durable;
            nowMillis += random.nextInt(2);
            long again = staging.commit(nowMillis);
            if (staging.isInFlight()) {
                staged.forEach(each -> expected.add(each.line));
                staged.clear();
            } else {
                long kept = staged.stream()
                        .filter(each -> !each.line.startsWith("settled"))
                        .mapToLong(each -> each.position - 1)
                        .min()
                        .orElse(position);
                assertThat(loop.kept).isEqualTo(Math.max(before, kept));
                assertThat(loop.durable).isEqualTo(staged.isEmpty() ? position : durableBefore);
                assertThat(again).matches(when -> staged.isEmpty() ? when == Long.MAX_VALUE : when > nowMillis);
            }
        }

        /// Passes on records that nothing is cut by.
        private final class OthersOnly extends Facts {

            @Override
            public void subscribed(long epoch, String filter, int options, int identifier) {
                fact("", 0, records -> records.subscribed(epoch, filter, options, identifier));
            }

            @Override
            public void sessionEnded(long epoch) {
                fact("", 0, records -> records.sessionEnded(epoch));
            }

            @Override
            public void retainedSet(Message message, long sequence) {
                fact("", 0, records -> records.retainedSet(message, sequence));
            }
        }

        void check() throws IOException {
            for (int i = random.nextInt(10, 300); i > 0; i--) {
                act();
            }
            for (int i = 0; i < 3; i++) {
                commit();
                while (committer.step()) {
                    loop.run();
                }
                loop.run();
            }
            assertThat(loop.durable).isEqualTo(position);
            Facts facts = new Facts();
            RecordReader reader = new RecordReader();
            segments.read(1, (sequence, bytes, offset, length) -> reader.read(bytes, offset, length, facts));
            List<String> found = facts.lines;
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
            // Settled records may have moved towards the front, but not before what they depend on.
            assertThat(found.stream().filter(line -> !line.startsWith("settled")).toList())
                    .isEqualTo(expected.stream().filter(line -> !line.startsWith("settled")).toList());
            orderHolds(found);
        }

        private void orderHolds(List<String> found) {
            Map<String, Integer> at = new HashMap<>();
            for (int i = 0; i < found.size(); i++) {
                at.put(found.get(i), i);
            }
            int commit = -1;
            for (int i = 0; i < expected.size(); i++) {
                String line = expected.get(i);
                if (line.startsWith("committed")) {
                    commit = at.get(line);
                } else if (line.startsWith("settled")) {
                    assertThat(at.get(line)).as("%s, behind the commit before it", line).isGreaterThan(commit);
                    String rest = line.substring("settled ".length()) + " ";
                    int settled = at.get(line);
                    at.forEach((other, place) -> {
                        if (other.startsWith("queued " + rest) || other.startsWith("shared " + rest)
                                || other.startsWith("delayed " + rest)
                                || (other + " ").startsWith("received " + rest)) {
                            assertThat(settled).as("%s, behind %s", line, other).isGreaterThan(place);
                        }
                    });
                }
            }
        }
    }

    @Test
    void staging_writes_what_a_plain_list_would() throws IOException {
        int seeds = Boolean.getBoolean("tern.full") ? 20_000 : 1_000;
        for (int seed = 0; seed < seeds; seed++) {
            try {
                new Model(new Random(seed)).check();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
