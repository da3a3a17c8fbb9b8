package io.tern.api;

/// What an [Authorizer] says about one [Access].
public enum Decision {
    /// It may be done.
    ALLOW,
    /// It may not.
    DENY,
    /// Nothing here speaks of it: the next in the chain is asked.
    NEXT,
    /// It has to be asked for elsewhere, with [Authorizer#ask].
    LATER,
    /// It was asked for and can't be told now. What it was asked for is not done, as if it were denied, but nothing
    /// that has been granted is taken back.
    UNKNOWN
}
