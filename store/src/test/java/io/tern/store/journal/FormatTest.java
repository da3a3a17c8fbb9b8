package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.disk.RealDisk;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The format on disk stays what it was: a journal of each format lies in the resources, and this program reads it, and
/// writes the same bytes in the newest format. A format 7 comes with a folder of its own, and these stay readable.
class FormatTest {

    private static final JournalOptions OPTIONS = new JournalOptions(16 * 1024, 64 * 1024, 1);
    private static final int NEWEST = 6;

    private static void write(Path folder) throws IOException {
        long[] salt = {0x5EED};
        try (Segments segments = Segments.open(new RealDisk(folder), OPTIONS, 0, () -> salt[0]++)) {
            Committer committer = new Committer(segments, true, () -> 0, nanos -> { }, failure -> { });
            Bench loop = new Bench();
            Staging staging = new Staging(committer, segments.ids(), loop, loop);
            Properties properties = Properties.builder()
                    .with(Property.CONTENT_TYPE, "text/plain").user("name", "värde").build();
            Message plain = new Message(TopicName.of("plant/hall/1"), "21.5".getBytes(StandardCharsets.UTF_8), 1,
                    false, Properties.NONE, "sensor-1", Message.NEVER);
            Message rich = new Message(TopicName.of("plant/ängel"), new byte[5000], 2, true, properties, "sensor-2",
                    1_800_000_000_000L);
            staging.sessionOpened((1L << 40) + 1, "client-1", Owner.of(null), 3600, null);
            staging.sessionOpened((1L << 40) + 2, "client-2", Owner.of("üser-2"), 4_294_967_295L,
                    new Will(TopicName.of("gone"), new byte[] {1, 2}, 2, true, properties));
            staging.subscribed((1L << 40) + 1, "plant/#", 0x2D, 268_435_455);
            staging.subscribed((1L << 40) + 2, "$share/g/plant/+/1", 1, 0);
            staging.unsubscribed((1L << 40) + 2, "$share/g/plant/+/1");
            staging.queued((1L << 40) + 1, 0, plain, 1, false, null, 0);
            staging.queued((1L << 40) + 1, 1, rich, 2, true, new int[] {1, 268_435_455}, (1L << 40) + 77);
            commit(staging, committer, loop);
            staging.shared(rich);
            staging.queued((1L << 40) + 1, 2, rich, 2, false, null, 0);
            staging.queued((1L << 40) + 2, 0, rich, 1, true, new int[] {7}, (1L << 40) + 77);
            staging.shared(null);
            staging.inboundOpened((1L << 40) + 2, 65_535, (1L << 40) + 77);
            staging.inboundOpened((1L << 40) + 2, 1, 0);
            staging.committed((1L << 40) + 77);
            commit(staging, committer, loop);
            staging.received((1L << 40) + 1, 2);
            staging.settled((1L << 40) + 1, 0);
            staging.settled((1L << 40) + 1, 1);
            staging.settled((1L << 40) + 1, 40_000);
            staging.inboundReleased((1L << 40) + 2, 65_535);
            staging.retainedSet(plain, 1);
            staging.retainedSet(rich, 2);
            staging.retainedCleared(TopicName.of("plant/hall/1"), 3);
            staging.sessionLeft((1L << 40) + 1, 1_790_000_000_000L, 60, true, 41);
            staging.willGone((1L << 40) + 2);
            staging.sessionEnded((1L << 40) + 1);
            staging.mayBeSent((1L << 40) + 2, 300_000, 0, 0);
            staging.mayBeSent((1L << 40) + 2, 300_001, 299_000, 299_256);
            staging.groupOpened((1L << 40) + 3, "$share/gruppé/plant/+/1");
            staging.groupEnded((1L << 40) + 3);
            staging.sessionOpened((1L << 40) + 4, "client-4", Owner.at("192.0.2.7"), 60, null);
            staging.retainedSet(plain.ownedBy(Owner.of("üser-2")), 4);
            staging.retainedSet(rich.ownedBy(Owner.at("2001:db8:0:0::/64")), 5);
            delayed(staging, properties);
            commit(staging, committer, loop);
        }
    }

