package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.broker.quota.Account;
import io.tern.wire.TopicName;

/// What is kept for a topic with a retained message: the message, or where to find it.
sealed interface RetainedPlace {

    /// A topic in the index. What is kept for it changes here, without a search for the topic.
    final class Topic {
        private volatile RetainedPlace place;
        /// Of whose message is kept, or null. Guarded by the topic's lock.
        Account account;

        /// @return null if its message has just been removed
        RetainedPlace place() {
            return place;
        }

        void place(RetainedPlace newPlace) {
            place = newPlace;
        }
    }

    /// Of the change that brought it.
    long sequence();

    /// Of its message, see [Message#costBytes()].
    int costBytes();

    /// When its message is too old to be delivered, see [Message#expiresAtMillis()].
    long expiresAtMillis();

    /// Whether its message is on disk, or will be.
    boolean isStored();

    /// Whether that message, or one before it of whose end nobody was told for sure, may be on disk.
    default boolean mayBeStored() {
        return isStored();
    }

    /// Whether its message is too old to be delivered.
    default boolean expired(long nowMillis) {
        return nowMillis >= expiresAtMillis();
    }

    /// The message is on disk only, to be read under this sequence.
    record Stub(long sequence, long expiresAtMillis, int costBytes) implements RetainedPlace {

        @Override
        public boolean isStored() {
            return true;
        }
    }

    /// The message is in memory, and on disk once its record is safe, if it gets one. Stands in one of the rows of
    /// [RetainedBodies].
    final class Body implements RetainedPlace {

        private static final long NOT_STAGED = Long.MAX_VALUE;

        final Topic home;
        private final Message message;
        private final long sequence;
        /// Its row: that of the shard whose journal it is told to, or of those that are told to none.
        final int row;
        private final boolean stored;
        /// Whether what it has replaced was on disk,
        final boolean replacesStored;
        /// or may have been.
        private final boolean mayBeStored;
        /// Where the journal has to be safe for the message to be there.
        private volatile long position = NOT_STAGED;
        Body before;
        Body after;

        Body(Topic home, Message message, long sequence, int row, boolean stored, RetainedPlace replaced) {
            this.home = home;
            this.message = message;
            this.sequence = sequence;
            this.row = row;
            this.stored = stored;
            this.replacesStored = replaced != null && replaced.isStored();
            this.mayBeStored = stored || replaced != null && replaced.mayBeStored();
        }

        Message message() {
            return message;
        }

        TopicName topic() {
            return message.topic();
        }

        /// Its record has been staged.
        ///
        /// @param newPosition of the shard's journal behind it
        void staged(long newPosition) {
            position = newPosition;
        }

        boolean isSafe(long safePosition) {
            return position <= safePosition;
        }

        @Override
        public boolean isStored() {
            return stored;
        }

        @Override
        public boolean mayBeStored() {
            return mayBeStored;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public int costBytes() {
            return message.costBytes();
        }

        @Override
        public long expiresAtMillis() {
            return message.expiresAtMillis();
        }
    }
}
