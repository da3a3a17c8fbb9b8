package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Stored;
import io.tern.store.archive.QueueSlice;
import io.tern.wire.Will;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/// What a store tells when it is opened, and what it holds then, in the words of [DelayedModel].
final class FoundDelayed implements Recovered {

    private final JournaledStore store;
    /// By session, the last that says which turn it was.
    final Map<Long, Long> turns = new HashMap<>();
    private final TreeSet<Long> delayed = new TreeSet<>();
    private final List<String> queues = new ArrayList<>();
    private final List<String> inbound = new ArrayList<>();

    FoundDelayed(JournaledStore store) {
        this.store = store;
    }

    List<String> model() {
        List<String> all = new ArrayList<>();
        delayed.forEach(epoch -> all.add("delayed " + epoch));
        all.addAll(queues);
        all.addAll(inbound);
        return all;
    }

    @Override
    public void session(
            long epoch, String clientId, Owner owner, long expirySeconds, Will will, long leftMillis, long sentEnd) {
        turns.put(epoch, leftMillis);
    }

    @Override
    public void delayed(long epoch) {
        delayed.add(epoch);
    }

    @Override
    public void queue(long epoch, long first, long end, long messages, long bytes) {
        try {
            QueueSlice slice = store.contents().read(epoch, 0, Long.MAX_VALUE, Long.MAX_VALUE);
            assertThat(slice.more()).isFalse();
            long sum = 0;
            for (Stored each : slice.messages()) {
                assertThat(each.sequence()).isBetween(first, end - 1);
                queues.add("queue " + epoch + " at " + each.sequence() + ": " + DelayedModel.words(each.message()));
                sum += each.message().costBytes();
            }
            assertThat(slice.messages()).hasSize((int) messages);
            if (!slice.messages().isEmpty()) {
                assertThat(slice.messages().getFirst().sequence()).isEqualTo(first);
            }
            if (delayed.contains(epoch)) {
                assertThat(bytes).isEqualTo(sum);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inbound(long epoch, int packetId) {
        inbound.add("inbound " + epoch + " " + packetId);
    }

    @Override
    public void group(long epoch, String filter) {
        throw new AssertionError("there is none");
    }

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {
        throw new AssertionError("there is none");
    }

    @Override
    public void loose(long epoch, long first, long end) {
        throw new AssertionError("there is none");
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        throw new AssertionError("there is none");
    }
}
