package io.tern.store.journal;

import io.tern.wire.TopicName;
import java.util.Arrays;

/// The topics read lately: most records name one that was named before, and need not decode and check it again. Each
/// has one place that it may be in. For one thread.
final class RecentTopics {

    /// A power of two.
    private static final int PLACES = 1024;

    /// Longer ones are not kept.
    private static final int KEPT_BYTES = 256;

    private final TopicName[] places = new TopicName[PLACES];

    /// @param src holds the topic in UTF-8
    /// @return that topic
    /// @throws io.tern.wire.InvalidTopicException if it is none
    TopicName of(byte[] src, int offset, int length) {
        if (length > KEPT_BYTES) {
            return TopicName.ofUtf8(src, offset, length);
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + src[i];
        }
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        TopicName found = places[place];
        if (found == null || !Arrays.equals(found.utf8(), 0, found.utf8().length, src, offset, offset + length)) {
            found = TopicName.ofUtf8(src, offset, length);
            places[place] = found;
        }
        return found;
    }
}
