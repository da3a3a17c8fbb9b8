package io.tern.testkit.sim;

import io.tern.api.Records;
import io.tern.testkit.sim.KeptSession.Place;
import io.tern.testkit.sim.ModelState.Latest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What the shards were told is on the disk, compared with the disk itself: a loss of power must leave all that is
/// durable, the end of the process all that is written, and of what was staged later whole commits, the first of each
/// shard.
final class Promises {

    private record Entry(long position, long epoch, Consumer<Records> call) {}

    /// One shard's records that are not durable.
    final class Log {

        private final String shard;
        private final ArrayDeque<Entry> entries = new ArrayDeque<>();
        /// Where a portion may end that is written at once.
        private final TreeSet<Long> commits = new TreeSet<>();
        private long durable;
        private long written;

        private Log(String shard) {
            this.shard = shard;
        }

        void said(long position, long epoch, Consumer<Records> call) {
            entries.add(new Entry(position, epoch, call));
        }

        /// Everything up to there may be handed over.
        void commits(long position) {
            commits.add(position);
        }

        void written(long position) {
            written = Math.max(written, position);
        }

        void durable(long position) {
            written(position);
            durable = position;
            while (!entries.isEmpty() && entries.peek().position <= position) {
                entries.poll().call.accept(least);
            }
            commits.headSet(position, true).clear();
        }

        private Set<Long> touched() {
            Set<Long> touched = new HashSet<>();
            entries.forEach(entry -> touched.add(entry.epoch));
            return touched;
        }

        /// @return null if what was found is what this shard had said up to some commit that is far enough
        private String difference(ModelState found, long told) {
            Set<Long> touched = touched();
            ModelState state = least.copy(touched);
            List<Long> ends = new ArrayList<>(commits.tailSet(told, false));
            ends.addFirst(told);
            ArrayDeque<Entry> left = new ArrayDeque<>(entries);
            String first = null;
            for (long end : ends) {
                while (!left.isEmpty() && left.peek().position <= end) {
                    left.poll().call.accept(state);
                }
                String difference = Promises.difference(touched, state, found);
                if (difference == null) {
                    return null;
                }
                first = first == null ? difference : first;
            }
            return shard + " was told of " + told + ", but there is " + first;
        }
    }

    private final List<Log> logs = new ArrayList<>();
    /// What is durable.
    private ModelState least = new ModelState();

    /// A process begins with what was found.
    ///
    /// @param found is this one's from now on
    void begin(ModelState found) {
        logs.clear();
        least = found;
    }

    /// A shard opens its journal.
    Log open(String shard) {
        Log log = new Log(shard);
        logs.add(log);
        return log;
    }

    /// Compares what was promised with what an accident would leave.
    ///
    /// @param found on the disk afterwards, with the messages of all queues
    /// @param power whether what was written and not forced may be lost
    /// @return the first difference in words, null if there is none
    String difference(ModelState found, boolean power) {
        Set<Long> others = new HashSet<>(least.epochs());
        others.addAll(found.epochs());
        for (Log log : logs) {
            String difference = log.difference(found, power ? log.durable : log.written);
            if (difference != null) {
                return difference;
            }
            others.removeAll(log.touched());
        }
        String difference = difference(others, least, found);
        return difference == null ? retained(found) : "there is " + difference;
    }

    private static String difference(Set<Long> epochs, ModelState here, ModelState found) {
        for (long epoch : epochs) {
            KeptSession mine = here.session(epoch);
            KeptSession there = found.session(epoch);
            boolean same = Objects.equals(Objects.toString(mine, null), Objects.toString(there, null));
            if (!same) {
                return there + " instead of " + mine;
            }
            String difference = mine == null ? null : queue(mine, there);
            if (difference != null) {
                return "of " + mine.clientId + difference;
            }
        }
        return null;
    }

    private static String queue(KeptSession here, KeptSession found) {
        for (Map.Entry<Long, Place> each : here.queue.entrySet()) {
            Place there = found.queue.get(each.getKey());
            if (each.getValue() != Place.UNKNOWN && (there == null || !there.isAsQueued(each.getValue()))) {
                return " no message " + each.getKey() + " as it was queued";
            }
        }
        for (long sequence : found.queue.keySet()) {
            if (!here.mayHave(sequence) && !here.undecided.containsKey(sequence)) {
                return " a message " + sequence + ", though that is settled";
            }
        }
        return null;
    }

    /// The highest sequence counts; of what is not durable some may be there.
    private String retained(ModelState found) {
        Set<String> topics = new HashSet<>(least.retained().keySet());
        topics.addAll(found.retained().keySet());
        for (String topic : topics) {
            Latest sure = least.retained().get(topic);
            Latest there = found.retained().get(topic);
            if (!isSame(sure, there) && !isLater(topic, sure, there)) {
                return "retained for " + topic + " is " + there + " instead of " + sure;
            }
        }
        return null;
    }

    private static boolean isSame(Latest said, Latest found) {
        return said == null || said.message() == null
                ? found == null
                : found != null && said.toString().equals(found.toString());
    }

    private boolean isLater(String topic, Latest sure, Latest found) {
        for (Log log : logs) {
            for (Entry entry : log.entries) {
                ModelState alone = new ModelState();
                if (entry.epoch == 0) {
                    entry.call.accept(alone);
                }
                Latest later = alone.retained().get(topic);
                boolean counts = later != null && (sure == null || later.sequence() > sure.sequence());
                if (counts && isSame(later, found)) {
                    return true;
                }
            }
        }
        return false;
    }
}
