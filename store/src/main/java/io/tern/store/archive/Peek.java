package io.tern.store.archive;

import io.tern.store.table.RocksTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What an archive's folder says of itself, read without changing anything: RocksDB, once it may write, deletes the
/// files that its manifest doesn't name, also if that is not the right one.
///
/// @param position the frame that it waits for
/// @param id see [Archive#id]
public record Peek(long position, String id) {

    /// Looks.
    ///
    /// @param folder of the archive, which no process has open
    /// @param libraryFolder of RocksDB's library
    /// @param program that looks
    /// @return what it says
    /// @throws IOException if it can't be opened, or a newer program has written it
    public static Peek at(Path folder, Path libraryFolder, String program) throws IOException {
        byte[] positionKey = Keys.meta("position");
        byte[][] values =
                RocksTable.peek(folder, libraryFolder, Keys.meta("format"), positionKey, Keys.meta("id"));
        if (values[0] != null) {
            Archive.checkFormat(values[0], program);
        }
        long position = values[1] == null
                ? Archive.FIRST_FRAME
                : new ByteReader(positionKey, values[1], 0).varint();
        return new Peek(position, values[2] == null ? null : new String(values[2], StandardCharsets.US_ASCII));
    }
}
