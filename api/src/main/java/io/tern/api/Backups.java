package io.tern.api;

import java.io.IOException;
import java.util.List;

/// Hands out what a running broker has kept, as it was at one moment, piece by piece and not faster than it may be
/// read. Any thread; may block.
public interface Backups {

    /// There is nothing to be handed out.
    Backups NONE = new Backups() {

        @Override
        public Begun begin() throws IOException {
            throw new IOException("this broker keeps nothing on disk");
        }

        @Override
        public Piece read(String id, String file, long offset) throws IOException {
            throw new IOException("no backup was begun");
        }

        @Override
        public void end(String id) {
            // There is none.
        }
    };

    /// A file of a backup.
    ///
    /// @param name with the folder it belongs in, by `/`
    /// @param bytes its length
    record Part(String name, long bytes) {}

    /// A backup that can be read from now on, until it is ended, or was not read for a minute.
    ///
    /// @param id its name
    /// @param frame the first frame of the journal that is not in it; all that was acknowledged before it was begun is
    /// @param parts its files
    record Begun(String id, long frame, List<Part> parts) {}

    /// A piece of a file.
    ///
    /// @param bytes what stands there; none at the end of the file, or if it is too early
    /// @param waitMillis ask again after so long, 0 if there is nothing to wait for
    record Piece(byte[] bytes, long waitMillis) {}

    /// Begins one. Waits until the archive has taken over all that is safe now. There is one at a time.
    ///
    /// @return what can be read
    /// @throws IOException if another one is being read, there is no room, or nothing is kept
    Begun begin() throws IOException;

    /// Reads a piece.
    ///
    /// @param id of the backup
    /// @param file one of its files
    /// @param offset where to begin
    /// @return as much as may be read at once
    /// @throws IOException if there is no such backup any more, or no such file
    Piece read(String id, String file, long offset) throws IOException;

    /// Ends one, read or not. Nothing happens if there is none of that name.
    ///
    /// @param id of the backup
    /// @throws IOException if what it took can't be deleted
    void end(String id) throws IOException;
}
