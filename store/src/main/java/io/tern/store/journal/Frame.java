package io.tern.store.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The header of one frame: everything that was committed at once. A frame begins at a multiple of 4 KiB, and the room
/// up to the next is filled with zeros. Numbers are big-endian.
///
///     0  magic       int
///     4  flags       int   bit 0: all frames before were forced before this one was written
///     8  generation  long  that of its segment
///     16 salt        long  that of its segment
///     24 sequence    long  one more than that of the frame before
///     32 run         int   of the writing process, see [Ids]
///     36 length      int   of the payload, bytes
///     40 previous    int   the crc of the frame before, or of the segment's header if it is the first
///     44 crc         int   CRC32C of the 44 bytes above and the payload
///
/// Generation and salt tell a frame from what an older use of the same file left there, and from what a client may have
/// put into a payload. `previous` tells it from one that followed another frame, of this number too, that was torn and
/// overwritten.
///
/// @param flags see above
/// @param generation see above
/// @param salt see above
/// @param sequence see above
/// @param run see above
/// @param length see above
/// @param previous see above
/// @param crc see above
record Frame(int flags, long generation, long salt, long sequence, int run, int length, int previous, int crc) {

    static final int BLOCK_BYTES = 4096;
    static final int HEADER_BYTES = 48;
    static final int CRC_AT = 44;

    /// A flag: all frames before were forced before this one was written.
    static final int CHAINED = 1;

    private static final int MAGIC = 0x5446_524D;

    /// Writes everything but the CRC.
    static void encode(ByteBuffer dst, int at, int flags, long generation, long salt, long sequence, int run,
            int length, int previous) {
        dst.putInt(at, MAGIC);
        dst.putInt(at + 4, flags);
        dst.putLong(at + 8, generation);
        dst.putLong(at + 16, salt);
        dst.putLong(at + 24, sequence);
        dst.putInt(at + 32, run);
        dst.putInt(at + 36, length);
        dst.putInt(at + 40, previous);
    }

    /// Reads what may be a header.
    ///
    /// @return null if it doesn't begin as one
    static Frame decode(ByteBuffer src, int at) {
        if (src.getInt(at) != MAGIC) {
            return null;
        }
        return new Frame(src.getInt(at + 4), src.getLong(at + 8), src.getLong(at + 16), src.getLong(at + 24),
                src.getInt(at + 32), src.getInt(at + 36), src.getInt(at + 40), src.getInt(at + CRC_AT));
    }

    /// What header and payload take, with the zeros behind them.
    ///
    /// @param payloadBytes length of the payload
    /// @return a multiple of 4 KiB
    static long bytes(long payloadBytes) {
        return (HEADER_BYTES + payloadBytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    long bytes() {
        return bytes(length);
    }

    /// A CRC that has gone over the header.
    static void crcOfHeader(CRC32C crc, ByteBuffer src, int at) {
        crc.reset();
        ByteBuffer header = src.duplicate();
        header.limit(at + CRC_AT).position(at);
        crc.update(header);
    }

    boolean chained() {
        return (flags & CHAINED) != 0;
    }
}
