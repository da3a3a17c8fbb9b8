package io.tern.testkit.sim;

import io.tern.api.Clock;
import io.tern.api.Store;
import io.tern.broker.time.KeptClock;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds what is wrong with messages that wait for their time.
class PlantedDelayFaultsTest {

    @Test
    void they_come_early() {
        PlantedFaultsTest.findsAmongOthers("before it was due", () -> new Faults() {
            @Override
            public Clock clock(KeptClock clock) {
                long beganMillis = clock.nowMillis();
                return () -> beganMillis + 2 * (clock.nowMillis() - beganMillis);
            }
        });
    }

    @Test
    void they_are_never_gone() {
        finds("ms later [2-9] times", store -> new FaultyStore(store, (record, arguments, journal) ->
                !(record.equals("settled") && (Long) arguments[1] > 1L << 50)));
    }

    @Test
    void they_are_not_written() {
        finds("never got message .* ms later", store ->
                new FaultyStore(store, (record, arguments, journal) -> !record.equals("delayed")));
    }

    private static void finds(String sign, UnaryOperator<Store> plant) {
        PlantedFaultsTest.findsAmongOthers(sign, () -> new Faults() {
            @Override
            public boolean comparesStore() {
                return false;
            }

            @Override
            public Store store(Store store) {
                return plant.apply(store);
            }
        });
    }
}
