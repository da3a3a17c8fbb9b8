package io.tern.testkit.sim;

import io.tern.api.Store;

/// What outlives the broker's process, and what writes there while it runs: one small thing at a time.
interface SimStore extends Actor {

    /// A process begins.
    ///
    /// @return its door to what was kept
    Store start();

    /// The process ends in the midst of everything: what is not on the disk is lost, or some of it.
    ///
    /// @param power whether the machine loses power as well, and with it what only the operating system had
    void crash(boolean power);

    /// Whether it has broken, so that the process has to end.
    default boolean hasFailed() {
        return false;
    }

    /// Something may happen to it that nobody has asked for.
    default void befall() {
        // A model breaks only in a crash.
    }

    /// It was slow, and is no more.
    default void unstall() {
        // It never was.
    }

    /// Nothing bad happens to it any more.
    default void calmDown() {
        // Nothing bad ever does.
    }

    /// What the next process would find after an accident now, which changes nothing.
    ///
    /// @param random decides what is left
    /// @param power whether the machine loses power
    /// @return with the messages of all queues; null where that can't be known
    default ModelState after(SimRandom random, boolean power) {
        return null;
    }

    /// What the next process would find if the medium had changed what was written.
    ///
    /// @param random decides
    /// @return all that there was; null if nothing is promised then
    default ModelState afterFlip(SimRandom random) {
        return null;
    }

    /// What is still kept for sessions and shared groups. The last that is asked of it.
    ///
    /// @return in words, empty if there is nothing
    String leftovers();
}
