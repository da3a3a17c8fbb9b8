package io.tern.store.archive;

import io.tern.store.table.DamagedTableException;
import io.tern.store.table.SoundEntries.Hole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Puts together what was found of each session, group and queue of delayed messages of a damaged archive, with bounds
/// of its queue that hold.
final class SoundSessions {

    /// Where the bounds of a queue are lost its sequences go on so far behind the last that is known.
    private static final long MARGIN = 1 << 20;

    private record Part(byte[] key, byte[] value) {}

    /// @param first the queue's, as the bounds say
    /// @param missing entries of it that were not found
    private record Known(long first, long storedEnd, long missing) {}

    private final SoundQueues queues;
    private final Losses losses;
    private final Faults faults;
    private final BiConsumer<byte[], byte[]> put;
    private final Map<Long, String> names = new HashMap<>();
    /// How many messages there are in each queue of delayed ones.
    private final Map<Long, Long> delayed = new HashMap<>();
    private final TreeMap<Long, Known> known = new TreeMap<>();
    private final List<Part> parts = new ArrayList<>();
    private long epoch = -1;
    private String name;
    private boolean isDelayed;
    private Bounds bounds;
    private final BitSet inbound = new BitSet();

    SoundSessions(SoundQueues queues, Losses losses, Faults faults, BiConsumer<byte[], byte[]> put) {
        this.queues = queues;
        this.losses = losses;
        this.faults = faults;
        this.put = put;
    }

    /// Takes the next part, in the order of the keys.
    void part(long whose, int part, byte[] key, byte[] value) throws IOException {
        if (whose != epoch) {
            end();
            epoch = whose;
        }
        ByteReader in = new ByteReader(key, value, 0);
        switch (part) {
            case Keys.HEAD -> name = "client '" + SessionHead.read(in).clientId() + "'";
            case Keys.GROUP -> name = "group '" + new String(in.rest(), StandardCharsets.UTF_8) + "'";
            case Keys.DELAYED -> nowDelayed();
            case Keys.BOUNDS -> {
                bounds = Bounds.read(key, value);
                return;
            }
            case Keys.WILL -> MessageForm.readWill(in);
            case Keys.INBOUND -> inbound.set(SessionCache.packetId(key));
            case Keys.LEFT, Keys.LOOSE -> {
                in.varint();
                in.varint();
            }
            case Keys.SENDABLE -> in.varint();
            case Keys.SUBSCRIPTION -> {
                in.varint();
                in.varint();
                in.octet();
                in.small(268_435_455);
            }
            default -> throw in.damaged("its key is unknown");
        }
        parts.add(new Part(key, value));
    }

    private void nowDelayed() {
        isDelayed = true;
        name = Losses.delayed(epoch);
    }

    private void end() {
        if (epoch >= 0) {
            SoundQueues.Queue queue = queues.take(epoch);
            if (name == null && queue != null && queue.delayed > 0 && !queues.hasEnded(epoch)) {
                nowDelayed();
                faults.add("the queue of " + name + " without a mark that it is one");
                put.accept(Keys.session(epoch, Keys.DELAYED), Archive.NOTHING);
            }
            if (name != null) {
                if (isDelayed) {
                    delayed.put(epoch, queue == null ? 0 : queue.entries);
                }
                names.put(epoch, name);
                losses.name(epoch, name);
                parts.forEach(part -> put.accept(part.key, part.value));
                put.accept(Keys.session(epoch, Keys.BOUNDS), bounds(queue).value());
            } else if (!queues.hasEnded(epoch)) {
                losses.session(epoch);
                losses.messages(epoch, queue == null ? 0 : queue.entries, false);
                faults.add("session " + epoch + " without a head");
                put.accept(Keys.ended(epoch), new ByteWriter(9).varint(queue == null ? 0 : queue.first).copy());
            }
        }
        name = null;
        isDelayed = false;
        bounds = null;
        parts.clear();
        inbound.clear();
    }

