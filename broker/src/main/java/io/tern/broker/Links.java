package io.tern.broker;

import io.tern.broker.time.Steps;
import java.util.ArrayDeque;
import java.util.Arrays;

/// The links of one shard: all of them, those that have written and are to be flushed when the turn ends, and those
/// that rested and may go on parsing.
final class Links {

    /// Links that go on parsing in one turn.
    private static final int REVIVED_PER_TURN = 1024;

    private Link[] all = new Link[16];
    private int count;
    private Link[] dirty = new Link[16];
    private int dirtyCount;
    private final ArrayDeque<Link> revived = new ArrayDeque<>();
    private final Unsent unsent;

    Links(Unsent unsent) {
        this.unsent = unsent;
    }

    /// Those among them that leave much unread.
    Unsent unsent() {
        return unsent;
    }

    int size() {
        return count;
    }

    /// @return a new array, which stays as it is while links come and go
    Link[] toArray() {
        return Arrays.copyOf(all, count);
    }

    void add(Link link) {
        if (count == all.length) {
            all = Arrays.copyOf(all, count * 2);
        }
        link.place = count;
        all[count++] = link;
    }

    /// @return false if it isn't among them
    boolean remove(Link link) {
        if (link.place < 0) {
            return false;
        }
        Link last = all[--count];
        all[link.place] = last;
        last.place = link.place;
        all[count] = null;
        link.place = -1;
        return true;
    }

    /// A link has written: it will be flushed.
    void dirty(Link link) {
        if (!link.dirty) {
            link.dirty = true;
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, dirtyCount * 2);
            }
            dirty[dirtyCount++] = link;
        }
    }

    /// Flushes those that have written, each once.
    void flush() {
        for (int i = 0; i < dirtyCount; i++) {
            Link link = dirty[i];
            dirty[i] = null;
            link.dirty = false;
            try {
                link.flush();
            } catch (Throwable bug) {
                link.shard().bug(link.channel(), bug); // The others still get theirs.
            }
        }
        dirtyCount = 0;
    }

    /// What a link rested for may be over: it will look in this turn, or in the next.
    void revive(Link link) {
        if (!link.revived) {
            link.revived = true;
            revived.add(link);
        }
    }

    /// Lets those that were revived go on.
    void goOn(Steps steps) {
        int end = steps.done() + Steps.TURN_MAX;
        for (int i = Math.min(REVIVED_PER_TURN, revived.size()); i > 0 && steps.done() < end; i--) {
            Link link = revived.poll();
            link.revived = false;
            link.revive();
        }
    }

    /// Whether a turn is needed for their sake.
    boolean waiting() {
        return !revived.isEmpty() || dirtyCount > 0;
    }
}
