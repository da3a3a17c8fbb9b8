package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// [JournalCheck] says what is there, and [JournalRepair] makes a journal usable that [Segments] refuses.
class RepairTest {

    private static final int SEGMENT = 64 * 1024;
    private static final JournalOptions OPTIONS = new JournalOptions(SEGMENT, 8 * SEGMENT, 2);

    private final MemoryDisk disk = new MemoryDisk(1L << 30);
    private long salts;
    private int run;

    /// Five segments of fifteen frames each, the last with five; frame n holds "settled n n".
    @BeforeEach
    void write() throws IOException {
        try (Segments segments = open(0)) {
            for (int i = 1; i <= 65; i++) {
                append(segments, i);
            }
            run = segments.ids().run();
        }
    }

    private Segments open(long archived) throws IOException {
        return Segments.open(disk, OPTIONS, archived, () -> ++salts);
    }

    private static void append(Segments segments, long number) throws IOException {
        RecordWriter writer = new RecordWriter();
        writer.settled(number, number);
        Chunk chunk = new Chunk(null);
        chunk.bytes = writer.bytes();
        chunk.length = writer.length();
        assertThat(segments.makeRoom(chunk.length, false)).isTrue();
        segments.append(new Chunk[] {chunk}, 1);
        segments.force();
        segments.nowDurable();
    }

    private List<String> repair(long archived) throws IOException {
        return JournalRepair.repair(disk, archived, SEGMENT, () -> ++salts);
    }

    private void holds(long first, long last) throws IOException {
        assertThat(JournalCheck.check(disk, 0).damage()).isEmpty();
        try (Segments segments = open(0)) {
            Facts facts = new Facts();
            segments.read(1, (sequence, bytes, offset, length) ->
                    new RecordReader().read(bytes, offset, length, facts));
            List<String> expected = new ArrayList<>();
            for (long i = first; i <= last; i++) {
                expected.add("settled " + i + " " + i);
            }
            assertThat(facts.lines).isEqualTo(expected);
            append(segments, 1000);
            assertThat(segments.ids().run()).isGreaterThan(run);
        }
        try (Segments segments = open(last)) {
            assertThat(segments.nextSequence()).isEqualTo(last + 2);
        }
    }

    private static String file(int generation) {
        return Segment.name(generation);
    }

    @Test
    void a_sound_journal_is_described_and_left_alone() throws IOException {
        JournalReport report = JournalCheck.check(disk, 0);
        assertThat(report.damage()).isEmpty();
        assertThat(report.segments()).hasSize(5).first().isEqualTo(
                new JournalReport.SegmentFacts(file(1), SEGMENT, 1, 15, report.segments().getFirst().payloadBytes()));
        assertThat(report.frames()).isEqualTo(65);
        assertThat(report.records()).containsExactly(Map.entry("settled", 65L));
        assertThat(report.tornBytes()).isZero();
        assertThat(report.lines()).contains("settled: 65").anyMatch(line -> line.startsWith(file(5)
                + ": 65536 bytes, 5 frames from 61"));
        assertThat(repair(0)).isEmpty();
        holds(1, 65);
    }

    @Test
    void a_torn_tail_is_told_and_is_no_damage() throws IOException {
        disk.flip(file(5), 4096 * 5 + 50);
        JournalReport report = JournalCheck.check(disk, 0);
        assertThat(report.damage()).isEmpty();
        assertThat(report.tornBytes()).isEqualTo(SEGMENT - 4096 * 5);
        assertThat(repair(0)).isEmpty();
        holds(1, 64);
    }

