package io.tern.broker.later;

import io.tern.api.Clock;
import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an operator may know of the messages that wait for their time, and do with them. For any thread.
public final class DelayedRequests {

    /// Messages of one page, at most.
    public static final int PAGE_MAX = 1_000;

    /// Messages looked at for one page: then it ends, however few are on it.
    private static final int LOOKED_MAX = 20_000;
    private static final Pattern ID = Pattern.compile("([0-9a-f]{1,15})-([0-9a-f]{1,16})");

    /// A message that waits.
    ///
    /// @param id names it, for [#cancel]
    /// @param clientId its publisher's
    /// @param userName its publisher's, null for none
    /// @param topic where it goes
    /// @param qos 0 to 2
    /// @param retain whether it will be retained
    /// @param payloadBytes of its payload
    /// @param dueMillis when it is due as the machine's clock goes now, milliseconds since 1970
    public record Entry(
            String id,
            String clientId,
            String userName,
            String topic,
            int qos,
            boolean retain,
            int payloadBytes,
            long dueMillis) {}

    /// A part of them: queue by queue, in each in the order in which they are due.
    ///
    /// @param entries those that were asked for
    /// @param next where the next page begins, null if there is none
    public record Page(List<Entry> entries, String next) {}

    private final DelayedTally tally;
    private final Clock clock;
    private final IntFunction<DelayedMessages> shards;

    /// @param tally knows where the queues are
    /// @param clock the time
    /// @param shards the messages of each shard, by its number
    public DelayedRequests(DelayedTally tally, Clock clock, IntFunction<DelayedMessages> shards) {
        this.tally = tally;
        this.clock = clock;
        this.shards = shards;
    }

    /// Lists some.
    ///
    /// @param from where the page begins, as [Page#next] of the one before says; empty for the first
    /// @param most so many at most, 1 to [#PAGE_MAX]
    /// @param clientId of one client only; null for all
    /// @param filter what their topics match; null for all
    /// @return the page; never done if a shard has ended
    /// @throws IllegalArgumentException if there can be no such page
    public CompletableFuture<Page> list(String from, int most, String clientId, TopicFilter filter) {
        long[] begin = from.isEmpty() ? new long[2] : parsed(from);
        Listing listing = new Listing(most, message -> (clientId == null || clientId.equals(message.publisherId()))
                && (filter == null || filter.matches(message.topic())));
        listing.goOn(begin[0], begin[1]);
        return listing.page;
    }

    private static long[] parsed(String id) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + id + "' names no message");
        }
        return new long[] {
            Long.parseUnsignedLong(matcher.group(1), 16), Long.parseUnsignedLong(matcher.group(2), 16)
        };
    }

    private static String id(long epoch, long sequence) {
        return Long.toHexString(epoch) + '-' + Long.toHexString(sequence);
    }

    /// One page on its way, over one shard after the other.
    private final class Listing {
        private final CompletableFuture<Page> page = new CompletableFuture<>();
        private final List<Entry> entries = new ArrayList<>();
        private final int most;
        private final Predicate<Message> wanted;
        private int looked;

        Listing(int most, Predicate<Message> wanted) {
            this.most = most;
            this.wanted = wanted;
        }

        void goOn(long epoch, long from) {
            Map.Entry<Long, Integer> home = tally.home(epoch);
            if (home == null) {
                page.complete(new Page(entries, null));
                return;
            }
            long first = home.getKey() == epoch ? from : 0;
            shards.apply(home.getValue()).desk().look(home.getKey(), first, reading -> read(home.getKey(), reading));
        }

        private void read(long epoch, Store.Reading reading) {
            for (Stored each : reading.messages()) {
                if (entries.size() == most || looked == LOOKED_MAX) {
                    page.complete(new Page(entries, id(epoch, each.sequence())));
                    return;
                }
                looked++;
                if (wanted.test(each.message())) {
                    entries.add(entry(epoch, each));
                }
            }
            boolean whole = reading.next() >= DelayedQueue.END;
            goOn(whole ? epoch + 1 : epoch, whole ? 0 : reading.next());
        }
    }

    private Entry entry(long epoch, Stored stored) {
        Message message = stored.message();
        Owner owner = message.owner();
        long shiftMillis = clock.machineMillis() - clock.nowMillis();
        return new Entry(
                id(epoch, stored.sequence()),
                message.publisherId(),
                owner == null ? null : owner.userName(),
                message.topic().value(),
                message.qos(),
                message.retain(),
                message.payload().length,
                DueSequence.dueMillis(stored.sequence()) + shiftMillis);
    }

    /// Cancels one.
    ///
    /// @param id as [#list] has named it
    /// @return whether it waited: false if there is none of that name, or it is on its way already. True when it can't
    ///     come back any more. Never done if a shard has ended
    /// @throws IllegalArgumentException if that is no name
    public CompletableFuture<Boolean> cancel(String id) {
        long[] at = parsed(id);
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Map.Entry<Long, Integer> home = tally.home(at[0]);
        if (home == null || home.getKey() != at[0]) {
            done.complete(false);
        } else {
            shards.apply(home.getValue()).desk().cancel(at[0], at[1], done::complete);
        }
        return done;
    }
}
