package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.store.archive.Rescue;
import io.tern.store.disk.DamagedDataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Halves that have gone or don't belong together, and ways back that were cut off: a start stops and says what to do,
/// and that helps.
class StoreFolderTest {

    @TempDir
    private Path temp;
    private Path folder;
    private Set<String> ledger;

    @BeforeEach
    void make() throws IOException {
        folder = temp.resolve("data");
        ledger = Kept.make(folder);
    }

    private Set<String> opened() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (OfflineStore store = new OfflineStore(folder, Kept.PROGRAM)) {
            store.export(lines);
        }
        return Kept.told(lines.toString().lines());
    }

    private void stops(String words) {
        assertThatThrownBy(this::opened).isInstanceOf(DamagedDataException.class).hasMessageContaining(words)
                .hasMessageContaining("tern store");
    }

    private void repair() throws IOException {
        AtomicReference<StoreReport> report = new AtomicReference<>();
        assertThat(StoreRepair.repair(folder, Kept.PROGRAM, false, null, report::set)).isNotEmpty();
    }

    private Set<String> missing() throws IOException {
        Set<String> missing = new TreeSet<>(ledger);
        missing.removeAll(opened());
        return missing;
    }

    private void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 1);
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("journal"))) {
            return all.filter(each -> each.getFileName().toString().startsWith("journal-")).sorted().toList();
        }
    }

    @Test
    void halves_of_two_stores_are_told_apart() throws IOException {
        Path other = temp.resolve("other");
        Kept.make(other);
        StoreFolder.delete(folder.resolve("archive"));
        Kept.copy(other.resolve("archive"), folder.resolve("archive"));
        stops("are of two stores");
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).faults())
                .anyMatch(line -> line.contains("two stores. The archive ends with frame "));
    }

    /// The first half of a store with twice the messages, beside the other half of this one.
    private void mix() throws IOException {
        Path other = temp.resolve("other");
        Kept.make(other, "other-", 2);
        StoreFolder.delete(folder.resolve("archive"));
        Kept.copy(other.resolve("archive"), folder.resolve("archive"));
    }

    @Test
    void halves_of_two_stores_are_never_mixed() throws IOException {
        mix();
        StringBuilder lines = new StringBuilder();
        assertThatThrownBy(() -> StoreExport.write(folder, Kept.PROGRAM, null, lines))
                .hasMessageContaining("two stores").hasMessageContaining("--keep");
        assertThat(lines).isEmpty();
        assertThatThrownBy(() -> StoreRepair.plan(folder, Kept.PROGRAM, false, null)).hasMessageContaining("--keep");
        assertThatThrownBy(() -> StoreRepair.repair(folder, Kept.PROGRAM, false, null, report -> { }))
                .hasMessageContaining("sessions and groups").hasMessageContaining("--keep archive");
        assertThat(folder.resolve("archive-new")).doesNotExist();
        stops("are of two stores");
    }

    @Test
    void of_two_halves_the_one_that_counts_is_kept_alone() throws IOException {
        mix();
        Path copy = temp.resolve("copy");
        Kept.copy(folder, copy);
        for (StoreHalf half : StoreHalf.values()) {
            AtomicReference<StoreReport> report = new AtomicReference<>();
            StringBuilder lines = new StringBuilder();
            StoreExport.write(folder, Kept.PROGRAM, half, lines);
            StoreRepair.repair(folder, Kept.PROGRAM, false, half, report::set);
            assertThat(report.get().losses()).isNotEmpty();
            Set<String> kept = opened();
            boolean archive = half == StoreHalf.ARCHIVE;
            assertThat(kept).as("%s", half).isNotEmpty().isEqualTo(Kept.told(lines.toString().lines()))
                    .allMatch(each -> each.startsWith("session") || each.contains("other-") == archive);
            assertThat(StoreCheck.check(folder, Kept.PROGRAM).faults()).isEmpty();
            folder = copy;
        }
    }

    @Test
    void which_half_counts_is_no_question_for_halves_of_one_store() {
        assertThatThrownBy(() -> StoreRepair.repair(folder, Kept.PROGRAM, false, StoreHalf.JOURNAL, report -> { }))
                .hasMessageContaining("--keep has no place");
    }

    @Test
    void an_empty_folder_where_the_archive_was_is_no_new_store() throws IOException {
        StoreFolder.delete(folder.resolve("archive"));
        Files.createDirectories(folder.resolve("archive"));
        stops("the archive is gone");
        try (Stream<Path> files = Files.list(folder.resolve("archive"))) {
            assertThat(files).as("nothing was begun there").isEmpty();
        }
        repair();
        assertThat(missing()).as("the journal still has some").hasSizeLessThan(ledger.size());
    }

    @Test
    void an_archive_without_its_journal_stops_the_start_and_is_kept_by_a_repair() throws IOException {
        StoreFolder.delete(folder.resolve("journal"));
        stops("the journal is gone");
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).losses()).anyMatch(line -> line.contains("after frame"));
        repair();
        assertThat(missing()).hasSizeLessThan(ledger.size() / 2);
    }

    @Test
    void a_repair_that_was_cut_off_goes_on() throws IOException {
        flip(segments().get(segments().size() - 3), 4096 * 3 + 100);
        StoreFolder parts = new StoreFolder(folder);
        Rescue found = StoreRepair.rescue(parts, Kept.PROGRAM, false, null);
        Files.writeString(parts.repair(), found.next() + " 1\n");
        stops("was cut off");
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).isDamaged()).isTrue();
        repair();
        Set<String> missing = missing();
        assertThat(missing).hasSizeBetween(1, Kept.FRAME);
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).faults()).isEmpty();

        Kept.copy(folder, temp.resolve("again"));
        folder = temp.resolve("again");
        Files.writeString(new StoreFolder(folder).repair(), found.next() + " 1\n");
        repair();
        assertThat(missing()).as("cut off behind the new archive").isEqualTo(missing);
    }

    /// What a power failure leaves of a file that was there and not yet forced.
    @Test
    void a_repair_that_left_no_word_begins_anew() throws IOException {
        flip(segments().get(segments().size() - 3), 4096 * 3 + 100);
        for (String word : List.of("", "12", "12 x\n", "\0\0\0\0\0\0")) {
            Path copy = temp.resolve("copy-" + word.length());
            Kept.copy(folder, copy);
            Files.createDirectories(copy.resolve("archive-new"));
            Files.writeString(copy.resolve("archive-new/CURRENT"), "half of it");
            Files.writeString(copy.resolve("repair"), word);
            assertThat(StoreRepair.repair(copy, Kept.PROGRAM, false, null, report -> { })).isNotEmpty();
            assertThat(StoreCheck.check(copy, Kept.PROGRAM).faults()).isEmpty();
            assertThat(copy.resolve("repair")).doesNotExist();
            assertThat(copy.resolve("repair.new")).doesNotExist();
        }
    }

    @Test
    void a_repair_that_left_no_word_behind_an_archive_that_was_moved_says_where_it_is() throws IOException {
        Files.move(folder.resolve("archive"), folder.resolve("cut-archive"));
        Files.writeString(folder.resolve("repair"), "");
        assertThatThrownBy(() -> StoreRepair.repair(folder, Kept.PROGRAM, false, null, report -> { }))
                .isInstanceOf(IOException.class).hasMessageContaining("cut-archive");
        assertThat(folder.resolve("cut-archive")).exists();
    }

    /// An archive with all of the journal's frames beside the journal as it was with less of them.
    private void older() throws IOException {
        Path journal = temp.resolve("journal");
        Kept.copy(folder.resolve("journal"), journal);
        Kept.more(folder);
        StoreFolder.delete(folder.resolve("journal"));
        Kept.copy(journal, folder.resolve("journal"));
    }

    @Test
    void a_journal_that_is_older_than_its_archive_is_damage() throws IOException {
        older();
        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);
        assertThat(report.faults()).singleElement().asString()
                .matches("the journal is older than the archive: it ends with frame \\d+, the archive with frame \\d+");
        assertThat(report.losses()).isNotEmpty();
        stops("the journal is older than the archive");
        repair();
        assertThat(missing()).isEmpty();
    }

    @Test
    void where_nothing_is_forced_an_older_journal_is_counted_and_gone_on_with() throws IOException {
        older();
        Kept.starts(folder, false, store -> assertThat(store.segments().missingFrames()).isPositive());
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).faults()).as("nothing that is needed is missing").isEmpty();
        Kept.starts(folder, true, store -> assertThat(store.segments().missingFrames()).isZero());
        assertThat(missing()).isEmpty();
    }

    @Test
    void what_follows_a_damaged_frame_is_left_out_only_if_that_is_wanted() throws IOException {
        flip(segments().get(segments().size() - 3), 4096 * 3 + 100);
        Path copy = temp.resolve("copy");
        Kept.copy(folder, copy);
        repair();
        int kept = missing().size();
        folder = copy;
        assertThat(StoreRepair.repair(folder, Kept.PROGRAM, true, null, report -> { })).isNotEmpty();
        assertThat(missing().size()).isGreaterThan(10 * kept);
    }

    @Test
    void the_last_frame_of_the_journal_is_not_cut_without_a_word() throws IOException {
        Path last = segments().getLast();
        byte[] content = Files.readAllBytes(last);
        int end = content.length;
        while (content[end - 1] == 0) {
            end--;
        }
        flip(last, end - 10);
        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);
        assertThat(report.facts()).anyMatch(line -> line.contains("torn tail") && line.contains("queued_shared"));
        assertThat(missing()).hasSize(Kept.FRAME);
    }

    @Test
    void a_broker_that_stopped_at_damage_keeps_the_next_from_starting_until_it_is_repaired() throws IOException {
        Files.writeString(folder.resolve("damage"), "the table is damaged. 'tern store repair' helps\n");
        stops("the table is damaged");
        assertThat(StoreCheck.check(folder, Kept.PROGRAM).isDamaged()).isTrue();
        repair();
        assertThat(missing()).isEmpty();
    }

    @Test
    void files_that_may_not_be_read_are_named_with_their_owner() throws IOException {
        Assumptions.assumeFalse(System.getProperty("user.name").equals("root"), "root may do everything");
        Path file = segments().getFirst();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assertThatThrownBy(this::opened).hasMessageContaining(file.toString()).hasMessageContaining("chown")
                .isNotInstanceOf(DamagedDataException.class);
        assertThatThrownBy(() -> StoreCheck.check(folder, Kept.PROGRAM)).hasMessageContaining("chown");
    }
}
