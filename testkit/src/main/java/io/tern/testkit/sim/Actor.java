package io.tern.testkit.sim;

/// Somebody who can do one of several small things now; the seed decides who does which.
interface Actor {

    /// @return how many things it could do now, 0 if it has to wait
    int options();

    /// Does one of them.
    ///
    /// @param option 0 to [#options] - 1
    void act(int option);
}
