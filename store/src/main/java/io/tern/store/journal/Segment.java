package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/// One file of the journal and what its first 4 KiB say. Numbers are big-endian; the rest of the block is zero.
///
///     0  magic          long
///     8  format         int   version of all that follows, frames and records too
///     12 run            int   of the process that began it
///     16 generation     long  as in the file's name; each segment's is one more than that of the segment before
///     24 salt           long  drawn anew when the segment was begun
///     32 firstSequence  long  that its first frame has or would have
///     40 bytes          long  what the file takes; formats 1 to 4 don't say it
///     48 crc            int   CRC32C of the 48 bytes above; in formats 1 to 4 at 40, of the 40 bytes above
///
/// Later formats keep magic, format and crc where they are, so that a byte of the format that has changed is known from
/// a format that is newer.
///
/// @param name of the file
/// @param file open
/// @param bytes its size
/// @param begunBytes the size that its header says, or `bytes` if it doesn't
/// @param format see above
/// @param run see above
/// @param generation see above
/// @param salt see above
/// @param firstSequence see above
/// @param crc see above
record Segment(
        String name,
        DiskFile file,
        long bytes,
        long begunBytes,
        int format,
        int run,
        long generation,
        long salt,
        long firstSequence,
        int crc) {

    /// The format that this program writes, and the newest it reads. Format 1 knew neither the owner of a session nor
    /// the end of what was sent. Formats 1 and 2 had no records of their own for shared groups, whose queues looked
    /// like the sessions of clients called like their filters, and began each chunk with its base alone. Format 3 knew
    /// neither the place that a session without a user came from nor the owner of a retained message. Formats 1 to 4
    /// didn't say how large a segment is, formats 1 to 5 knew no delayed messages. All else is the same.
    static final int FORMAT = 6;

    static final String PREFIX = "journal-";
    private static final long MAGIC = 0x5445_524E_4A52_4E4CL;
    private static final int FORMAT_WITH_BYTES = 5;
    private static final int HEADER_BYTES = 52;
    private static final int CRC_AT = 48;
    private static final int FORMER_CRC_AT = 40;

    static String name(long generation) {
        return String.format(Locale.ROOT, "%s%010d", PREFIX, generation);
    }

    /// Which generation a file's name says.
    ///
    /// @return -1 if it is no segment's name
    static long generation(String name) {
        if (!name.startsWith(PREFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// The names of segments among those of files, oldest first.
    static List<String> sorted(List<String> names) {
        return names.stream()
                .filter(name -> generation(name) >= 0)
                .sorted((a, b) -> Long.compare(generation(a), generation(b)))
                .toList();
    }

    /// Begins a segment: writes and forces its header.
    static Segment begin(
            DiskFile file, long bytes, int format, int run, long generation, long salt, long firstSequence)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Frame.BLOCK_BYTES).putLong(0, MAGIC).putInt(8, format).putInt(12, run)
                .putLong(16, generation).putLong(24, salt).putLong(32, firstSequence).putLong(40, bytes);
        int crc = crc(block, CRC_AT);
        block.putInt(CRC_AT, crc);
        file.write(block, 0);
        file.force();
        return new Segment(name(generation), file, bytes, bytes, format, run, generation, salt, firstSequence, crc);
    }

    private static int crc(ByteBuffer block, int length) {
        CRC32C crc = new CRC32C();
        crc.update(block.array(), 0, length);
        return (int) crc.getValue();
    }

    /// Opens a file that a segment's name promises a header in.
    ///
    /// @throws DamagedException if it has none, or that of another generation
    /// @throws IOException if its format is newer than this program, or it can't be read
    static Segment open(Disk disk, String name) throws IOException {
        DiskFile file = disk.open(name);
        try {
            ByteBuffer block = ByteBuffer.allocate(Frame.BLOCK_BYTES);
            int read = file.read(block, 0);
            boolean saysBytes = block.getInt(8) >= FORMAT_WITH_BYTES;
            int crcAt = saysBytes ? CRC_AT : FORMER_CRC_AT;
            if (read < HEADER_BYTES || block.getLong(0) != MAGIC || block.getInt(crcAt) != crc(block, crcAt)) {
                throw new DamagedException(name, 0, "the header of the segment is wrong");
            }
            if (block.getInt(8) > FORMAT) {
                throw new IOException("file '" + name + "' in " + disk.name() + " has format " + block.getInt(8)
                        + ", and this Tern reads up to " + FORMAT + ": start the newer Tern that wrote it");
            }
            Segment segment = new Segment(name, file, file.size(), saysBytes ? block.getLong(40) : file.size(),
                    block.getInt(8), block.getInt(12), block.getLong(16), block.getLong(24), block.getLong(32),
                    block.getInt(crcAt));
            if (segment.generation != generation(name)) {
                throw new DamagedException(name, 0, "its header says generation " + segment.generation);
            }
            return segment;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /// Says that the file is shorter than it was when it was begun.
    ///
    /// @return null if it is not
    DamagedException cut() {
        return bytes >= begunBytes ? null : new DamagedException(name, bytes, "the file is cut: it has " + bytes
                + " of " + begunBytes + " bytes");
    }

    /// Whether a frame's header is of this segment.
    boolean owns(Frame frame) {
        return frame != null && frame.generation() == generation && frame.salt() == salt;
    }
}
