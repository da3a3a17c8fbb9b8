package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import io.tern.wire.Will;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// What an archive holds, in numbers.
///
/// @param sessions of clients, connected or not
/// @param groups shared groups that have a queue
/// @param subscriptions of all sessions
/// @param queuedMessages in all queues, those of which only PUBREL is owed and delayed ones among them
/// @param queuedBytes what the queues' messages are charged with, a shared one in each queue
/// @param delayedQueues queues of delayed messages
/// @param delayedMessages in those
/// @param sharedMessages that stand there once for more queues
/// @param retained retained messages
/// @param largest the queues with most bytes, largest first
/// @param queueFileBytes about what queues take on disk, without shared messages
/// @param sharedFileBytes about what shared messages take on disk, and references to them
/// @param retainedFileBytes about what retained messages take on disk
/// @param sessionFileBytes about what all else of sessions takes on disk
public record ArchiveStats(
        long sessions,
        long groups,
        long subscriptions,
        long queuedMessages,
        long queuedBytes,
        long delayedQueues,
        long delayedMessages,
        long sharedMessages,
        long retained,
        List<QueueStats> largest,
        long queueFileBytes,
        long sharedFileBytes,
        long retainedFileBytes,
        long sessionFileBytes) {

    /// Queues that are listed by name.
    public static final int LARGEST = 10;

    /// One queue.
    ///
    /// @param of whose it is
    /// @param name the group's filter, or the client identifier whose session has it; of delayed messages the epoch
    /// @param messages in it
    /// @param bytes they are charged with
    public record QueueStats(QueueOf of, String name, long messages, long bytes) {}

    /// Whose a queue is.
    public enum QueueOf {
        /// A session's.
        CLIENT,
        /// A shared group's.
        GROUP,
        /// Of messages that are delayed.
        DELAYED
    }

    /// Counts. Walks over all keys: about 1 us each.
    ///
    /// @param archive all of it
    /// @return the numbers at its last commit
    /// @throws IOException if it can't be read or is damaged
    public static ArchiveStats of(Archive archive) throws IOException {
        Table table = archive.table();
        Counts counts = new Counts();
        archive.recover(counts);
        Map<Long, Long> messages = new HashMap<>();
        long queued = countQueued(table, messages);
        List<QueueStats> largest = new ArrayList<>();
        counts.bytes.entrySet().stream()
                .sorted(Map.Entry.<Long, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(LARGEST)
                .forEach(each -> largest.add(new QueueStats(
                        counts.of(each.getKey()),
                        counts.names.get(each.getKey()),
                        messages.getOrDefault(each.getKey(), 0L),
                        each.getValue())));
        return new ArchiveStats(
                counts.names.size() - counts.groups.size() - counts.delayed.size(), counts.groups.size(),
                counts.subscriptions, queued, counts.bytes.values().stream().mapToLong(Long::longValue).sum(),
                counts.delayed.size(),
                counts.delayed.stream().mapToLong(each -> messages.getOrDefault(each, 0L)).sum(),
                countBodies(table), counts.retained, List.copyOf(largest),
                fileBytes(table, Keys.QUEUE), fileBytes(table, Keys.BODY) + fileBytes(table, Keys.REFERENCE),
                fileBytes(table, Keys.RETAINED), fileBytes(table, Keys.SESSION));
    }

    private static long countQueued(Table table, Map<Long, Long> byEpoch) throws IOException {
        byte[] all = Keys.kind(Keys.QUEUE);
        long count = 0;
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                count++;
                byEpoch.merge(Keys.read(cursor.key()).ordered(), 1L, Long::sum);
            }
        }
        return count;
    }

    private static long countBodies(Table table) throws IOException {
        byte[] all = Keys.kind(Keys.BODY);
        long count = 0;
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                count++;
            }
        }
        return count;
    }

    private static long fileBytes(Table table, byte kind) throws IOException {
        byte[] all = Keys.kind(kind);
        return table.approximateBytes(all, Keys.after(all));
    }

    private static final class Counts implements Recovered {

        final Map<Long, String> names = new HashMap<>();
        final Set<Long> groups = new HashSet<>();
        final Set<Long> delayed = new HashSet<>();
        final Map<Long, Long> bytes = new HashMap<>();
        long subscriptions;
        long retained;

        QueueOf of(long epoch) {
            return groups.contains(epoch) ? QueueOf.GROUP : delayed.contains(epoch) ? QueueOf.DELAYED : QueueOf.CLIENT;
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
            names.put(epoch, clientId);
        }

        @Override
        public void group(long epoch, String filter) {
            names.put(epoch, filter);
            groups.add(epoch);
        }

        @Override
        public void delayed(long epoch) {
            names.put(epoch, Long.toString(epoch));
            delayed.add(epoch);
        }

        @Override
        public void subscription(long epoch, String filter, int options, int identifier) {
            subscriptions++;
        }

        @Override
        public void inbound(long epoch, int packetId) {
            // Of no interest to anybody.
        }

        @Override
        public void loose(long epoch, long first, long end) {
            // Of no interest to anybody.
        }

        @Override
        public void queue(long epoch, long first, long end, long messages, long queueBytes) {
            if (first < end) {
                bytes.put(epoch, queueBytes);
            }
        }

        @Override
        public void retained(
                RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
            retained++;
        }
    }
}
