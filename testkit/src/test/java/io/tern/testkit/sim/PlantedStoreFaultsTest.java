package io.tern.testkit.sim;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds mistakes of a store, and of a broker that understands its store wrongly.
class PlantedStoreFaultsTest {

    @Test
    void what_is_told_as_durable_before_it_is_is_missed_on_the_disk() {
        String violation = "the disk has less than was promised|is told that all is durable";
        finds(true, 1, violation, PlantedStoreFaultsTest::hasty);
    }

    @Test
    void replies_before_the_records_are_safe() {
        String violation =
                "never got|is lost|times|in use for|retained for|last, but|on disk is left|still waits|settled"
                        + "|all is durable";
        finds(violation, PlantedStoreFaultsTest::hasty);
    }

    /// Tells of all that is staged as soon as it is handed over.
    private static Store hasty(Store store) {
        return new FaultyStore(store, (record, arguments, journal) -> true) {
            @Override
            public Journal open(int shard, Loop loop, Progress progress) {
                Journal journal = super.open(shard, loop, new Progress() {
                    @Override
                    public void written(long position) {}

                    @Override
                    public void durable(long position) {}
                });
                long[] told = {0};
                return journal(journal, (name, arguments, real) -> {
                    if (name.equals("commit") && told[0] < real.position()) {
                        told[0] = real.position();
                        real.commit((Long) arguments[0]);
                        progress.written(told[0]);
                        progress.durable(told[0]);
                        return false;
                    }
                    return true;
                });
            }
        };
    }

    @Test
    void what_nobody_is_owed_is_told_as_durable_before_it_is() {
        finds(true, 1, "is told that all is durable", store ->
                new FaultyStore(store, (record, arguments, journal) -> true) {
            @Override
            public Journal open(int shard, Loop loop, Progress progress) {
                long[] told = {0};
                return super.open(shard, loop, new Progress() {
                    @Override
                    public void written(long position) {
                        progress.written(position);
                    }

                    @Override
                    public boolean awaitsWritten() {
                        return progress.awaitsWritten();
                    }

                    @Override
                    public void kept(long position) {
                        durable(position);
                    }

                    @Override
                    public void durable(long position) {
                        if (position > told[0]) {
                            told[0] = position;
                            progress.durable(position);
                        }
                    }
                });
            }
        });
    }

    @Test
    void half_a_transaction() {
        finds(false, 430, "times", store -> new FaultyStore(store, (record, arguments, journal) -> {
            if (record.equals("queued")) {
                arguments[6] = 0L;
            }
            return true;
        }));
    }

    @Test
    void nothing_was_sent_before_a_client_left() {
        finds("without DUP|times|waits for PUBREL", store -> new FaultyStore(store, (record, arguments, journal) -> {
            if (record.equals("sessionLeft")) {
                arguments[4] = 0L;
            }
            return true;
        }));
    }

    @Test
    void retained_messages_in_the_order_of_their_arrival() {
        String violation = "the store has retained|is not what was read back|less than was promised";
        finds(true, 440, violation, store -> new FaultyStore(store, (record, arguments, journal) -> {
            if (record.startsWith("retained")) {
                arguments[1] = 1L;
            }
            return true;
        }));
    }

    @Test
    void retained_messages_that_are_not_found_again() {
        finds("is not what was read back", store -> new FaultyStore(store, (record, arguments, journal) -> true) {
            @Override
            public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
                super.readRetained(wanted, loop, waits, messages -> {
                    messages.replaceAll(message -> null);
                    then.accept(messages);
                });
            }
        });
    }

    @Test
    void records_of_an_ended_session_count_for_its_successor() {
        finds("without a subscription|at QoS . .MQTT-3.8.4-8", store -> {
            Map<Long, String> names = new HashMap<>();
            Map<String, List<Object[]>> subscribed = new HashMap<>();
            return new FaultyStore(store, (record, arguments, journal) -> {
                switch (record) {
                    case "subscribed" ->
                        subscribed.computeIfAbsent(names.get(arguments[0]), name -> new ArrayList<>()).add(arguments);
                    case "sessionOpened" -> {
                        String name = (String) arguments[1];
                        if (names.put((Long) arguments[0], name) == null && subscribed.containsKey(name)) {
                            journal.sessionOpened((Long) arguments[0], name, (Owner) arguments[2],
                                    (Long) arguments[3], (Will) arguments[4]);
                            subscribed.get(name).forEach(old -> journal.subscribed(
                                    (Long) arguments[0], (String) old[1], (Integer) old[2], (Integer) old[3]));
                        }
                    }
                    default -> { }
                }
                return true;
            });
        });
    }

    @Test
    void packet_identifiers_are_given_again_after_a_crash() {
        finds("in place of|in use for|times|waits for PUBREL", Renumbered::new);
    }

    /// Counts the messages of a queue anew after a crash.
    private static final class Renumbered extends FaultyStore {

        private final Map<Long, Long> offsets;
        private final Set<Long> delayed = new HashSet<>();

        Renumbered(Store store) {
            this(store, new HashMap<>());
        }

        private Renumbered(Store store, Map<Long, Long> offsets) {
            super(store, (record, arguments, journal) -> {
                if (List.of("queued", "received", "settled").contains(record)) {
                    arguments[1] = (Long) arguments[1] + offsets.getOrDefault(arguments[0], 0L);
                }
                return true;
            });
            this.offsets = offsets;
        }

        @Override
        public void recover(Recovered into) {
            super.recover(new Recovered() {
                @Override
                public void session(
                        long epoch,
                        String clientId,
                        Owner owner,
                        long expirySeconds,
                        Will will,
                        long leftMillis,
                        long sentEnd) {
                    into.session(epoch, clientId, owner, expirySeconds, will, leftMillis, sentEnd);
                }

                @Override
                public void group(long epoch, String filter) {
                    into.group(epoch, filter);
                }

                @Override
                public void delayed(long epoch) {
                    delayed.add(epoch); // The places in it are times.
                    into.delayed(epoch);
                }

                @Override
                public void subscription(long epoch, String filter, int options, int identifier) {
                    into.subscription(epoch, filter, options, identifier);
                }

                @Override
                public void inbound(long epoch, int packetId) {
                    into.inbound(epoch, packetId);
                }

                @Override
                public void loose(long epoch, long first, long end) {
                    // What was sent is counted anew, too.
                }

                @Override
                public void queue(long epoch, long first, long end, long messages, long bytes) {
                    long offset = delayed.contains(epoch) ? 0 : first;
                    offsets.put(epoch, offset);
                    into.queue(epoch, first - offset, end - offset, messages, bytes);
                }

                @Override
                public void retained(
                        RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
                    into.retained(id, owner, expiresAtMillis, costBytes, message);
                }
            });
        }

        @Override
        public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
            long offset = offsets.getOrDefault(epoch, 0L);
            super.read(epoch, from + offset, end + offset, maxBytes, loop, reading -> then.accept(new Reading(
                    reading.messages().stream()
                            .map(each -> new Stored(each.sequence() - offset, each.message(), each.qos(),
                                    each.retain(), each.identifiers()))
                            .toList(),
                    reading.next() - offset)));
        }
    }

    private static void finds(String violation, UnaryOperator<Store> plant) {
        finds(false, 1, violation, plant);
    }

    private static void finds(boolean comparing, int from, String violation, UnaryOperator<Store> plant) {
        PlantedFaultsTest.finds(from, violation, () -> new Faults() {
            @Override
            public boolean comparesStore() {
                return comparing;
            }

            @Override
            public Store store(Store store) {
                return plant.apply(store);
            }
        });
    }
}