    private Bounds bounds(SoundQueues.Queue queue) {
        Bounds sound = new Bounds();
        if (queue != null) {
            sound.first = queue.first;
            sound.storedEnd = queue.storedEnd;
            sound.count = queue.entries;
            sound.bytes = queue.bytes;
            sound.shares = queue.shares;
        }
        if (bounds != null) {
            sound.end = Math.max(bounds.end, sound.storedEnd);
            known.put(epoch, new Known(bounds.isEmpty() ? bounds.end : bounds.first, bounds.storedEnd,
                    bounds.count - (queue == null ? 0 : queue.entries)));
            if (queue != null && (bounds.isEmpty() || queue.first < bounds.first
                    || queue.storedEnd > bounds.storedEnd)) {
                faults.add("the queue of " + name + " has entries from " + queue.first + " to "
                        + (queue.storedEnd - 1) + ", where it should have none");
            }
        } else if (queue != null) {
            sound.end = sound.storedEnd + MARGIN;
            faults.add("the queue of " + name + " without its bounds");
        }
        sound.inbound = inbound.isEmpty() ? null : (BitSet) inbound.clone();
        return sound;
    }

    /// All parts were taken: says what stood where nothing could be read.
    void finish(List<Hole> holes) {
        end();
        for (long whose : queues.delayed()) {
            epoch = whose;
            end();
        }
        epoch = -1;
        for (Hole hole : holes) {
            try {
                lost(hole);
            } catch (DamagedTableException e) {
                losses.other("what stood in a part of " + hole.file());
            }
        }
    }

    private void lost(Hole hole) throws DamagedTableException {
        byte from = hole.after() == null ? Keys.BODY : hole.after()[0];
        byte to = hole.before() == null ? Keys.CLEARED : hole.before()[0];
        if (from <= Keys.QUEUE && to >= Keys.QUEUE) {
            queues(hole);
        }
        if (from <= Keys.RETAINED && to >= Keys.RETAINED) {
            losses.other("retained messages" + between(hole, Keys.RETAINED, "topics"));
        }
        if (from <= Keys.SESSION && to >= Keys.SESSION) {
            losses.other("parts of sessions" + between(hole, Keys.SESSION, "sessions"));
        }
        if (from <= Keys.META && to >= Keys.META) {
            losses.other("where the archive stands");
        }
        if (from <= Keys.BODY && to >= Keys.BODY) {
            losses.other("messages that queues share; those queues are named");
        }
    }

    private static String between(Hole hole, byte kind, String what) {
        String from = hole.after() != null && hole.after()[0] == kind ? Keys.describe(hole.after()) : "the first";
        String to = hole.before() != null && hole.before()[0] == kind ? Keys.describe(hole.before()) : "the last";
        return " of " + what + " between " + from + " and " + to + ", in " + hole.file();
    }

    private void queues(Hole hole) throws DamagedTableException {
        boolean begins = hole.after() != null && hole.after()[0] == Keys.QUEUE;
        boolean ends = hole.before() != null && hole.before()[0] == Keys.QUEUE;
        long fromEpoch = begins ? Keys.read(hole.after()).ordered() : 0;
        long toEpoch = ends ? Keys.read(hole.before()).ordered() : Long.MAX_VALUE;
        for (Map.Entry<Long, Known> each : known.subMap(fromEpoch, true, toEpoch, true).entrySet()) {
            Known queue = each.getValue();
            long first = queue.first;
            long end = queue.storedEnd;
            if (begins && each.getKey() == fromEpoch) {
                first = Math.max(first, QueueReader.sequence(hole.after()) + 1);
            }
            if (ends && each.getKey() == toEpoch) {
                end = Math.min(end, QueueReader.sequence(hole.before()));
            }
            long most = Math.min(end - first, queue.missing);
            if (most > 0) {
                losses.messages(each.getKey(), most, true);
                known.put(each.getKey(), new Known(queue.first, queue.storedEnd, queue.missing - most));
            }
        }
    }

    /// Whether a session, a group or a queue of delayed messages is there.
    boolean contains(long whose) {
        return names.containsKey(whose);
    }

    /// A frame has told of a session or group.
    void opened(long whose, String words) {
        names.put(whose, words);
        losses.name(whose, words);
    }

    /// A frame has told of a queue of delayed messages.
    void delayed(long whose) {
        opened(whose, Losses.delayed(whose));
        delayed.putIfAbsent(whose, 0L);
    }

    /// So many messages more, or less, are in it, if it is a queue of delayed ones.
    void delayed(long whose, long messages) {
        delayed.computeIfPresent(whose, (key, before) -> before + messages);
    }

    /// It has ended.
    void ended(long whose) {
        names.remove(whose);
        delayed.remove(whose);
    }

    /// How many sessions and groups there are.
    int count() {
        return names.size() - delayed.size();
    }

    /// How many queues of delayed messages there are.
    int delayedQueues() {
        return delayed.size();
    }

    /// How many messages are in them.
    long delayedMessages() {
        return delayed.values().stream().mapToLong(Long::longValue).sum();
    }
}
