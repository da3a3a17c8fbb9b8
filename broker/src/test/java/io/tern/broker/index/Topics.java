package io.tern.broker.index;

import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.Random;

/// Seeded topics and filters from so few levels that they often meet.
final class Topics {

    private static final String[] LEVELS = {
        "", "a", "b", "ab", "$SYS", "$", "ä", "日本", "a b", "!", "\uD83D\uDE00", " ", "%", "longer-than-three",
        "longer-than-threE"
    };
    private static final int LEVELS_MAX = 5;

    private Topics() {}

    static TopicName topic(Random random) {
        for (;;) {
            String text = join(random, 0);
            if (!text.isEmpty()) {
                return TopicName.of(text);
            }
        }
    }

    static TopicFilter filter(Random random) {
        for (;;) {
            String text = join(random, 30);
            if (random.nextInt(5) == 0) {
                text = text.isEmpty() || random.nextInt(4) == 0 ? "#" : text + "/#";
            }
            if (!text.isEmpty()) {
                return TopicFilter.of(text);
            }
        }
    }

    private static String join(Random random, int plusPercent) {
        int count = 1 + random.nextInt(LEVELS_MAX);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "/");
            text.append(random.nextInt(100) < plusPercent ? "+" : level(random));
        }
        return text.toString();
    }

    private static String level(Random random) {
        // Half of the levels come from the first three, so that the trees overlap.
        return LEVELS[random.nextInt(random.nextBoolean() ? 3 : LEVELS.length)];
    }
}
