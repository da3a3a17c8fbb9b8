package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.DiskFile;
import io.tern.store.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// What is written in frames comes back, whatever happened to the files meanwhile.
class SegmentsTest {

    private static final int SEGMENT = 64 * 1024;
    private static final JournalOptions OPTIONS = new JournalOptions(SEGMENT, 8 * SEGMENT, 2);

    private final AtomicLong salts = new AtomicLong(1000);
    private MemoryDisk disk = new MemoryDisk(1L << 30);

    private Segments open(long archived) throws IOException {
        return Segments.open(disk, OPTIONS, archived, salts::incrementAndGet);
    }

    /// Writes one frame that holds a number, and any number of bytes behind it.
    private static void append(Segments segments, long number, int bytes) throws IOException {
        assertThat(segments.makeRoom(bytes, false)).isTrue();
        write(segments, number, bytes);
    }

    private static Chunk chunk(long number, int bytes) {
        Chunk chunk = new Chunk(null);
        chunk.bytes = ByteBuffer.allocate(bytes).putLong(number).array();
        chunk.length = bytes;
        return chunk;
    }

    private static void write(Segments segments, long number, int bytes) throws IOException {
        segments.append(new Chunk[] {chunk(number, bytes)}, 1);
        segments.force();
        segments.nowDurable();
    }

    private static List<Long> numbers(Segments segments, long from) throws IOException {
        List<Long> numbers = new ArrayList<>();
        segments.read(from, (sequence, bytes, offset, length) ->
                numbers.add(ByteBuffer.wrap(bytes, offset, length).getLong()));
        return numbers;
    }

    @Test
    void frames_come_back_over_several_segments_and_after_a_restart() throws IOException {
        Segments segments = open(0);
        List<Long> told = new ArrayList<>();
        for (long i = 0; i < 40; i++) {
            append(segments, i, 8 + (int) (i * 997 % 12_000));
            told.add(i);
        }
        assertThat(segments.begun()).isGreaterThan(4);
        assertThat(numbers(segments, 1)).isEqualTo(told);
        assertThat(numbers(segments, 31)).isEqualTo(told.subList(30, 40));
        disk = disk.kill();
        Segments again = open(0);
        assertThat(again.nextSequence()).isEqualTo(41);
        assertThat(again.tornBytes()).isZero();
        assertThat(numbers(again, 1)).isEqualTo(told);
        append(again, 40, 100);
        assertThat(numbers(again, 40)).containsExactly(39L, 40L);
    }