    private static void delayed(Staging staging, Properties properties) {
        long epoch = (1L << 40) + 5;
        staging.delayedOpened(epoch);
        staging.delayed(epoch, DueSequence.of(1_800_000_000_000L, 3), new Message(TopicName.of("später"), new byte[9],
                0, true, properties, "sensor-1", 1_800_000_060_000L).ownedBy(Owner.of("üser-2")), 0);
        staging.delayed(epoch, DueSequence.of(DueSequence.DUE_MILLIS_MAX, DueSequence.NUMBERS - 1), new Message(
                TopicName.of("last"), new byte[0], 2, false, Properties.NONE, null, Message.NEVER)
                .ownedBy(Owner.of(null)), (1L << 40) + 78);
        staging.delayed(epoch, 0, new Message(TopicName.of("first"), new byte[1], 1, false, Properties.NONE, "s",
                Message.NEVER).ownedBy(Owner.at("192.0.2.7")), 0);
        staging.committed((1L << 40) + 78);
        staging.settled(epoch, 0);
        staging.delayedEnded(epoch);
    }

    private static void commit(Staging staging, Committer committer, Bench loop) throws IOException {
        staging.commit();
        while (committer.step()) {
            loop.run();
        }
    }

    private static Path golden(int format) throws URISyntaxException {
        return Path.of(FormatTest.class.getResource("/journal-format-" + format).toURI());
    }

    private static void copy(int format, Path folder) throws IOException, URISyntaxException {
        for (Path file : files(golden(format))) {
            if (file.getFileName().toString().startsWith("journal-")) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith(Newest.NAME)).sorted().toList();
        }
    }

    private static List<String> facts(Path folder) throws IOException {
        Facts facts = new Facts();
        RecordReader reader = new RecordReader();
        try (Segments segments = Segments.open(new RealDisk(folder), OPTIONS, 0, () -> 1)) {
            segments.read(1, (sequence, bytes, offset, length) -> reader.read(bytes, offset, length, facts));
        }
        return facts.lines;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, NEWEST})
    void a_journal_of_any_format_says_what_it_always_said(int format, @TempDir Path folder)
            throws IOException, URISyntaxException {
        copy(format, folder);
        assertThat(facts(folder)).isEqualTo(Files.readAllLines(golden(format).resolve("facts.txt")))
                .hasSize(format == NEWEST ? 38 : format >= 4 ? 31 : format == 3 ? 28 : 24);
    }

    @Test
    void a_journal_of_an_older_format_goes_on_in_a_file_of_its_own(@TempDir Path folder)
            throws IOException, URISyntaxException {
        copy(1, folder);
        JournalOptions larger = new JournalOptions(16 * 1024, 128 * 1024, 1);
        try (Segments segments = Segments.open(new RealDisk(folder), larger, 0, () -> 1)) {
            Committer committer = new Committer(segments, true, () -> 0, nanos -> { }, failure -> { });
            Bench loop = new Bench();
            Staging staging = new Staging(committer, segments.ids(), loop, loop);
            staging.sessionOpened((1L << 40) + 3, "client-3", Owner.of("user-3"), 60, null);
            commit(staging, committer, loop);
        }

        List<String> facts = facts(folder);
        assertThat(facts).hasSize(25).containsAll(Files.readAllLines(golden(1).resolve("facts.txt")));
        assertThat(facts.getLast()).contains("client-3").contains("user-3");
        for (Path file : files(golden(1))) {
            if (file.getFileName().toString().startsWith("journal-")) {
                assertThat(folder.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
        assertThat(files(folder)).hasSize(files(golden(1)).size());
    }

    @Test
    void the_same_facts_are_the_same_bytes(@TempDir Path folder) throws IOException, URISyntaxException {
        write(folder);
        List<Path> files = files(folder);
        assertThat(files).hasSize(3);
        for (Path file : files) {
            assertThat(file).hasSameBinaryContentAs(golden(NEWEST).resolve(file.getFileName()));
        }
    }

    /// Only for a new format: writes the folder to where the property says.
    @Test
    @EnabledIfSystemProperty(named = "tern.golden", matches = ".+")
    void write_a_new_folder() throws IOException {
        Path folder = Path.of(System.getProperty("tern.golden"));
        write(folder);
        Files.write(folder.resolve("facts.txt"), facts(folder));
    }
}
