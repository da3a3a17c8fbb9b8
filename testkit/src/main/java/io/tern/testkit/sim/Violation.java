package io.tern.testkit.sim;

/// The broker did what it must not, or failed to do what it must; says which, with the seed and the last events.
public final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final transient String what;

    Violation(String what, long seed, int step, String tail, Throwable cause) {
        super(what + "\nseed " + seed + ", step " + step + "; replay with -Dsim.seed=" + seed
                + "; the last events were\n" + tail, cause);
        this.what = what;
    }

    /// What was violated, alone.
    ///
    /// @return one line
    public String what() {
        return what;
    }
}
