package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Stored;
import io.tern.store.table.RocksTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The archive in real files: what it takes of the disk and of the processor.
class ArchiveOnDiskTest {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @TempDir
    Path temp;

    private Archive open() throws IOException {
        return Archive.open(RocksTable.open(temp.resolve("archive"), temp.resolve("native")), "a test");
    }

    private long bytesOnDisk() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(temp.resolve("archive"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".sst")).toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private static Message message(Random random, int bytes) {
        byte[] payload = new byte[bytes];
        random.nextBytes(payload);
        TopicName topic = TopicName.of("plant/7/line/3/alarm");
        return new Message(topic, payload, 1, false, Properties.NONE, null, Message.NEVER);
    }

    private static void sessions(Archive archive, int count) throws IOException {
        archive.frame(archive.position());
        for (int epoch = 1; epoch <= count; epoch++) {
            archive.records().sessionOpened(epoch, "client-" + epoch, null, 0xFFFF_FFFFL, null);
            archive.records().sessionLeft(epoch, 1_700_000_000_000L, 0xFFFF_FFFFL, false, epoch);
            archive.records().subscribed(epoch, "plant/+/line/#", 1, 0);
        }
        archive.commit(archive.position() + 1);
        archive.flush();
    }

    @Test
    void a_message_of_1_KB_to_10_000_absent_sessions_takes_less_than_350_KB() throws IOException {
        try (Archive archive = open()) {
            sessions(archive, 10_000);
            long before = bytesOnDisk();
            long id = (1L << 40) + 1000;
            archive.frame(archive.position());
            archive.records().body(id, message(new Random(1), 1000));
            Random random = new Random(2);
            for (int epoch = 1; epoch <= 10_000; epoch++) {
                archive.records().queuedShared(epoch, random.nextInt(1_000_000), id, 1, false, null, 0);
            }
            archive.commit(archive.position() + 1);
            archive.flush();
            long bytes = bytesOnDisk() - before;
            System.out.println("1 KB to 10,000 absent sessions: " + bytes + " bytes on disk");
            assertThat(bytes).isBetween(1_000L, 350_000L);
        }
    }

    @Test
    void what_was_flushed_is_there_after_a_kill() throws IOException {
        Archive archive = open();
        sessions(archive, 3);
        archive.frame(2);
        archive.records().queued(2, 0, message(new Random(1), 10), 2, true, new int[] {7}, 0);
        archive.commit(3);
        archive.flush();
        archive.frame(3);
        archive.records().settled(2, 0);
        archive.commit(4);
        // Closing does not flush: the same as a kill, but for the lock on the folder.
        archive.close();
        try (Archive again = open()) {
            assertThat(again.position()).isEqualTo(3);
            QueueSlice slice = again.read(2, 0, 10, 1000);
            assertThat(slice.more()).isFalse();
            Stored stored = slice.messages().getFirst();
            assertThat(stored.message().payload()).hasSize(10);
            assertThat(stored.retain()).isTrue();
            assertThat(stored.identifiers()).containsExactly(7);
            again.frame(3);
            again.records().settled(2, 0);
            again.commit(4);
            assertThat(again.read(2, 0, 10, 1000).messages()).isEmpty();
        }
    }

    /// Queues take their share of the time for one message, flush and compaction included.
    @Test
    @EnabledIfSystemProperty(named = "tern.full", matches = "true")
    void a_million_messages() throws IOException {
        int sessions = 1000;
        int rounds = 1000;
        try (Archive archive = open()) {
            sessions(archive, sessions);
            Random random = new Random(1);
            Message[] messages = new Message[64];
            for (int i = 0; i < messages.length; i++) {
                messages[i] = message(random, 200);
            }
            for (int warm = 0; warm < 2; warm++) {
                long cpu = PROCESS.getProcessCpuTime();
                long start = System.nanoTime();
                for (int round = 0; round < rounds; round++) {
                    archive.frame(archive.position());
                    for (int epoch = 1; epoch <= sessions; epoch++) {
                        archive.records().queued(epoch, warm * rounds + round, messages[(epoch + round) % 64], 1, false,
                                null, 0);
                    }
                    if (round % 10 == 9) {
                        archive.commit(archive.position() + 10);
                    }
                }
                archive.flush();
                report("queue 1,000,000 messages of 200 bytes", cpu, start, sessions * rounds);
            }
            System.out.println("files: " + bytesOnDisk());
            recovery(archive);
            long cpu = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            long read = 0;
            for (int epoch = 1; epoch <= 200; epoch++) {
                QueueSlice slice;
                long at = 0;
                do {
                    slice = archive.read(epoch, at, Long.MAX_VALUE, 1 << 15);
                    read += slice.messages().size();
                    at = slice.messages().getLast().sequence() + 1;
                } while (slice.more());
            }
            report("read back", cpu, start, read);
            cpu = PROCESS.getProcessCpuTime();
            start = System.nanoTime();
            for (int epoch = 1; epoch <= 500; epoch++) {
                archive.frame(archive.position());
                for (int i = 0; i < 2 * rounds; i += 250) {
                    archive.records().settledRange(epoch, i, 250);
                }
                archive.commit(archive.position() + 1);
            }
            archive.flush();
            report("settle", cpu, start, 500L * 2 * rounds);
            recovery(archive);
        }
    }

    private static void recovery(Archive archive) throws IOException {
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        int[] told = new int[1];
        archive.recover(new Recovered() {
            @Override
            public void session(
                    long epoch,
                    String clientId,
                    Owner owner,
                    long expirySeconds,
                    Will will,
                    long leftMillis,
                    long sentEnd) {
                told[0]++;
            }

            @Override
            public void group(long epoch, String filter) {
                told[0]++;
            }

            @Override
            public void delayed(long epoch) {
                told[0]++;
            }

            @Override
            public void subscription(long epoch, String filter, int options, int identifier) {
                // Not counted.
            }

            @Override
            public void inbound(long epoch, int packetId) {
                // Not counted.
            }

            @Override
            public void loose(long epoch, long first, long end) {
                // Not counted.
            }

            @Override
            public void queue(long epoch, long first, long end, long messages, long bytes) {
                // Not counted.
            }

            @Override
            public void retained(
                    RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
                // Not counted.
            }
        });
        report("recover a session", cpu, start, told[0]);
    }

    private static void report(String what, long cpuBefore, long start, long count) {
        System.out.printf("%s: %.2f us CPU, %.2f us each (%d)%n", what,
                (PROCESS.getProcessCpuTime() - cpuBefore) / 1e3 / count,
                (System.nanoTime() - start) / 1e3 / count, count);
    }
}
