package io.tern.store.table;

import java.io.IOException;

/// What was read is not what was written: the disk, or a hand, has changed it. The message names what, and what to do.
public final class DamagedTableException extends IOException {

    private static final String REMEDY =
            "; `tern store export` writes out what comes before it, otherwise restore the data folder from a copy";

    /// Something can't be made sense of.
    ///
    /// @param what what and where, and why it can't be right
    public DamagedTableException(String what) {
        super(what + REMEDY);
    }

    /// Something can't be made sense of.
    ///
    /// @param what what and where, and why it can't be right
    /// @param cause who found out
    public DamagedTableException(String what, Throwable cause) {
        super(what + REMEDY, cause);
    }
}
