package io.tern.store.disk;

import java.io.IOException;

/// What a broker has kept is not as it was left: the disk, or a hand, has changed it. To start again doesn't help; the
/// message says where it is, what it costs, and which command mends it.
public class DamagedDataException extends IOException {

    private static final long serialVersionUID = 1;

    /// Says it all.
    ///
    /// @param message what is damaged, and what to do
    public DamagedDataException(String message) {
        super(message);
    }

    /// Says it all.
    ///
    /// @param message what is damaged, and what to do
    /// @param cause who found out
    public DamagedDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
