package io.tern.api;

import java.util.function.Consumer;

/// Takes a verdict, and can be asked whether anybody waits for it still: what takes long need not be done for somebody
/// who has gone.
public interface Answer extends Consumer<Verdict> {

    /// Whether the verdict is waited for. From any thread; short.
    ///
    /// @return false if it would do nothing
    boolean wanted();

    /// Asks anybody who takes a verdict.
    ///
    /// @param answer takes it
    /// @return true unless it says that it isn't waited for
    static boolean isWanted(Consumer<Verdict> answer) {
        return !(answer instanceof Answer asked) || asked.wanted();
    }

    /// Takes a verdict in place of another.
    ///
    /// @param answer the other, who knows whether it is waited for
    /// @param then takes it
    /// @return both
    static Answer before(Consumer<Verdict> answer, Consumer<Verdict> then) {
        return new Answer() {
            @Override
            public void accept(Verdict verdict) {
                then.accept(verdict);
            }

            @Override
            public boolean wanted() {
                return isWanted(answer);
            }
        };
    }
}
