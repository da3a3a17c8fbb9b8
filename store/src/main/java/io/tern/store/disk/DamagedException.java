package io.tern.store.disk;

/// A file of the journal is damaged. It is never guessed around: the start stops, and the operator decides.
public final class DamagedException extends DamagedDataException {

    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;
    private final String what;

    /// Names the place.
    ///
    /// @param file name of the file, or empty where only the offset is known yet (see [#in])
    /// @param offset of the first byte that is wrong
    /// @param what what is wrong there, without a full stop
    public DamagedException(String file, long offset, String what) {
        super(file + " is damaged at byte " + offset + ": " + what + ". 'tern store check' says what is lost, and"
                + " 'tern store repair' takes up all the rest, after putting this aside");
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    /// The same, told by somebody who knows in which file it lies.
    ///
    /// @param name of the file
    /// @param base what to add to the offset
    /// @return to be thrown in place of this
    public DamagedException in(String name, long base) {
        DamagedException placed = new DamagedException(name, base + offset, what);
        placed.initCause(this);
        return placed;
    }

    /// Which file.
    ///
    /// @return its name, empty if it isn't known
    public String file() {
        return file;
    }

    /// Where.
    ///
    /// @return offset in bytes
    public long offset() {
        return offset;
    }

    /// What is wrong.
    ///
    /// @return a few words
    public String what() {
        return what;
    }
}