    @Test
    void a_reader_goes_on_while_frames_are_written() throws IOException {
        Segments segments = open(0);
        FrameReader reader = segments.reader(1);
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < 300; i++) {
            append(segments, i, 5000);
            if (i % 3 == 0) {
                while (reader.next((sequence, bytes, offset, length) ->
                        numbers.add(ByteBuffer.wrap(bytes, offset, length).getLong()))) {
                    continue;
                }
                segments.released(reader.sequence() - 1);
            }
        }
        assertThat(numbers).hasSize(298).isSorted().doesNotHaveDuplicates();
        assertThat(disk.list()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void a_frame_that_is_written_and_not_durable_is_not_read() throws IOException {
        Segments segments = open(0);
        segments.append(new Chunk[] {chunk(1, 8)}, 1);
        assertThat(numbers(segments, 1)).isEmpty();
        segments.force();
        segments.nowDurable();
        assertThat(numbers(segments, 1)).hasSize(1);
    }

    @Test
    void writing_waits_when_all_segments_hold_what_the_archive_has_not() throws IOException {
        Segments segments = open(0);
        int frames = 0;
        while (segments.makeRoom(12_000, false)) {
            write(segments, frames++, 12_000);
        }
        assertThat(frames).as("six of eight segments, five frames each").isBetween(24, 30);
        int endings = 0;
        while (segments.makeRoom(12_000, true)) {
            write(segments, frames + endings++, 12_000);
        }
        assertThat(endings).as("two more").isBetween(8, 10);
        segments.released(12);
        assertThat(segments.makeRoom(12_000, false)).as("the reserve is full again first").isFalse();
        segments.released(20);
        assertThat(segments.makeRoom(12_000, false)).isTrue();
        assertThat(segments.firstSequence()).isLessThanOrEqualTo(21);
        assertThat(segments.heldBytes()).isLessThanOrEqualTo(8 * SEGMENT);
    }

    @Test
    void released_segments_are_used_again_and_their_old_frames_are_never_read() throws IOException {
        // With a salt that never changes, so that the generation alone tells them apart.
        Segments segments = Segments.open(disk, OPTIONS, 0, () -> 7);
        for (long i = 0; i < 500; i++) {
            append(segments, i, 4000);
            segments.released(segments.durableSequence() - 1);
            if (i % 7 == 0) {
                long released = segments.durableSequence() - 1;
                disk = disk.kill();
                segments = Segments.open(disk, OPTIONS, released, () -> 7);
                assertThat(numbers(segments, segments.nextSequence() - 1)).containsExactly(i);
                assertThat(segments.tornBytes()).isZero();
            }
        }
        assertThat(disk.list()).hasSizeLessThanOrEqualTo(8).anyMatch(name -> name.startsWith("journal-00000000"));
        assertThat(Segment.generation(disk.list().getFirst())).as("they have been through").isGreaterThan(8);
    }

    @Test
    void a_chunk_larger_than_a_segment_gets_one_of_its_own() throws IOException {
        Segments segments = open(0);
        append(segments, 1, 100);
        append(segments, 2, 3 * SEGMENT);
        append(segments, 3, 100);
        assertThat(numbers(segments, 1)).containsExactly(1L, 2L, 3L);
        disk = disk.kill();
        segments = open(0);
        assertThat(numbers(segments, 1)).containsExactly(1L, 2L, 3L);
        assertThat(segments.makeRoom(20 * SEGMENT, false)).as("larger than the whole journal, and it isn't empty")
                .isFalse();
        segments.released(3);
        append(segments, 4, 20 * SEGMENT);
        assertThat(segments.makeRoom(100, false)).isFalse();
        segments.released(4);
        append(segments, 5, 100);
        assertThat(numbers(segments, 5)).containsExactly(5L);
        assertThat(disk.list()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void a_disk_without_room_makes_writing_wait_and_breaks_nothing() throws IOException {
        disk = new MemoryDisk(3 * SEGMENT);
        Segments segments = open(0);
        int frames = 0;
        while (segments.makeRoom(12_000, false)) {
            write(segments, frames++, 12_000);
        }
        assertThat(segments.isDiskFull()).isTrue();
        segments.released(10);
        append(segments, frames, 12_000);
        assertThat(segments.isDiskFull()).isFalse();
        assertThat(numbers(segments, 11)).hasSize(frames - 9).endsWith((long) frames);
    }

    @Test
    void runs_and_ids_grow_with_each_start_that_wrote() throws IOException {
        Segments segments = open(0);
        long first = segments.ids().next();
        assertThat(first).isEqualTo((1L << 40) + 1);
        append(segments, 1, 8);
        disk = disk.kill();
        segments = open(0);
        assertThat(segments.ids().next()).isEqualTo((2L << 40) + 1);
        append(segments, 2, 8);
        disk = disk.kill();
        assertThat(open(0).ids().run()).isEqualTo(3);
    }

    @Test
    void a_bad_frame_before_a_whole_one_is_damage_and_says_where() throws IOException {
        Segments segments = open(0);
        for (long i = 0; i < 5; i++) {
            append(segments, i, 4000);
        }
        disk.flip("journal-0000000001", 4096 * 3 + 700);
        disk = disk.kill();
        assertThatThrownBy(() -> open(0))
                .isInstanceOfSatisfying(DamagedException.class, e -> assertThat(e.offset()).isEqualTo(4096 * 3))
                .hasMessageContaining("journal-0000000001 is damaged at byte 12288: frame 3")
                .hasMessageContaining("tern store repair");
    }

    @Test
    void a_bad_last_frame_is_a_torn_tail_and_is_overwritten() throws IOException {
        Segments segments = open(0);
        for (long i = 0; i < 5; i++) {
            append(segments, i, 4000);
        }
        disk.flip("journal-0000000001", 4096 * 5 + 700);
        disk = disk.kill();
        segments = open(0);
        assertThat(segments.tornBytes()).isEqualTo(SEGMENT - 4096 * 5);
        assertThat(numbers(segments, 1)).containsExactly(0L, 1L, 2L, 3L);
        DiskFile file = disk.open("journal-0000000001");
        byte[] rest = new byte[4096];
        file.read(ByteBuffer.wrap(rest), 4096 * 5);
        assertThat(rest).containsOnly(0);
    }

    @Test
    void a_bad_last_frame_of_a_segment_that_another_follows_is_damage() throws IOException {
        Segments segments = open(0);
        while (segments.begun() < 2) {
            append(segments, 1, 12_000);
        }
        long last = segments.nextSequence() - 2;
        disk.flip("journal-0000000001", 4096 + (last - 1) * Frame.bytes(12_000) + 100);
        disk = disk.kill();
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class)
                .hasMessageContaining("frame " + last + " is not whole");
        assertThat(open(last).nextSequence()).as("which doesn't matter once it is archived").isEqualTo(last + 2);
    }

    @Test
    void a_missing_segment_and_missing_frames_are_damage() throws IOException {
        Segments segments = open(0);
        while (segments.begun() < 4) {
            append(segments, 1, 12_000);
        }
        disk = disk.kill();
        disk.delete("journal-0000000002");
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class)
                .hasMessageContaining("journal-0000000002 is damaged at byte 0: the file is missing");
        disk.delete("journal-0000000001");
        assertThatThrownBy(() -> open(0)).isInstanceOf(DamagedException.class)
                .hasMessageContaining("the archive ends with frame 0");
        for (String name : disk.list()) {
            disk.delete(name);
        }
        assertThatThrownBy(() -> open(7)).isInstanceOf(DamagedException.class)
                .hasMessageContaining("the archive ends with frame 7");
    }

    @Test
    void a_header_that_is_wrong_is_damage_and_a_newer_format_is_refused() throws IOException {
        open(0).close();
        for (int at = 0; at < 52; at++) {
            disk.flip("journal-0000000001", at);
            assertThatThrownBy(() -> open(0)).as("byte " + at).isInstanceOf(DamagedException.class)
                    .hasMessageContaining("header of the segment");
            disk.flip("journal-0000000001", at);
        }
        open(0).close();
        ByteBuffer header = ByteBuffer.allocate(52);
        disk.open("journal-0000000001").read(header, 0);
        CRC32C crc = new CRC32C();
        crc.update(header.putInt(8, Segment.FORMAT + 1).array(), 0, 48);
        disk.open("journal-0000000001").write(header.putInt(48, (int) crc.getValue()).position(0), 0);
        assertThatThrownBy(() -> open(0)).isInstanceOf(IOException.class)
                .isNotInstanceOf(DamagedException.class)
                .hasMessageContaining("has format 7, and this Tern reads up to 6");
    }

    @Test
    void frames_copied_into_a_payload_are_not_taken_for_frames() throws IOException {
        Segments segments = open(0);
        for (long i = 0; i < 3; i++) {
            append(segments, i, 4000);
        }
        // What another file of this journal would look like; a client can know all but the salt.
        byte[] forged = new byte[3 * 4096 - 48];
        ByteBuffer at = ByteBuffer.wrap(forged);
        Frame.encode(at, 4096 - 48, Frame.CHAINED, 1, 4711, 9, 1, 0, 1);
        CRC32C crc = new CRC32C();
        Frame.crcOfHeader(crc, at, 4096 - 48);
        at.putInt(4096 - 48 + Frame.CRC_AT, (int) crc.getValue());
        append(segments, 3, 8);
        Chunk chunk = new Chunk(null);
        chunk.bytes = forged;
        chunk.length = forged.length;
        segments.append(new Chunk[] {chunk}, 1);
        disk.flip("journal-0000000001", 4096 * 5 + 600);
        disk = disk.kill();
        assertThat(numbers(open(0), 1)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void a_whole_frame_behind_a_torn_one_does_not_come_alive_behind_its_replacement() throws IOException {
        Segments segments = open(0);
        for (long i = 0; i < 3; i++) {
            segments.append(new Chunk[] {chunk(i, 4000)}, 1);
        }
        byte[] third = new byte[4096];
        disk.open("journal-0000000001").read(ByteBuffer.wrap(third), 4096 * 3);
        disk.flip("journal-0000000001", 4096 * 2 + 700);
        disk = disk.kill();
        segments = open(0);
        assertThat(segments.cutFrames()).as("not forced, so it proves no damage").isEqualTo(1);
        append(segments, 10, 4000);
        // Even if the zeros over it had been lost.
        disk.open("journal-0000000001").write(ByteBuffer.wrap(third), 4096 * 3);
        disk = disk.kill();
        segments = open(0);
        assertThat(numbers(segments, 1)).containsExactly(0L, 10L);
        assertThat(segments.nextSequence()).isEqualTo(3);
    }

    @Test
    void the_archive_may_be_ahead_of_a_journal_that_was_cut() throws IOException {
        Segments segments = open(0);
        append(segments, 0, 8);
        disk = disk.kill();
        segments = open(40);
        assertThat(segments.nextSequence()).isEqualTo(41);
        append(segments, 41, 8);
        disk = disk.kill();
        assertThat(numbers(open(40), 41)).containsExactly(41L);
    }

    @Test
    void a_file_made_ahead_becomes_the_next_segment() throws IOException {
        Segments segments = open(0);
        assertThat(segments.ahead()).isTrue();
        assertThat(segments.ahead()).isFalse();
        int files = disk.list().size();
        while (segments.begun() < 2) {
            append(segments, 1, 12_000);
        }
        assertThat(disk.list()).hasSize(files);
        assertThat(disk.list()).noneMatch(name -> name.startsWith("spare"));
    }
}
