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
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// [JournalCheck] says what is there and gives all frames that are whole, and [JournalAnew] begins another journal in
/// place of one that [Segments] refuses.
class JournalCheckTest {

    private static final int SEGMENT = 64 * 1024;
    private static final JournalOptions OPTIONS = new JournalOptions(SEGMENT, 8 * SEGMENT, 2);

    private final MemoryDisk disk = new MemoryDisk(1L << 30);
    private final List<Long> given = new ArrayList<>();
    private long salts;

    /// Five segments of fifteen frames each, the last with five; frame n holds "settled n n".
    @BeforeEach
    void write() throws IOException {
        try (Segments segments = open(0)) {
            for (int i = 1; i <= 65; i++) {
                append(segments, i);
            }
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

    private JournalReport check() throws IOException {
        given.clear();
        return JournalCheck.check(disk, 0, (sequence, bytes, offset, length) -> given.add(sequence));
    }

    private static Long[] allBut(long... lost) {
        return LongStream.rangeClosed(1, 65).filter(n -> LongStream.of(lost).noneMatch(each -> each == n)).boxed()
                .toArray(Long[]::new);
    }

    private static String file(int generation) {
        return Segment.name(generation);
    }

    @Test
    void a_sound_journal_is_described_and_given_as_a_whole() throws IOException {
        JournalReport report = check();
        assertThat(report.damage()).isEmpty();
        assertThat(report.segments()).hasSize(5).first().isEqualTo(
                new JournalReport.SegmentFacts(file(1), SEGMENT, 1, 15, report.segments().getFirst().payloadBytes()));
        assertThat(report.records()).containsExactly(Map.entry("settled", 65L));
        assertThat(report.tornBytes()).isZero();
        assertThat(report.next()).isEqualTo(66);
        assertThat(given).containsExactly(allBut());
    }

    @Test
    void a_torn_tail_is_no_damage_and_is_told_with_what_stood_in_it() throws IOException {
        disk.flip(file(5), 4096 * 5 + 50);
        JournalReport report = check();
        assertThat(report.damage()).isEmpty();
        assertThat(report.tornTail()).contains("frame 65").contains("wrong checksum");
        assertThat(given).containsExactly(allBut(65));
        try (Segments segments = open(0)) {
            assertThat(segments.tornBytes()).isEqualTo(SEGMENT - 4096 * 5);
            assertThat(segments.cutTail()).isEqualTo(report.tornTail());
        }
        try (Segments segments = open(0)) {
            assertThat(segments.cutTail()).as("it is gone").isNull();
        }
    }

    @Test
    void frames_behind_a_damaged_one_are_given() throws IOException {
        disk.flip(file(2), 4096 * 6 + 50);
        disk.flip(file(4), 4096 * 3 + 50);
        disk.flip(file(4), 4096 * 15 + 50);
        JournalReport report = check();
        assertThat(report.damage()).hasSize(3);
        assertThat(report.lostFrames()).isEqualTo(3);
        assertThat(given).containsExactly(allBut(21, 48, 60));
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class);
    }

    @Test
    void a_header_is_made_up_for_by_the_frames_behind_it() throws IOException {
        disk.flip(file(1), 13);
        disk.flip(file(3), 30);
        JournalReport report = check();
        assertThat(report.damage()).hasSize(2);
        assertThat(report.lostFrames()).isZero();
        assertThat(given).containsExactly(allBut());
        disk.flip(file(3), 4096 + 13);
        assertThat(check().lostFrames()).isEqualTo(1);
        assertThat(given).containsExactly(allBut(31));
    }

    @Test
    void a_missing_file_is_damage_also_the_last_one() throws IOException {
        disk.delete(file(2));
        assertThat(check().damage()).singleElement().satisfies(
                each -> assertThat(each).hasMessageContaining("the file is missing"));
        assertThat(check().lostFrames()).isEqualTo(15);
        disk.delete(file(5));
        assertThat(check().damage()).hasSize(2);
        assertThatThrownBy(() -> open(40)).isInstanceOf(DamagedException.class)
                .hasMessageContaining(file(5)).hasMessageContaining("missing");
        for (int i : new int[] {1, 3, 4}) {
            disk.delete(file(i));
        }
        assertThat(check().damage()).singleElement().satisfies(
                each -> assertThat(each).hasMessageContaining("no file of the journal"));
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class);
    }

    @Test
    void a_file_that_is_cut_is_damage_also_where_nothing_stood_in_it() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(SEGMENT - 4096);
        disk.open(file(5)).read(content, 0);
        disk.delete(file(5));
        disk.create(file(5), SEGMENT - 4096).write(content.flip(), 0);
        assertThat(check().damage()).singleElement().satisfies(
                each -> assertThat(each).hasMessageContaining("the file is cut: it has 61440 of 65536 bytes"));
        assertThat(given).containsExactly(allBut());
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class).hasMessageContaining("is cut");
    }

    @Test
    void another_journal_begins_behind_the_frames_that_are_known() throws IOException {
        disk.flip(file(2), 4096 * 6 + 50);
        disk.create("cut-" + file(5), 8).close();
        int run = check().run();
        assertThat(JournalAnew.begin(disk, 66, run, SEGMENT, () -> ++salts))
                .containsExactly("cut-" + file(1), "cut-" + file(2), "cut-" + file(3), "cut-" + file(4),
                        "cut-" + file(5) + "-2");
        assertThat(JournalCheck.check(disk, 65).damage()).isEmpty();
        try (Segments segments = open(65)) {
            assertThat(segments.nextSequence()).isEqualTo(66);
            assertThat(segments.ids().run()).isGreaterThan(run + 1000);
            append(segments, 66);
        }
        try (Segments segments = open(65)) {
            assertThat(segments.nextSequence()).isEqualTo(67);
        }
    }
}
