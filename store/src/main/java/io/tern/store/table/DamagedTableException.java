package io.tern.store.table;

import io.tern.store.disk.DamagedDataException;

/// What was read is not what was written: the disk, or a hand, has changed it. The message names what, and what to do.
public final class DamagedTableException extends DamagedDataException {

    private static final long serialVersionUID = 1;

    private static final String REMEDY =
            ". 'tern store check' says what is lost, and 'tern store repair' takes up all the rest, after putting this"
                    + " aside";

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
