package io.tern.crash;

import java.io.IOException;
import java.util.Map;
import java.util.Random;

/// What a broker runs on, and what that forgets when it dies.
interface Machine {

    /// Forgets nothing: what the process had written the operating system has.
    Machine RELIABLE = new Machine() {};

    /// A broker is about to be started.
    ///
    /// @return what to add to its environment
    default Map<String, String> on() throws IOException {
        return Map.of();
    }

    /// It has been killed.
    default void off(Random random) throws IOException {}
}
