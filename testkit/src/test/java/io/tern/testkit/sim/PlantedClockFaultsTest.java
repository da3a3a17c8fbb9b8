package io.tern.testkit.sim;

import io.tern.api.Clock;
import io.tern.broker.time.KeptClock;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds a broker that goes by the wrong time.
class PlantedClockFaultsTest {

    @Test
    void the_machines_clock_is_taken_as_it_is_set() {
        finds("is lost|refused connection|dismissed connection|for its silence", clock -> clock::machineMillis);
    }

    @Test
    void a_process_begins_by_the_machines_clock_without_what_was_kept() {
        finds("is lost|waits for something|left behind|never got", clock -> {
            long beganMillis = clock.nowMillis();
            long machineMillis = clock.machineMillis();
            return () -> machineMillis + clock.nowMillis() - beganMillis;
        });
    }

    @Test
    void time_stands_still() {
        finds("waits for something|left behind|no rest|which has expired|never got", clock -> {
            long beganMillis = clock.nowMillis();
            return () -> beganMillis;
        });
    }

    private static void finds(String violation, Function<KeptClock, Clock> plant) {
        PlantedFaultsTest.finds(1, violation, () -> new Faults() {
            @Override
            public Clock clock(KeptClock clock) {
                return plant.apply(clock);
            }
        });
    }
}
