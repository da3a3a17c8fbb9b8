package io.tern.api;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Takes what takes time to be found out, and can be asked whether anybody still waits for it.
public interface Waited {

    /// Whether the answer is waited for. From any thread; short.
    ///
    /// @return false if it would do nothing
    boolean wanted();

    /// Takes an answer, and knows whether it is waited for.
    ///
    /// @param <T> the answer's type
    /// @param asked whether it is waited for
    /// @param then takes it
    record Taking<T>(BooleanSupplier asked, Consumer<T> then) implements Consumer<T>, Waited {

        @Override
        public void accept(T answer) {
            then.accept(answer);
        }

        @Override
        public boolean wanted() {
            return asked.getAsBoolean();
        }
    }

    /// Has both asked in one.
    ///
    /// @param <T> the answer's type
    /// @param asked whether it is waited for
    /// @param then takes it
    /// @return for whoever finds it out
    static <T> Consumer<T> taking(BooleanSupplier asked, Consumer<T> then) {
        return new Taking<>(asked, then);
    }
}
