package io.tern.testkit.sim;

import io.tern.api.Store;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Shows that the simulator finds it if records that were said to be safe are not there after a crash: one of so many
/// of one kind is lost each time.
class LostRecordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "sessionOpened; 3; 1; is lost|never got",
        "sessionLeft; 1; 30; deleted by DISCONNECT|can't be there|without a subscription",
        "willGone; 1; 45; a will . times",
        "groupOpened; 1; 1400; never got|without DUP",
        "sessionEnded; 3; 1; on disk is left|can't be there",
        "subscribed; 3; 1; queue was full|never got|is lost|3.8.4-8|without a subscription",
        "unsubscribed; 1; 100; without a subscription|which nobody has to keep",
        "queued; 3; 1; without DUP|never got|last, but retained|waits for PUBREL|still held",
        "received; 1; 115; times",
        "settled; 3; 1; again, though that was settled|times|still held|in use for",
        "inboundOpened; 3; 60; times",
        "inboundReleased; 1; 1100; never got|retained for",
        "committed; 3; 1; on disk is left|never got",
        "retainedSet; 3; 1; retained for|last, but retained|what was read back",
        "retainedCleared; 1; 1; retained for|last, but retained",
    })
    void one_of_so_many_is_lost(String lost, int oneOf, int from, String violation) {
        PlantedFaultsTest.finds(from, violation, () -> new Faults() {
            private int count;

            @Override
            public boolean comparesStore() {
                return false; // The promises to clients alone have to tell.
            }

            @Override
            public Store store(Store store) {
                return new FaultyStore(
                        store, (record, arguments, journal) -> !record.equals(lost) || ++count % oneOf != 0);
            }
        });
    }
}
