package io.tern.testkit.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Which messages are in records that may still be lost: nobody may be told that such a message is safe.
final class UnsafeRecords {

    private record Place(String clientId, long epoch, long sequence) {}

    private record Staged(BooleanSupplier safe, Place place) {}

    private final Map<Integer, List<Staged>> byMessage = new HashMap<>();
    private final Map<Place, BooleanSupplier> opened = new HashMap<>();
    private final Set<Place> settled = new HashSet<>();
    private final Set<Long> endedEpochs = new HashSet<>();

    /// A message stands in a session's queue.
    ///
    /// @param safe whether its record is, from then on
    void queued(int message, String clientId, long epoch, long sequence, BooleanSupplier safe) {
        add(message, new Staged(safe, new Place(clientId, epoch, sequence)));
    }

    /// A message is retained.
    void retained(int message, BooleanSupplier safe) {
        add(message, new Staged(safe, null));
    }

    private void add(int message, Staged staged) {
        byMessage.computeIfAbsent(message, id -> new ArrayList<>()).add(staged);
    }

    /// A message of QoS 2 has come in.
    void opened(String clientId, int packetId, BooleanSupplier safe) {
        opened.put(new Place(clientId, 0, packetId), safe);
    }

    /// A queue owes a message no more.
    void settled(String clientId, long epoch, long sequence) {
        settled.add(new Place(clientId, epoch, sequence));
    }

    /// A session owes nothing more.
    void ended(long epoch) {
        endedEpochs.add(epoch);
    }

    /// For whom a crash could lose a message now.
    ///
    /// @param owed tells of a client identifier whether the publisher waits for it
    /// @return a client identifier, "everybody" who would subscribe later, or null
    String loser(SimMessage message, Predicate<String> owed) {
        for (Staged staged : byMessage.getOrDefault(message.id(), List.of())) {
            Place place = staged.place;
            boolean open = place == null
                    || !settled.contains(place) && !endedEpochs.contains(place.epoch) && owed.test(place.clientId);
            if (open && !staged.safe.getAsBoolean()) {
                return place == null ? "everybody" : place.clientId;
            }
        }
        return null;
    }

    /// Whether a crash could make the broker forget that it has this identifier of QoS 2.
    boolean mayForget(String clientId, int packetId) {
        BooleanSupplier safe = opened.get(new Place(clientId, 0, packetId));
        return safe != null && !safe.getAsBoolean();
    }
}
