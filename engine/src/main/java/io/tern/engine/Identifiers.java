package io.tern.engine;

/// The packet identifiers of one session's outgoing messages: 1 + sequence mod 65,535, so that those in use never
/// collide as long as nothing is sent at a distance of 65,535 from the oldest that is not settled [MQTT-2.2.1-4].
///
/// In a queue that is kept on disk one counts as unsettled until its end is safe there: so who takes the queue up after
/// a crash knows how many may have been sent, and that their identifiers differ.
final class Identifiers {

    private final Session session;
    /// Those before this are settled, and that is safe.
    private long safeFirst;
    private boolean awaitsSafety;

    Identifiers(Session session) {
        this.session = session;
    }

    /// Goes on with the queue of a process before this one.
    void recover(long first) {
        safeFirst = first;
    }

    /// The identifier that belongs to a sequence.
    int of(long sequence) {
        return 1 + (int) (sequence % count());
    }

    /// How many there are; also the most messages between the oldest unsettled one and the next to be sent.
    int count() {
        return session.host().limits().packetIds();
    }

    /// Whether the identifier of a message that is to be sent next is free; if not, the session is drained when it is.
    ///
    /// @param next its sequence
    /// @param first the oldest that is not settled
    boolean isFree(long next, long first) {
        if (!session.keeps()) {
            return next - first < count();
        }
        long distance = next - safeFirst;
        if (distance > count() / 2 && first > safeFirst && !awaitsSafety) {
            awaitsSafety = true;
            session.host().whenSafe(() -> safe(first));
        }
        return distance < count();
    }

    private void safe(long first) {
        awaitsSafety = false;
        boolean stalled = session.outbox().nextSequence() - safeFirst >= count();
        safeFirst = first;
        if (stalled) {
            session.drain();
        }
    }
}
