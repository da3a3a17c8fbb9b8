package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Stored;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import io.tern.wire.Will;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/// What an archive holds, in the words of [NaiveState].
class Described implements Recovered {

    private final Archive archive;
    private final Random random;
    private final List<String> all = new ArrayList<>();
    private IOException failed;

    /// @param archive to read the queues' entries from, or null to leave them out
    Described(Archive archive, Random random) {
        this.archive = archive;
        this.random = random;
    }

    static List<String> of(Archive archive, Random random) throws IOException {
        Described described = new Described(archive, random);
        archive.recover(described);
        if (described.failed != null) {
            throw described.failed;
        }
        return described.all;
    }

    List<String> lines() {
        return all;
    }

    @Override
    public void session(
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd) {
        all.add(NaiveState.session(epoch, clientId, owner, expirySeconds, will, leftMillis, sentEnd));
    }

    @Override
    public void group(long epoch, String filter) {
        all.add(NaiveState.group(epoch, filter));
    }

    @Override
    public void delayed(long epoch) {
        all.add(NaiveState.delayedQueue(epoch));
    }

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {
        all.add(epoch + " subscribes to " + filter + " " + options + " " + identifier);
    }

    @Override
    public void inbound(long epoch, int packetId) {
        all.add(epoch + " has open " + packetId);
    }

    @Override
    public void loose(long epoch, long first, long end) {
        all.add(NaiveState.loose(epoch, first, end));
    }

    @Override
    public void queue(long epoch, long first, long end, long messages, long bytes) {
        all.add(NaiveState.queue(epoch, first, end, messages));
        if (archive == null) {
            return;
        }
        try {
            long at = random.nextBoolean() ? 0 : first;
            while (at < end) {
                // Sequences of delayed messages have large gaps.
                long most = end - at > 100_000 ? end - at : 9;
                long stop = Math.min(end, at + 1 + random.nextLong(most));
                QueueSlice slice = archive.read(epoch, at, stop, random.nextInt(1000));
                for (Stored each : slice.messages()) {
                    assertThat(each.message() != null || each.qos() == 2).isTrue();
                    all.add(epoch + " at " + each.sequence() + ": "
                            + NaiveState.entry(each.message(), each.qos(), each.retain(), each.identifiers()));
                }
                at = slice.more() ? slice.messages().getLast().sequence() + 1 : stop;
            }
        } catch (IOException e) {
            failed = e;
        }
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        all.add("retained " + id.sequence() + ": " + NaiveState.describe(message.get()));
    }

    /// Finds what nobody would ever find again, and bounds that don't say what is there.
    ///
    /// @param swept whether all that could be swept was swept
    static void check(Archive archive, boolean swept) throws IOException {
        Table table = archive.table();
        Set<Long> bodies = new HashSet<>();
        Set<Long> wanted = new HashSet<>();
        Set<String> references = new HashSet<>();
        Set<String> wantedReferences = new HashSet<>();
        Map<Long, Long> bytes = new HashMap<>();
        Map<Long, Long> toldBytes = new HashMap<>();
        Map<Long, Long> counts = new HashMap<>();
        Map<Long, Long> toldCounts = new HashMap<>();
        List<String> leftOver = new ArrayList<>();
        try (Cursor cursor = table.cursor(new byte[0], new byte[] {-1})) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                ByteReader parts = Keys.read(key);
                switch (key[0]) {
                    case Keys.BODY -> bodies.add(parts.ordered());
                    case Keys.REFERENCE -> references.add(Arrays.toString(key));
                    case Keys.QUEUE, Keys.PENDING -> {
                        boolean pending = key[0] == Keys.PENDING;
                        if (pending) {
                            parts.ordered();
                            if (parts.octet() == Keys.PENDING_INBOUND) {
                                continue;
                            }
                        }
                        long epoch = parts.ordered();
                        long sequence = parts.ordered();
                        Entries.Entry entry = Entries.read(key, cursor.value(), true);
                        if (!pending) {
                            bytes.merge(epoch, (long) entry.bytes(), Long::sum);
                            counts.merge(epoch, 1L, Long::sum);
                        }
                        if (entry.bodyId() != 0) {
                            wanted.add(entry.bodyId());
                            wantedReferences.add(Arrays.toString(Keys.reference(entry.bodyId(), epoch, sequence)));
                        }
                    }
                    case Keys.SESSION -> {
                        long epoch = parts.ordered();
                        if (parts.octet() == Keys.BOUNDS) {
                            Bounds bounds = Bounds.read(key, cursor.value());
                            toldBytes.put(epoch, bounds.bytes);
                            toldCounts.put(epoch, bounds.count);
                        }
                    }
                    case Keys.SUSPECT, Keys.CLEARED, Keys.ENDED -> leftOver.add(Keys.describe(key));
                    default -> {
                        // Retained messages and settings.
                    }
                }
            }
        }
        assertThat(references).isEqualTo(wantedReferences);
        assertThat(bodies).containsAll(wanted);
        if (swept) {
            assertThat(bodies).isEqualTo(wanted);
            assertThat(leftOver).isEmpty();
            toldBytes.values().removeIf(each -> each == 0);
            bytes.values().removeIf(each -> each == 0);
            assertThat(toldBytes).isEqualTo(bytes);
            toldCounts.values().removeIf(each -> each == 0);
            assertThat(toldCounts).isEqualTo(counts);
        }
    }
}
