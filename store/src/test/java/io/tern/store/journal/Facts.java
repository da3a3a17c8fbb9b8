package io.tern.store.journal;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Writes down what it is told, one line a fact, and makes up random facts.
class Facts implements JournalRecords {

    final List<String> lines = new ArrayList<>();

    private static String text(Message message, boolean publisher) {
        return message.topic() + " " + Arrays.hashCode(message.payload()) + "/" + message.payload().length + " q"
                + message.qos() + " r" + message.retain() + " " + message.properties() + " x"
                + message.expiresAtMillis() + (publisher ? " by " + message.publisherId() : "");
    }

    /// As it was written before there were places.
    private static String text(Owner owner) {
        return owner.place() == null ? "Owner[userName=" + owner.userName() + "]" : owner.toString();
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        lines.add("opened " + epoch + " " + clientId + (owner == null ? "" : " of " + text(owner)) + " " + expirySeconds
                + " " + will + (will == null ? "" : Arrays.toString(will.payload())));
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        lines.add("left " + epoch + " " + atMillis + " " + expirySeconds + " " + willOwed
                + (sentEnd == SENT_UNKNOWN ? "" : " sent to " + sentEnd));
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        lines.add("may be sent " + epoch + " to " + end + " loose " + looseFirst + " to " + looseEnd);
    }

    @Override
    public void willGone(long epoch) {
        lines.add("will gone " + epoch);
    }

    @Override
    public void sessionEnded(long epoch) {
        lines.add("ended " + epoch);
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        lines.add("group opened " + epoch + " " + filter);
    }

    @Override
    public void groupEnded(long epoch) {
        lines.add("group ended " + epoch);
    }

    @Override
    public void delayedOpened(long epoch) {
        lines.add("delayed opened " + epoch);
    }

    @Override
    public void delayedEnded(long epoch) {
        lines.add("delayed ended " + epoch);
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        lines.add("delayed " + epoch + " " + sequence + " " + text(message, true) + " " + transaction
                + (message.owner() == null ? "" : " of " + text(message.owner())));
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        lines.add("subscribed " + epoch + " " + filter + " " + options + " " + identifier);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        lines.add("unsubscribed " + epoch + " " + filter);
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        lines.add("queued " + epoch + " " + sequence + " " + text(message, false) + " " + qos + " " + retain + " "
                + Arrays.toString(identifiers) + " " + transaction);
    }

    @Override
    public void body(long id, Message message) {
        lines.add("body " + id + " " + text(message, false));
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        lines.add("shared " + epoch + " " + sequence + " " + bodyId + " " + qos + " " + retain + " "
                + Arrays.toString(identifiers) + " " + transaction);
    }

    @Override
    public void received(long epoch, long sequence) {
        lines.add("received " + epoch + " " + sequence);
    }

    @Override
    public void settled(long epoch, long sequence) {
        lines.add("settled " + epoch + " " + sequence);
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        lines.add("inbound " + epoch + " " + packetId + " " + transaction);
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        lines.add("released " + epoch + " " + packetId);
    }

    @Override
    public void committed(long transaction) {
        lines.add("committed " + transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        lines.add("retained " + text(message, true) + " " + sequence
                + (message.owner() == null ? "" : " of " + text(message.owner())));
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        lines.add("cleared " + topic + " " + sequence);
    }

    static Message message(RandomGenerator random, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        random.nextBytes(payload);
        return new Message(topic(random), payload, random.nextInt(3), random.nextBoolean(), properties(random),
                random.nextBoolean() ? null : "publisher-é" + random.nextInt(9),
                random.nextBoolean() ? Message.NEVER : random.nextLong(1L << 42));
    }

    private static TopicName topic(RandomGenerator random) {
        return TopicName.of("plant/ü/" + random.nextInt(1000));
    }

    private static Properties properties(RandomGenerator random) {
        return random.nextInt(3) > 0 ? Properties.NONE : Properties.builder()
                .with(Property.RESPONSE_TOPIC, "answers/" + random.nextInt())
                .user("name", "value" + random.nextInt()).build();
    }

    private static Owner owner(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> Owner.of(null);
            case 2 -> Owner.of("");
            case 3 -> Owner.at("10.0.0." + random.nextInt());
            default -> Owner.of("üser" + random.nextInt());
        };
    }

    /// Of what is retained only what is known is written down.
    private static Owner known(Owner owner) {
        return owner == null || owner.isKnown() ? owner : null;
    }

    private static long large(RandomGenerator random) {
        return random.nextLong() >>> random.nextInt(1, 63);
    }

    /// Tells a random fact.
    static void tell(RandomGenerator random, JournalRecords sink) {
        long epoch = 1 + (large(random) >>> 1);
        long sequence = large(random);
        int[] identifiers = random.nextInt(4) > 0 ? null
                : random.ints(1 + random.nextInt(3), 1, 268_435_455).toArray();
        long transaction = random.nextInt(3) > 0 ? 0 : 1 + (large(random) >>> 1);
        switch (random.nextInt(23)) {
            case 0 -> sink.sessionOpened(epoch, "cliënt" + random.nextInt(), owner(random), random.nextLong(1L << 32),
                    random.nextBoolean() ? null : new Will(topic(random), new byte[random.nextInt(300)],
                            random.nextInt(3), random.nextBoolean(), properties(random)));
            case 1 -> sink.sessionLeft(epoch, large(random), random.nextLong(1L << 32), random.nextBoolean(),
                    random.nextInt(4) == 0 ? SENT_UNKNOWN : large(random));
            case 2 -> sink.willGone(epoch);
            case 3 -> sink.sessionEnded(epoch);
            case 4 -> sink.subscribed(epoch, "$share/g/a/+/" + random.nextInt(), random.nextInt(256),
                    random.nextInt(268_435_456));
            case 5 -> sink.unsubscribed(epoch, "a/#");
            case 6 -> sink.queued(epoch, sequence, message(random, random.nextInt(3000)), random.nextInt(1, 3),
                    random.nextBoolean(), identifiers, transaction);
            case 7 -> sink.body(1 + (large(random) >>> 1), message(random, random.nextInt(40_000)));
            case 8 -> sink.queuedShared(epoch, sequence, 1 + (large(random) >>> 1), random.nextInt(1, 3),
                    random.nextBoolean(), identifiers, transaction);
            case 9 -> sink.received(epoch, sequence);
            case 10 -> sink.settled(epoch, sequence);
            case 11 -> sink.settledRange(epoch, sequence, random.nextInt(2, 257));
            case 12 -> sink.inboundOpened(epoch, random.nextInt(1, 65_536), transaction);
            case 13 -> sink.inboundReleased(epoch, random.nextInt(1, 65_536));
            case 14 -> sink.committed(1 + (large(random) >>> 1));
            case 15 -> sink.retainedSet(
                    message(random, random.nextInt(200)).ownedBy(known(owner(random))), sequence);
            case 16 -> sink.groupOpened(epoch, "$share/gruppé/a/+/" + random.nextInt());
            case 18 -> sink.mayBeSent(epoch, sequence, large(random), large(random));
            case 17 -> sink.groupEnded(epoch);
            case 19 -> sink.delayedOpened(epoch);
            case 20 -> sink.delayedEnded(epoch);
            case 21 -> sink.delayed(
                    epoch, sequence, message(random, random.nextInt(200)).ownedBy(owner(random)), transaction);
            default -> sink.retainedCleared(topic(random), sequence);
        }
    }
}
