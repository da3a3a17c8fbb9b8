package io.tern.broker.link;

import io.tern.broker.memory.ShardMemory;
import java.util.ArrayDeque;

/// The links of one shard that leave much unread, so that whoever leaves most is found at once when all clients
/// together hold what they may.
///
/// Classes of sizes, each twice as large as the one before; in a class, whoever was the first to take nothing any more
/// comes first. A link that has to go loses its output buffer at once, in the midst of a turn, and its session when the
/// turn ends. Those of other shards are told of, so that not the largest of each has to go.
final class Unsent {

    /// Whoever leaves no more than this unread is not closed for it, however little memory is left.
    static final int FREE_BYTES = 32 * 1024;

    private static final int CLASSES = 32 - Integer.numberOfTrailingZeros(FREE_BYTES);

    /// A link's place.
    static final class Place {
        private final Output output;
        /// Its class, -1 if it is in none.
        private int size = -1;
        private Place before;
        private Place after;

        Place(Output output) {
            this.output = output;
        }
    }

    private final int shard;
    private final ShardMemory memory;
    private final Place[] first = new Place[CLASSES];
    private final Place[] last = new Place[CLASSES];
    private final ArrayDeque<Output> shed = new ArrayDeque<>();
    private int largest = -1;

    Unsent(int shard, ShardMemory memory) {
        this.shard = shard;
        this.memory = memory;
    }

    private static int sizeOf(int bytes) {
        return bytes <= FREE_BYTES
                ? -1
                : 31 - Integer.numberOfLeadingZeros(bytes) - Integer.numberOfTrailingZeros(FREE_BYTES);
    }

    /// Says how much a link leaves unread by now.
    ///
    /// @param place of that link
    /// @param bytes of its output buffer
    /// @param progressed whether it has become less
    void put(Place place, int bytes, boolean progressed) {
        int size = sizeOf(bytes);
        if (size == place.size && !progressed) {
            return;
        }
        takeOut(place);
        if (size >= 0) {
            place.size = size;
            place.before = last[size];
            if (place.before == null) {
                first[size] = place;
            } else {
                place.before.after = place;
            }
            last[size] = place;
        }
        settle();
    }

    private void takeOut(Place place) {
        if (place.size < 0) {
            return;
        }
        if (place.before == null) {
            first[place.size] = place.after;
        } else {
            place.before.after = place.after;
        }
        if (place.after == null) {
            last[place.size] = place.before;
        } else {
            place.after.before = place.before;
        }
        place.before = null;
        place.after = null;
        place.size = -1;
    }

    private void settle() {
        int size = CLASSES - 1;
        while (size >= 0 && first[size] == null) {
            size--;
        }
        if (size != largest) {
            largest = size;
            memory.largestUnsent(shard, size);
        }
    }

    /// Lets those go who leave most unread, if nothing is left for the others.
    void shed() {
        while (largest >= 0 && memory.roomBytes(true) == 0 && (memory.isLargestUnsent(largest) || memory.isOver())) {
            Output output = first[largest].output;
            if (!output.flushedMore()) {
                shed.add(output);
                output.shed();
            }
        }
    }

    /// Ends the connections of those who had to go.
    ///
    /// @return whether it is up to another shard to make room
    boolean turn() {
        shed();
        Output output;
        while ((output = shed.poll()) != null) {
            output.wasShed();
        }
        return memory.roomBytes(true) == 0 && !memory.isLargestUnsent(largest);
    }
}
