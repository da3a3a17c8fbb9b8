package io.tern.api;

import java.util.function.Consumer;

/// Takes a verdict, and can be asked whether anybody waits for it still: what takes long need not be done for somebody
/// who has gone.
public interface Answer extends Consumer<Verdict>, Waited {

    /// Asks anybody who takes an answer.
    ///
    /// @param answer takes it
    /// @return true unless it says that it isn't waited for
    static boolean isWanted(Consumer<?> answer) {
        return !(answer instanceof Waited asked) || asked.wanted();
    }

    /// Takes a verdict in place of another.
    ///
    /// @param answer the other one, or a step of an exchange, who knows whether it is waited for
    /// @param then takes it
    /// @return both
    static Answer before(Consumer<?> answer, Consumer<Verdict> then) {
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
