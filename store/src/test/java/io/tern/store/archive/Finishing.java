package io.tern.store.archive;

import java.io.IOException;

/// A planned end.
final class Finishing {

    private Finishing() {}

    /// Applies all frames that are safe, flushes and lets the journal go.
    static void finish(Archiver archiver) throws IOException {
        while (archiver.takeOver()) {
            // Piece by piece.
        }
        archiver.flush();
    }
}
