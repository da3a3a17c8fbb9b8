package io.tern.store;

/// One half of a store, for who has to say which of two that don't belong together counts.
public enum StoreHalf {

    /// What the archive's folder holds.
    ARCHIVE,

    /// What the journal's folder holds.
    JOURNAL
}
