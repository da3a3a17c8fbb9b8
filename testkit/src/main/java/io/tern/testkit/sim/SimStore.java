package io.tern.testkit.sim;

import io.tern.api.Store;

/// What outlives the broker's process, and what writes there while it runs: one small thing at a time.
interface SimStore extends Actor {

    /// A process begins.
    ///
    /// @return its door to what was kept
    Store start();

    /// The process ends in the midst of everything: what is not on the disk is lost, or some of it.
    void crash();

    /// What is still kept for sessions and shared groups.
    ///
    /// @return in words, empty if there is nothing
    String leftovers();
}
