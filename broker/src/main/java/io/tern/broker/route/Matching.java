package io.tern.broker.route;

import io.tern.api.Decision;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Index;
import io.tern.broker.index.Matcher;
import io.tern.broker.index.Matches;
import io.tern.broker.link.Link;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.engine.Channel;
import io.tern.engine.rules.Topics;
import io.tern.wire.TopicName;
import java.util.HashMap;
import java.util.Map;

/// Finds the filters that match a topic, for one shard's publishers: each remembers what it found last.
///
/// A topic of few levels meets few nodes of the index. One of many may meet as many as clients have made by
/// subscribing; it is looked up over several turns, and its message is taken when that is done.
public final class Matching {

    /// Nodes of the index looked at for one topic in one turn: more than a topic of [Topics#FEW_LEVELS] can meet.
    public static final int NODES_PER_TURN = 2 << Topics.FEW_LEVELS;

    /// A longer list of what matches is not remembered for a connection: there may be many that publish what many
    /// filters match.
    private static final int REMEMBERED_MAX = 256;

    private static final FilterEntry[] NO_ENTRIES = {};

    private final ShardThread thread;
    private final Index index;
    private final TopicRules rules;
    private final ShardMemory memory;
    private Matcher matcher;
    private Matches matches = new Matches();
    /// What was looked up over several turns for the message that is taken now, or null.
    private TopicMatch found;
    /// What is looked up for messages that nobody's connection waits with: for each who sends such, the next one.
    private final Map<TopicName, Search> own = new HashMap<>();

    /// @param memory charged with what is looked up for clients over several turns
    Matching(ShardThread thread, Index index, TopicRules rules, ShardMemory memory) {
        this.thread = thread;
        this.index = index;
        this.rules = rules;
        this.memory = memory;
        this.matcher = index.matcher();
    }

    /// One topic that is being looked up. It sees who had subscribed when it was begun.
    private final class Search {
        private final TopicName topic;
        private final long version;
        private final Matcher matcher;
        private final Matches matches;
        private int heldBytes;

        /// Takes over what the matcher has begun.
        Search(TopicName topic, long version) {
            this.topic = topic;
            this.version = version;
            this.matcher = Matching.this.matcher;
            this.matches = Matching.this.matches;
            Matching.this.matcher = index.matcher();
            Matching.this.matches = new Matches();
        }

        /// Counts what it takes by now.
        ///
        /// @param over whether it goes on no more
        void hold(boolean over) {
            int bytes = over ? 0 : matcher.memoryBytes() + matches.memoryBytes();
            memory.add(bytes - heldBytes);
            heldBytes = bytes;
        }

        TopicMatch match() {
            return new TopicMatch(topic, version, entries(matches), rules.of(topic));
        }
    }

    /// The filters that match a client's topic.
    TopicMatch of(Channel channel, TopicName topic) {
        TopicMatch last = (TopicMatch) channel.remembered();
        long version = index.version(topic);
        if (last != null && last.version() == version && last.topic().equals(topic)) {
            return last;
        }
        if (found != null && found.topic().equals(topic)) {
            return found; // What has changed meanwhile came after the message.
        }
        matcher.begin(topic, matches);
        goesOn(matcher, Integer.MAX_VALUE);
        return remember(channel, new TopicMatch(topic, version, entries(matches), rules.of(topic)));
    }

    private static TopicMatch remember(Channel channel, TopicMatch match) {
        channel.remember(match.entries().length <= REMEMBERED_MAX ? match : null);
        return match;
    }

    /// The filters that match a topic of the server itself, or of a will.
    FilterEntry[] of(TopicName topic) {
        Search search = own.isEmpty() ? null : own.remove(topic);
        if (search != null) {
            return search.match().entries();
        }
        matcher.begin(topic, matches);
        goesOn(matcher, Integer.MAX_VALUE);
        return entries(matches);
    }

    /// Whether what matches a client's topic is known, so that its message can be taken.
    ///
    /// @param link its connection, which rests until then
    /// @param topic of a message that may be published
    /// @return false if [Channel#permitted] will be called when it is
    public boolean isKnown(Link link, TopicName topic) {
        Channel channel = link.channel();
        TopicMatch last = (TopicMatch) channel.remembered();
        long version = index.version(topic);
        boolean known = last != null && last.version() == version && last.topic().equals(topic)
                || found != null && found.topic().equals(topic);
        if (known) {
            return true;
        }
        matcher.begin(topic, matches);
        if (goesOn(matcher, NODES_PER_TURN)) {
            remember(channel, new TopicMatch(topic, version, entries(matches), rules.of(topic)));
            return true;
        }
        Search search = new Search(topic, version);
        search.hold(false);
        goOn(link, search);
        return false;
    }

    private void goOn(Link link, Search search) {
        Channel channel = link.channel();
        thread.later(channel, () -> {
            boolean over = true;
            try {
                over = !channel.isOpen() || goesOn(search.matcher, NODES_PER_TURN);
            } finally {
                search.hold(over);
            }
            if (!over) {
                goOn(link, search);
            } else if (channel.isOpen()) {
                found(link, search);
            }
        });
    }

    private void found(Link link, Search search) {
        Channel channel = link.channel();
        found = remember(channel, search.match());
        try {
            channel.permitted(Decision.ALLOW);
        } finally {
            found = null;
        }
        link.revive();
    }

    /// Whether what matches a topic of the server itself, or of a will, is known; if not, ask again in the next turn.
    ///
    /// @param topic of the message that is to be sent next
    /// @return whether it can be sent now
    public boolean isKnown(TopicName topic) {
        if (Topics.hasFewLevels(topic)) {
            return true;
        }
        Search search = own.get(topic);
        if (search == null) {
            long version = index.version(topic);
            matcher.begin(topic, matches);
            search = new Search(topic, version);
            own.put(topic, search);
        }
        return goesOn(search.matcher, NODES_PER_TURN);
    }

    private boolean goesOn(Matcher by, int nodesMax) {
        int before = by.visited();
        boolean whole = by.goOn(nodesMax);
        thread.steps().add((by.visited() - before) / Steps.NODES);
        return whole;
    }

    private static FilterEntry[] entries(Matches matches) {
        int count = matches.size();
        FilterEntry[] entries = count == 0 ? NO_ENTRIES : new FilterEntry[count];
        for (int i = 0; i < count; i++) {
            entries[i] = matches.get(i);
        }
        matches.clear();
        return entries;
    }
}
