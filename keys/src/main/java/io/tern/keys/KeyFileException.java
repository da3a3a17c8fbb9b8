package io.tern.keys;

/// A file of keys or certificates that can't be used. The message says why, without naming the file: whoever opened it
/// does. It holds nothing of what the file holds, which may be secret.
public final class KeyFileException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean isOfKey;

    KeyFileException(String message) {
        this(message, null);
    }

    KeyFileException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private KeyFileException(String message, Throwable cause, boolean isOfKey) {
        super(message, cause);
        this.isOfKey = isOfKey;
    }

    /// The same, met in the file of the key.
    KeyFileException ofKey() {
        return new KeyFileException(getMessage(), this, true);
    }

    /// Which of the two files of an [Identity] it speaks of.
    ///
    /// @return true for that of the key, false for that of the certificates, and where there is one file only
    public boolean isOfKey() {
        return isOfKey;
    }
}