    @Test
    void a_journal_is_cut_at_the_first_damage_and_the_rest_put_aside() throws IOException {
        disk.flip(file(2), 4096 * 6 + 50);
        disk.flip(file(4), 4096 * 3 + 50);
        JournalReport report = JournalCheck.check(disk, 0);
        assertThat(report.damage()).hasSize(2);
        assertThat(report.frames()).isEqualTo(63);
        assertThat(report.lines()).anyMatch(line -> line.startsWith("DAMAGE in " + file(2) + " at byte 24576"));
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class);
        List<String> said = repair(0);
        assertThat(said).hasSize(4).last().asString().startsWith(file(2) + ": cut at byte 24576");
        assertThat(disk.list()).contains("cut-" + file(2), "cut-" + file(3), "cut-" + file(4), "cut-" + file(5));
        holds(1, 20);
    }

    @Test
    void a_lost_frame_at_the_end_of_a_segment_is_a_cut_too() throws IOException {
        disk.flip(file(2), 4096 * 15 + 50);
        repair(0);
        holds(1, 29);
    }

    @Test
    void a_header_is_mended_from_the_frames_behind_it() throws IOException {
        disk.flip(file(1), 13);
        disk.flip(file(3), 30);
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class);
        assertThat(repair(0)).containsExactly(
                file(1) + ": its header was written anew", file(3) + ": its header was written anew");
        assertThat(disk.list()).contains("cut-" + file(1), "cut-" + file(3));
        holds(1, 65);
    }

    @Test
    void a_header_that_is_lost_with_its_first_frame_is_a_cut() throws IOException {
        disk.flip(file(3), 13);
        disk.flip(file(3), 4096 + 13);
        repair(0);
        holds(1, 30);
    }

    @Test
    void a_missing_file_is_a_cut() throws IOException {
        disk.delete(file(2));
        assertThat(JournalCheck.check(disk, 0).lines()).anyMatch(line -> line.contains("the file is missing"));
        repair(0);
        holds(1, 15);
    }

    @Test
    void a_record_that_is_none_is_a_cut_before_its_frame() throws IOException {
        try (Segments segments = open(0)) {
            Chunk chunk = new Chunk(null);
            chunk.bytes = new byte[] {99};
            chunk.length = 1;
            segments.append(new Chunk[] {chunk}, 1);
            segments.force();
            segments.nowDurable();
            append(segments, 67);
            assertThatThrownBy(() -> segments.read(66, (sequence, bytes, offset, length) ->
                            new RecordReader().read(bytes, offset, length, new Facts())))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(file(5) + " is damaged at byte " + (4096 * 6 + 48));
        }
        repair(0);
        holds(1, 65);
    }

    @Test
    void a_journal_that_is_lost_altogether_goes_on_behind_the_archive() throws IOException {
        for (String name : disk.list()) {
            disk.delete(name);
        }
        assertThat(JournalCheck.check(disk, 500).damage()).hasSize(1);
        repair(500);
        try (Segments segments = open(500)) {
            assertThat(segments.nextSequence()).isEqualTo(501);
            assertThat(segments.ids().run()).isGreaterThan(1000);
        }
    }

    @Test
    void a_journal_that_begins_behind_the_archives_end_is_put_aside() throws IOException {
        disk.delete(file(1));
        assertThat(JournalCheck.check(disk, JournalCheck.UNKNOWN).damage()).isEmpty();
        assertThat(JournalCheck.check(disk, 3).lines())
                .anyMatch(line -> line.contains("the archive ends with frame 3"));
        repair(3);
        assertThat(disk.list()).contains("cut-" + file(2), "cut-" + file(5));
        try (Segments segments = open(3)) {
            assertThat(segments.nextSequence()).isEqualTo(4);
        }
    }

    @Test
    void a_copy_is_put_aside_under_a_free_name() throws IOException {
        disk.create("cut-" + file(5), 8).close();
        disk.flip(file(5), 4096 * 2 + 50);
        repair(0);
        ByteBuffer copy = ByteBuffer.allocate(SEGMENT);
        assertThat(disk.open("cut-" + file(5) + "-2").read(copy, 0)).isEqualTo(SEGMENT);
        holds(1, 61);
    }
}
